/**
 * The causes that `why` may name: a closed list. Each code says where on the way it stands, what shows it, what would disprove it,
 * and what to do. The order of the list is the order in which they block, within one leg. `docs/why.md` is made from it.
 */
import { AFTER_CAUSES } from './after.ts'
import { type Cause, LEGS, type Leg } from './cause.ts'
import { FAR_CAUSES } from './far.ts'
import { HERE_CAUSES } from './here.ts'
import { NAME_CAUSES } from './name.ts'
import { WAY_CAUSES } from './way.ts'

export type * from './cause.ts'
export { LEGS } from './cause.ts'

export const CAUSES = {
  ...NAME_CAUSES,
  ...HERE_CAUSES,
  ...WAY_CAUSES,
  ...FAR_CAUSES,
  ...AFTER_CAUSES,
} as const satisfies Readonly<Record<string, Cause>>

export type CauseCode = keyof typeof CAUSES

export const causeOf = (code: CauseCode): Cause => CAUSES[code]

const CODES = Object.keys(CAUSES) as CauseCode[]

/** Smaller blocks earlier. `leg`: where it stands, if that is not where such causes usually do. */
export const blocksAt = (code: CauseCode, leg: Leg = causeOf(code).leg): number =>
  LEGS.indexOf(leg) * CODES.length + CODES.indexOf(code)
