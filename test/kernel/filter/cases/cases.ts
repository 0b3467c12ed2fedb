/** How a packet fares, as tables of cases. Each row is judged by the running kernel and by the model. */
import type { Case } from '../case.ts'
import { CONNECTIONS } from './connections.ts'
import { EDGE_CHAINS } from './edge-chains.ts'
import { EDGE_TRANSLATIONS } from './edge-translations.ts'
import { EDGE_VALUES } from './edge-values.ts'
import { EDGE_WAYS } from './edge-ways.ts'
import { EXTENSIONS } from './extensions.ts'
import { FACTS } from './facts.ts'
import { FOUND } from './found.ts'
import { HOST_FACTS } from './host.ts'
import { OBJECTS } from './objects.ts'
import { PROTOCOLS } from './protocols.ts'
import { PROXIES } from './proxies.ts'
import { REJECTS } from './rejects.ts'
import { SELDOM } from './seldom.ts'
import { SETS } from './sets.ts'
import { SOCKETS } from './sockets.ts'
import { TRACKING } from './tracking.ts'
import { TRANSLATIONS } from './translations.ts'
import { VERDICTS } from './verdicts.ts'
import { ZONES } from './zones.ts'

export const TABLES: Readonly<Record<string, readonly Case[]>> = {
  'verdicts and chains': VERDICTS,
  'headers and what they imply': PROTOCOLS,
  'sets and maps': SETS,
  'devices, marks, routes and rates': FACTS,
  connections: CONNECTIONS,
  rejects: REJECTS,
  translations: TRANSLATIONS,
  'options, extension headers, other transports': EXTENSIONS,
  'sockets and their owners': SOCKETS,
  'ways, clocks and devices': HOST_FACTS,
  'what connections are asked': TRACKING,
  zones: ZONES,
  'proxies, copies, changed bytes': PROXIES,
  'rates, objects and sets that are filled': OBJECTS,
  'edges of values': EDGE_VALUES,
  'edges of chains': EDGE_CHAINS,
  'edges of translations': EDGE_TRANSLATIONS,
  'edges of ways': EDGE_WAYS,
  'seldom written': SELDOM,
  'what was found': FOUND,
}
