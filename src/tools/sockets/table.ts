/**
 * A socket table as it was read at one moment: columns, the rows that were asked for in listing order, who
 * holds them, and what is known around them.
 *
 * The owners are looked up while the sockets are read. A socket that was opened in between, or that only one
 * thread holds, is looked for once more before it is said to have no owner.
 */
import type { Finding } from '../../model/finding.ts'
import { type Family, SOCKET_PROTOCOLS, type SocketProtocol } from '../../model/protocol.ts'
import type { SocketState } from '../../model/socket.ts'
import { SocketColumns } from '../../model/socket-columns.ts'
import type { Cancellable, Coverage, OS, Ownership, SocketQuery } from '../../os/os.ts'
import { TableFacts } from './facts.ts'
import type { SocketFilter } from './filter/filter.ts'
import { listingOrder } from './order.ts'
import { NONE, OwnerIndex } from './owner-index.ts'

export interface TableRequest {
  readonly protocols?: readonly SocketProtocol[]
  readonly families?: readonly Family[]
  readonly states?: readonly SocketState[]
  /** Only what waits for clients: listeners, and datagram sockets with a port and no peer. Overrules `states`. */
  readonly listening?: boolean
  readonly localPort?: number
  readonly peerPort?: number
  /** Inodes of namespaces; our own when left out. */
  readonly netns?: readonly number[]
  readonly filter?: SocketFilter
  /** Look up who holds the sockets; `found`: once there are any, and those alone, where there may well be none. */
  readonly owners?: boolean | 'found'
  readonly details?: SocketQuery['details']
  readonly signal?: AbortSignal
}

export interface SocketTable {
  /** Inode of the namespace that we are in. */
  readonly own: number
  readonly columns: SocketColumns
  /** Row numbers in listing order. */
  readonly rows: Uint32Array
  /** Null where owners were not asked for, or nothing was found that could have one. */
  readonly owners: OwnerIndex | null
  readonly coverage: Coverage | null
  readonly facts: TableFacts
  readonly notes: readonly Finding[]
  /** Rows that the filter could not judge, because a fact about them is hidden. */
  readonly undecided: number
}

export async function readTable(os: OS, request: TableRequest): Promise<SocketTable> {
  const { filter, signal } = request
  const cancel = signal === undefined ? {} : { signal }
  const holders = request.owners === true || filter?.needs.owners === true ? os.owners({}, cancel) : null
  holders?.catch(() => {}) // awaited below; a failure of the table comes first
  const queries = queriesOf(request)
  const columns = await readColumns(os, queries, cancel)
  const ownership = holders === null ? await holdersFound(os, request, columns, cancel) : await holders
  const facts = await factsOf(os, columns, ownership, queries)
  let rows: Uint32Array = allRows(columns.length)
  let undecided = 0
  if (filter !== undefined) {
    rows = filter.candidates(columns, rows)
    await facts.prepare(rows, filter.needs)
    const judged = filter.judge(columns, rows, facts)
    rows = judged.matched
    undecided = judged.undecided
  }
  return {
    own: os.netns,
    columns,
    rows: listingOrder(columns, rows, request.netns ?? []),
    owners: facts.owners,
    coverage: ownership?.coverage ?? null,
    facts,
    notes: [...(filter?.notes ?? []), ...columns.notes],
    undecided,
  }
}

/** To look at every process for nobody's sake takes longer than all the rest. */
async function holdersFound(
  os: OS,
  { owners }: TableRequest,
  { inode, length }: SocketColumns,
  cancel: Cancellable,
): Promise<Ownership | null> {
  if (owners !== 'found' || length === 0) return null
  return os.owners({ inodes: new Set(inode.subarray(0, length)) }, cancel)
}

async function factsOf(
  os: OS,
  columns: SocketColumns,
  ownership: Ownership | null,
  queries: readonly SocketQuery[],
): Promise<TableFacts> {
  if (ownership === null) return new TableFacts(os, columns, null, null)
  const owners = new OwnerIndex(ownership)
  const unresolved = rowsWithoutHolder(columns, owners)
  const second =
    unresolved.length === 0
      ? null
      : await (await import('./second-look.ts')).lookAgain(os, columns, ownership, unresolved, queries)
  const facts = new TableFacts(os, columns, second?.owners ?? owners, ownership.coverage)
  for (const row of second?.gone ?? []) facts.markGone(row)
  return facts
}

function allRows(length: number): Uint32Array {
  const rows = new Uint32Array(length)
  for (let row = 0; row < length; row++) rows[row] = row
  return rows
}

function rowsWithoutHolder({ inode, length }: SocketColumns, owners: OwnerIndex): number[] {
  const found: number[] = []
  for (let row = 0; row < length; row++)
    if (inode[row] !== 0 && owners.first(inode[row]!) === NONE) found.push(row)
  return found
}

async function readColumns(
  os: OS,
  queries: readonly SocketQuery[],
  cancel: { readonly signal?: AbortSignal },
): Promise<SocketColumns> {
  let columns: SocketColumns | null = null
  for (const query of queries) {
    for await (const batch of os.sockets(query, cancel)) {
      if (columns === null) columns = batch
      else columns.append(batch)
    }
  }
  return columns ?? new SocketColumns(1)
}

/** What the host can filter itself: the request, narrowed by what the filter surely asks for. */
function queriesOf(request: TableRequest): SocketQuery[] {
  const { filter, listening, protocols, families, states, localPort, peerPort, netns, details } = request
  const query: SocketQuery = {
    ...(protocols === undefined ? {} : { protocols }),
    ...(families === undefined ? {} : { families }),
    ...(states === undefined ? {} : { states }),
    ...(localPort === undefined ? {} : { localPort }),
    ...(peerPort === undefined ? {} : { peerPort }),
    ...(netns === undefined ? {} : { netns }),
    ...(details === undefined ? {} : { details }),
  }
  const narrowed = filter === undefined ? query : filter.narrow(query)
  return listening === true ? listeningQueries(narrowed) : [narrowed]
}

/** TCP's bound sockets don't wait for anybody, UDP's do; so the two are asked for apart, and cheaply. */
function listeningQueries(query: SocketQuery): SocketQuery[] {
  const wanted = query.protocols ?? SOCKET_PROTOCOLS
  const streams = wanted.filter(protocol => protocol !== 'udp' && protocol !== 'raw')
  const datagrams = wanted.filter(protocol => protocol === 'udp')
  return [
    ...(streams.length === 0 ? [] : [{ ...query, protocols: streams, states: ['listen' as const] }]),
    ...(datagrams.length === 0 ? [] : [{ ...query, protocols: datagrams, states: ['bound' as const] }]),
  ]
}
