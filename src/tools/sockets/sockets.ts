/**
 * Sockets: what listens and talks on a host, who holds it, who can reach it.
 *
 * Answers: the socket table with owners and the reason where there is none (`listSockets`, `readTable`), one port
 * in full (`explain`), what changes (`watch`), bytes a second (`measureRates`), and which sockets a filter means
 * (`parseFilter`). Does not answer whether a packet filter or NAT lets anybody through: `exposure` here is the
 * bind address's alone. Everything is asked of an `OS`; nothing here knows which system that is.
 */
import type { PortNames } from '../../model/port-set.ts'
import type { OS } from '../../os/os.ts'
import { parseFilter } from './filter/filter.ts'
import { ITEM_NEEDS, itemAt, type ServiceNames, type SocketItem } from './item.ts'
import { readTable, type TableRequest } from './table.ts'

export interface ListOptions extends Omit<TableRequest, 'filter'> {
  /** In the filter language: `sport = :443 and name~nginx`. */
  readonly filter?: string
  /** Names of ports, for the items; none without it. */
  readonly services?: ServiceNames
  /** Ports of names, for the filter; without it a filter takes numbers only. */
  readonly names?: PortNames
}

/**
 * The sockets of a host as values, in listing order. Owners are looked up unless `owners` is false.
 * Throws `E_FILTER_SYNTAX`. For large tables `readTable` is lighter: it stays in columns.
 */
export async function listSockets(os: OS, options: ListOptions = {}): Promise<SocketItem[]> {
  const { filter, names, services = () => null, owners = true, ...request } = options
  const table = await readTable(os, {
    ...request,
    owners,
    ...(filter === undefined ? {} : { filter: parseFilter(filter, names === undefined ? {} : { names }) }),
  })
  await table.facts.prepare(table.rows, ITEM_NEEDS)
  return Array.from(table.rows, row => itemAt(table, row, services))
}

export { countBy } from './count.ts'
export { type ExplainOptions, type Explanation, explain, isHeld } from './explain.ts'
export { type FactNeeds, TableFacts } from './facts.ts'
export { formatFilter, parseFilter, type SocketFilter } from './filter/filter.ts'
export { type EndItem, itemAt, type OwnerItem, type ServiceNames, type SocketItem } from './item.ts'
export { type Listener, listenersOf } from './listeners.ts'
export { maskSecrets } from './mask.ts'
export { type NextStep, nextSteps } from './next-steps.ts'
export { NO_OWNER_SAYS, whyNoOwner } from './no-owner.ts'
export { OwnerIndex } from './owner-index.ts'
export { pairLocalEnds } from './pair.ts'
export { type FlowRate, measureRates, type Rates } from './rate.ts'
export { readTable, type SocketTable, type TableRequest } from './table.ts'
export { type WatchEvent, type WatchRequest, watch } from './watch.ts'
export { whichNamespaces } from './which-namespaces.ts'
