/** How long there is to confirm a change: long enough to log in, and not so long that a lock-out lasts. */
import { fault } from '../../../model/fault.ts'
import { parseDuration } from '../duration.ts'

/** Milliseconds. */
const SHORTEST = 5_000
const LONGEST = 3_600_000

/** Throws `E_DURATION_SYNTAX`, `E_VALUE_SYNTAX`. */
export function parseConfirmTime(text: string): number {
  const ms = parseDuration(text)
  if (ms < SHORTEST || ms > LONGEST)
    throw fault('E_VALUE_SYNTAX', { text, wanted: 'a time to confirm in', example: '5s to 1h, such as 60s' })
  return ms
}
