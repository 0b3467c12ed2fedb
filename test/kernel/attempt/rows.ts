/** All rows: what an attempt comes to, and what is seen of it, for each thing that can be in its way. */
import { ANSWERED_ROWS } from './answered-rows.ts'
import { FORGED_ROWS } from './forged-rows.ts'
import { ODD_ROWS } from './odd-rows.ts'
import { REJECTED_ROWS } from './rejected-rows.ts'
import { REFUSED_HERE_ROWS, ROUTED_ROWS } from './routed-rows.ts'
import type { Row } from './row.ts'
import { STOPPED_ROWS } from './stopped-rows.ts'
import { UNPRIVILEGED_ROWS } from './unprivileged-rows.ts'

export const ROWS: readonly Row[] = [
  ...REJECTED_ROWS,
  ...ANSWERED_ROWS,
  ...ROUTED_ROWS,
  ...REFUSED_HERE_ROWS,
  ...STOPPED_ROWS,
  ...ODD_ROWS,
  ...UNPRIVILEGED_ROWS,
  ...FORGED_ROWS,
]
