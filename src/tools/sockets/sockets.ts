/**
 * Sockets: what listens and talks on a host, who holds it, who can reach it.
 *
 * Answers: the socket table with owners and the reason where there is none (`listSockets`, `readTable`), one port
 * in full (`explain`), what changes (`watch`), bytes a second (`measureRates`), and which sockets a filter means
 * (`readFilter`). Does not answer whether a packet filter or NAT lets anybody through: `exposure` here is the
 * bind address's alone. Everything is asked of an `OS`; nothing here knows which system that is.
 *
 * Whatever not every caller needs is imported when it is first called, because each file costs start-up.
 */
import type { PortNames } from '../../model/port-set.ts'
import type { OS } from '../../os/os.ts'
import type { Count, CountKey } from './count.ts'
import type { Explanation } from './explain.ts'
import type { ParseOptions, SocketFilter } from './filter/filter.ts'
import type { ServiceNames, SocketItem } from './item.ts'
import type { NextStep, StepFacts } from './next-steps.ts'
import type { Rates } from './rate.ts'
import { readTable, type SocketTable, type TableRequest } from './table.ts'
import type { WatchEvent, WatchRequest } from './watch.ts'

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
    ...(filter === undefined
      ? {}
      : { filter: await readFilter(filter, names === undefined ? {} : { names }) }),
  })
  const item = await itemMaker(table, services)
  return Array.from(table.rows, item)
}

/** Makes items of rows; what they need is fetched first, for `rows` or for all rows of the table. */
export async function itemMaker(
  table: SocketTable,
  services: ServiceNames,
  rows: Uint32Array = table.rows,
): Promise<(row: number) => SocketItem> {
  const { ITEM_NEEDS, itemAt } = await import('./item.ts')
  await table.facts.prepare(rows, ITEM_NEEDS)
  return row => itemAt(table, row, services)
}

/** Reads a filter. Throws `E_FILTER_SYNTAX`, which points at the place, or `E_FILTER_UNSUPPORTED`. */
export async function readFilter(text: string, options?: ParseOptions): Promise<SocketFilter> {
  return (await import('./filter/filter.ts')).parseFilter(text, options)
}

/** Explains one port: who listens, who talks, and if nobody does, what else could stand in the way. */
export async function explain(
  ...asked: Parameters<typeof import('./explain.ts').explain>
): Promise<Explanation> {
  return (await import('./explain.ts')).explain(...asked)
}

/** Somebody holds the port: it is listened on, bound, or has connections. */
export const isHeld = ({ listeners, connections, bound }: Explanation): boolean =>
  listeners.length > 0 || bound.length > 0 || connections.length > 0

/** Sockets as they open, close and change hands, until the signal aborts. */
export async function* watch(os: OS, request: WatchRequest): AsyncIterable<WatchEvent> {
  yield* (await import('./watch.ts')).watch(os, request)
}

/** Bytes a second of each TCP connection, from two readings that many seconds apart. */
export async function measureRates(os: OS, request: TableRequest, seconds: number): Promise<Rates> {
  return (await import('./rate.ts')).measureRates(os, request, seconds)
}

/** How many of a table's sockets each peer, process, state … has, most first. */
export async function countSockets(table: SocketTable, by: CountKey): Promise<readonly Count[]> {
  const { countBy } = await import('./count.ts')
  await table.facts.prepare(table.rows, { owners: by === 'process', userNames: by === 'user' })
  return countBy(table.columns, table.rows, by, table.facts)
}

/** The commands worth typing next about a port. */
export async function nextSteps(facts: StepFacts): Promise<readonly NextStep[]> {
  return (await import('./next-steps.ts')).nextSteps(facts)
}

/** Inodes of the namespaces that a text means: self, all, a name, a pid, an inode. */
export async function whichNamespaces(os: OS, text: string | undefined): Promise<readonly number[]> {
  return (await import('./which-namespaces.ts')).whichNamespaces(os, text)
}

export { addressKey } from './address-key.ts'
export type { Count, CountKey } from './count.ts'
export type { ExplainOptions, Explanation } from './explain.ts'
export { canBeReached, type ExposureJudge, type FactNeeds, localAddress, type TableFacts } from './facts.ts'
export type { SocketFilter } from './filter/filter.ts'
export type { EndItem, OwnerItem, ServiceNames, SocketItem } from './item.ts'
export { type Listener, listenersOf } from './listeners.ts'
export type { NextStep, StepFacts } from './next-steps.ts'
export { NO_OWNER_SAYS, NO_OWNER_WORDS, whyNoOwner } from './no-owner.ts'
export { NONE, OwnerIndex } from './owner-index.ts'
export type { FlowRate, Rates } from './rate.ts'
export { readTable, type SocketTable, type TableRequest } from './table.ts'
export type { WatchEvent, WatchRequest } from './watch.ts'
