/** What was said of a healthy network. */
import type { Told } from './lab/told.ts'

export interface DiagnosedControl {
  readonly name: string
  readonly client?: Told
  /** With the views of the routers and the target. */
  readonly withAll?: Told
  readonly error?: string
}
