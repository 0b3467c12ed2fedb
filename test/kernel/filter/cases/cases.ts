/** How a packet fares, as tables of cases. Each row is judged by the running kernel and by the model. */
import type { Case } from '../case.ts'
import { PROTOCOLS } from './protocols.ts'
import { SETS } from './sets.ts'
import { VERDICTS } from './verdicts.ts'

export const TABLES: Readonly<Record<string, readonly Case[]>> = {
  'verdicts and chains': VERDICTS,
  'headers and what they imply': PROTOCOLS,
  'sets and maps': SETS,
}
