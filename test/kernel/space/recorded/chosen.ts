/**
 * Seeds of programs that are recorded because each was the first of thousands to notice a mutant of the model
 * (`npm run soak -- mutants --catchers`).
 */
import type { ProfileName } from '../profile.ts'

export const CHOSEN: Readonly<Partial<Record<ProfileName, readonly number[]>>> = {
  crowd: [110, 243],
  shadow: [269],
  reconnect: [187, 239],
  mixed: [128, 158, 265, 316, 381],
  tcp: [16, 20, 57, 77, 128, 133],
  groups: [199],
  udp: [284],
  timewait: [398],
  conversations: [76, 170],
}
