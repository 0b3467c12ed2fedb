/** How a packet fares, as tables of cases. Each row is judged by the running kernel and by the model. */
import type { Case } from '../case.ts'
import { CONNECTIONS } from './connections.ts'
import { FACTS } from './facts.ts'
import { FOUND } from './found.ts'
import { PROTOCOLS } from './protocols.ts'
import { REJECTS } from './rejects.ts'
import { SETS } from './sets.ts'
import { TRANSLATIONS } from './translations.ts'
import { VERDICTS } from './verdicts.ts'

export const TABLES: Readonly<Record<string, readonly Case[]>> = {
  'verdicts and chains': VERDICTS,
  'headers and what they imply': PROTOCOLS,
  'sets and maps': SETS,
  'devices, marks, routes and rates': FACTS,
  connections: CONNECTIONS,
  rejects: REJECTS,
  translations: TRANSLATIONS,
  'what was found': FOUND,
}
