/** The mutants that change nothing, by file. */
export interface Equivalent {
  readonly file: string
  /** The line, types erased and blanks made one. */
  readonly line: string
  readonly change: readonly [before: string, after: string]
  readonly why: string
  /** How often the line has that change. Default: 1. */
  readonly times?: number
}

export const EQUIVALENT: readonly Equivalent[] = []
