/**
 * Seeds of programs that are recorded because each was the first of thousands to notice a mutant of the model
 * (`npm run soak -- mutants --catchers`).
 */
import type { ProfileName } from '../profile.ts'

export const CHOSEN: Readonly<Partial<Record<ProfileName, readonly number[]>>> = {
  crowd: [110, 243, 1083, 1091, 1139],
  shadow: [269, 1442],
  reconnect: [187, 239, 1012],
  mixed: [128, 158, 265, 316, 381, 1060],
  tcp: [16, 20, 57, 77, 128, 133, 1007, 1642, 3323],
  groups: [199],
  udp: [284],
  timewait: [398, 2178, 2476],
  conversations: [76, 170, 1203, 1206, 1475, 1496, 1524, 3226],
  exhaustion: [1254, 1289, 1298, 2912],
  demux: [1099],
}
