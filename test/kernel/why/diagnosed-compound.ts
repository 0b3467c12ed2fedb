/** What was said of two faults at once, then of the second alone, then of none. */
import type { Told } from './lab/told.ts'

export interface DiagnosedCompound {
  readonly name: string
  readonly both?: Told
  readonly second?: Told
  readonly mended?: Told
  readonly error?: string
}
