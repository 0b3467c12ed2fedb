/**
 * Explains one port: who listens on it, who talks through it, and if nobody does, what else could stand in the
 * way of using it.
 *
 * Looks at the named namespace; when nothing is found there, at the others, at the reserved ports and at
 * connections to such a port elsewhere. Packet filters and NAT have a say where the caller brings a judge of them.
 */
import type { Address } from '../../model/address.ts'
import { type EndpointSpec, isHostAddress } from '../../model/endpoint.ts'
import { fault } from '../../model/fault.ts'
import type { Finding } from '../../model/finding.ts'
import { ANY_PORT } from '../../model/port.ts'
import { PROTOCOLS } from '../../model/protocol.ts'
import { stateCode } from '../../model/socket-columns.ts'
import type { Cancellable, OS, SocketQuery } from '../../os/os.ts'
import { sentTo, withPeer } from './at-address.ts'
import { connectionsOf } from './connections-of.ts'
import { canBeReached, type ExposureJudge } from './facts.ts'
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
  /** The same by the listener that they came in through. */
  readonly through: ReadonlyMap<Listener, readonly number[]>
  /** For connections whose other end is on this host too: the row of that end. */
  readonly clients: ReadonlyMap<number, number>
  /** Connections from here to that endpoint elsewhere; looked for only when nothing here has it. */
  readonly outgoing: SocketTable | null
  readonly findings: readonly Finding[]
}

export interface ExplainOptions {
  /** Inodes of namespaces; our own when left out. */
  readonly netns?: readonly number[]
  /** What the host asked for stands for, if it is a name: the caller resolves it. Without, a name is not looked at. */
  readonly addresses?: readonly Address[]
  /** What a packet filter leaves of an exposure; without it the bind address alone decides. */
  readonly exposure?: ExposureJudge
  readonly signal?: AbortSignal
}

/** Throws `E_PORT_ZERO`. */
export async function explain(
  os: OS,
  asked: EndpointSpec,
  options: ExplainOptions = {},
): Promise<Explanation> {
  if (asked.port === ANY_PORT) throw fault('E_PORT_ZERO')
  const { netns, signal, addresses = addressesOf(asked) } = options
  const protocols = asked.protocol === undefined ? PROTOCOLS : [asked.protocol]
  const query = { protocols, ...(netns === undefined ? {} : { netns }) }
  const cancel = signal === undefined ? {} : { signal }
  const whole = await readTable(os, {
    ...query,
    ...cancel,
    localPort: asked.port,
    owners: true,
    details: ['queues'],
  })
  await whole.facts.prepare(whole.rows, { exposure: true })
  if (options.exposure !== undefined) whole.facts.judgeExposure(options.exposure)
  const table = addresses === undefined ? whole : sentTo(whole, addresses)
  await table.facts.prepare(table.rows, {
    owners: true,
    parents: true,
    userNames: true,
    groups: true,
    commands: true,
  })
  const listeners = listenersOf(table)
  const rest = [...table.rows].filter(row => !canBeReached(table.columns, row))
  const bound = rest.filter(row => table.columns.state[row] === BOUND)
  const connections = rest.filter(row => table.columns.state[row] !== BOUND)
  const toPort = { ...query, peerPort: asked.port }
  const clients = await clientsOf(os, table, connections, toPort, cancel)
  const found = listeners.length > 0 || rest.length > 0
  const leaving = found ? null : await readTable(os, { ...toPort, ...cancel, owners: true })
  const outgoing = leaving === null || addresses === undefined ? leaving : withPeer(leaving, addresses)
  await outgoing?.facts.prepare(outgoing.rows, { owners: true })
  return {
    asked,
    table,
    listeners,
    connections,
    bound,
    through: connectionsOf(table.columns, listeners, connections),
    clients,
    outgoing,
    findings: [
      ...listeners.flatMap(listener => findingsOfListener(table, listener)),
      ...(listeners.length > 0
        ? []
        : await findingsWithoutSocket(os, { asked, table, connections, bound, protocols, netns, ...cancel })),
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
  cancel: Cancellable,
): Promise<ReadonlyMap<number, number>> {
  const clients = new Map<number, number>()
  if (connections.length === 0 || connections.length > MOST_FOLLOWED) return clients
  for await (const batch of os.sockets(query, cancel)) columns.append(batch)
  const ends = pairLocalEnds(columns)
  for (const row of connections) if (ends[row] !== -1) clients.set(row, ends[row]!)
  await facts.prepare(Uint32Array.from(clients.values()), { owners: true })
  return clients
}

/** An address stands for itself. */
const addressesOf = ({ host }: EndpointSpec): readonly Address[] | undefined =>
  host !== undefined && isHostAddress(host) ? [host] : undefined

const BOUND = stateCode('bound')
