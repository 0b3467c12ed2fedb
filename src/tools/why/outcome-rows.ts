/** All rows of `outcomes.ts`, in the order in which they are asked. */
import type { CauseCode } from './causes/causes.ts'
import type { OutcomeRow } from './outcomes.ts'
import { ROWS_HERE } from './outcomes-here.ts'
import { ROWS_SILENT } from './outcomes-silent.ts'
import { ROWS_TOLD } from './outcomes-told.ts'

export const OUTCOME_ROWS: readonly OutcomeRow[] = [
  { name: 'open', when: { ended: ['open'] }, suspects: [], source: 'RFC 9293 section 3.5' },
  ...ROWS_HERE,
  ...ROWS_TOLD,
  ...ROWS_SILENT,
]

/** All causes that an outcome may raise. */
export const ROW_CODES: readonly CauseCode[] = [
  ...new Set(OUTCOME_ROWS.flatMap(({ suspects }) => suspects.map(({ code }) => code))),
]
