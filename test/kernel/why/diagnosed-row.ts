/** What was said of a row, from each point of view. */
import type { Told } from './lab/told.ts'

export interface DiagnosedRow {
  readonly name: string
  readonly client?: Told
  readonly withTarget?: Told
  readonly withRouter?: Told
  readonly unprivileged?: Told
  /** After the fault was taken away. */
  readonly mended?: Told
  /** Where the row could not be played to its end. */
  readonly error?: string
}
