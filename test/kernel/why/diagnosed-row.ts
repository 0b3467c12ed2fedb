/** What was said of a row, from each point of view. */
import type { PlainOutcome } from './lab/plain-connect.ts'
import type { Told, ToldCause } from './lab/told.ts'

export interface DiagnosedRow {
  readonly name: string
  readonly client?: Told
  readonly withTarget?: Told
  readonly withRouter?: Told
  readonly unprivileged?: Told
  /** The cause whose advice was followed, where one was, and what a plain program then saw. */
  readonly followed?: ToldCause
  readonly through?: PlainOutcome
  /** After that, or after the fault was taken away. */
  readonly mended?: Told
  /** Where the row could not be played to its end. */
  readonly error?: string
}
