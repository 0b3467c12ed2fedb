/** What is remembered from one look to the next. */
import type { Look } from './look.ts'

export interface Memory {
  readonly before: Look
  /** When each socket was first seen in CLOSE_WAIT, by cookie, in seconds of the look. */
  readonly closeWaitSince: ReadonlyMap<bigint, number>
}
