/**
 * Explains one port: who listens on it, who talks through it, and if nobody does, what else could stand in the
 * way of using it.
 *
 * Looks at the named namespace; when nothing is found there, at the others, at the reserved ports and at
 * connections to such a port elsewhere. Packet filters and NAT are not looked at.
 */
import { type Address, addressFromBytes, UNSPECIFIED_V4, UNSPECIFIED_V6, unmap } from '../../model/address.ts'
import type { EndpointSpec } from '../../model/endpoint.ts'
import type { Finding } from '../../model/finding.ts'
import { PROTOCOLS } from '../../model/protocol.ts'
import { familyCode, type SocketColumns, stateCode } from '../../model/socket-columns.ts'
import type { OS, SocketQuery } from '../../os/os.ts'
import { canBeReached } from './facts.ts'
import { findingsWithoutSocket } from './findings-free.ts'
import { findingsOfListener } from './findings-listener.ts'
import { type Listener, listenersOf } from './listeners.ts'
import { pairLocalEnds } from './pair.ts'
import { readTable, type SocketTable } from './table.ts'

export interface Explanation {
  readonly asked: EndpointSpec
  /** Sockets whose local port it is. */
  readonly table: SocketTable
  readonly listeners: readonly Listener[]
  /** Rows of connections through that port, in listing order. */
  readonly connections: readonly number[]
  /** Rows of sockets that are bound to it without listening. */
  readonly bound: readonly number[]
  /** For connections whose other end is on this host too: the row of that end. */
  readonly clients: ReadonlyMap<number, number>
  /** Connections from here to that port elsewhere; looked for only when nothing here has it. */
  readonly outgoing: SocketTable | null
  readonly findings: readonly Finding[]
}

export interface ExplainOptions {
  /** Inodes of namespaces; our own when left out. */
  readonly netns?: readonly number[]
  /** Addresses that the host name asked for stands for; the caller resolves it. */
  readonly addresses?: readonly Address[]
  readonly signal?: AbortSignal
}

export async function explain(
  os: OS,
  asked: EndpointSpec,
  options: ExplainOptions = {},
): Promise<Explanation> {
  const { netns, signal } = options
  const protocols = asked.protocol === undefined ? PROTOCOLS : [asked.protocol]
  const shared = {
    protocols,
    ...(netns === undefined ? {} : { netns }),
    ...(signal === undefined ? {} : { signal }),
  }
  const whole = await readTable(os, {
    ...shared,
    localPort: asked.port,
    owners: true,
    details: ['queues', 'tcp'],
  })
  const table = options.addresses === undefined ? whole : at(whole, options.addresses)
  await table.facts.prepare(table.rows, {
    owners: true,
    parents: true,
    exposure: true,
    userNames: true,
    groups: true,
    commands: true,
  })
  const listeners = listenersOf(table)
  const rest = [...table.rows].filter(row => !canBeReached(table.columns, row))
  const bound = rest.filter(row => table.columns.state[row] === BOUND)
  const connections = rest.filter(row => table.columns.state[row] !== BOUND)
  const clients = await clientsOf(os, table, connections, { ...shared, peerPort: asked.port })
  const found = listeners.length > 0 || rest.length > 0
  const outgoing = found ? null : await readTable(os, { ...shared, peerPort: asked.port, owners: true })
  await outgoing?.facts.prepare(outgoing.rows, { owners: true })
  return {
    asked,
    table,
    listeners,
    connections,
    bound,
    clients,
    outgoing,
    findings: [
      ...listeners.flatMap(listener => findingsOfListener(table, listener)),
      ...(listeners.length > 0
        ? []
        : await findingsWithoutSocket(os, { asked, table, connections, bound, protocols })),
    ],
  }
}

/** So many connections are followed to their other end. */
const MOST_FOLLOWED = 5000

/** Reads the other ends, adds them to the table's columns (not to its rows), and pairs them up. */
async function clientsOf(
  os: OS,
  { columns, facts }: SocketTable,
  connections: readonly number[],
  query: SocketQuery,
): Promise<ReadonlyMap<number, number>> {
  const clients = new Map<number, number>()
  if (connections.length === 0 || connections.length > MOST_FOLLOWED) return clients
  for await (const batch of os.sockets(query)) columns.append(batch)
  const ends = pairLocalEnds(columns)
  for (const row of connections) if (ends[row] !== -1) clients.set(row, ends[row]!)
  await facts.prepare(Uint32Array.from(clients.values()), { owners: true })
  return clients
}

/** Only the sockets that take what is sent to one of these addresses. */
function at(table: SocketTable, addresses: readonly Address[]): SocketTable {
  const wanted = new Set(addresses.map(unmap))
  return { ...table, rows: table.rows.filter(row => takes(table.columns, row, wanted)) }
}

function takes(columns: SocketColumns, row: number, wanted: ReadonlySet<Address>): boolean {
  const ipv4 = columns.family[row] === IPV4
  const local = unmap(addressFromBytes(columns.local, row * 16, ipv4 ? 'ipv4' : 'ipv6'))
  if (wanted.has(local)) return true
  const v4 = [...wanted].some(address => !address.includes(':'))
  const v6 = [...wanted].some(address => address.includes(':'))
  if (local === UNSPECIFIED_V4) return v4
  return local === UNSPECIFIED_V6 && (v6 || (v4 && columns.v6only[row] !== 1))
}

const IPV4 = familyCode('ipv4')
const BOUND = stateCode('bound')
