/**
 * Connection tracking for a single question, over a list of connections: which packets make one, which belong to one, and
 * as what (the kernel's nf_conntrack_in, resolve_normal_ct, nf_conntrack_inet_error). A list doesn't tell sequence numbers:
 * a packet within a connection is taken to fit, and a port that another connection has is only said to be displaced. A host
 * that knows more is `linux-router.ts`.
 */
import type { Conntrack, Packet, Tuple, Zone } from '../filter/packet.ts'
import type { Scalar } from '../filter/pattern.ts'
import type { IpFamily } from '../protocol.ts'
import { counted, FRESH } from './connection-counts.ts'
import { answerTo, isSameTuple, trackedTuple } from './connection-tuple.ts'
import { hasValidFlags, isIcmpError, isNeverTracked, mayBegin } from './first-packet.ts'

export interface Connection {
  readonly family: IpFamily
  readonly protocol: number
  readonly original: Tuple
  readonly reply: Tuple
  /** Bits of `enum ip_conntrack_status`. */
  readonly status: number
  readonly mark: number
  readonly zone?: Zone
  /** See `Conntrack`. */
  readonly facts?: ReadonlyMap<string, Scalar>
  /** Of TCP: only the first SYN was seen, nothing from the other side. */
  readonly halfOpen?: boolean
  /** Of TCP: a rule has reset it (nf_conntrack_tcp_set_closing). */
  readonly closed?: boolean
}

/** What an ICMP error quotes: the packet that it is about. */
export interface Quoted {
  readonly protocol: number
  readonly tuple: Tuple
}

const TCP = 6
const [FIN, SYN, RST, ACK] = [1, 2, 4, 16]
const SEEN_REPLY = 2
const ASSURED = 4
const CONFIRMED = 8

/** How conntrack sees the packet, and the connection that it belongs to, if there is one. */
export function track(
  connections: readonly Connection[],
  packet: Packet,
  quoted?: Quoted,
  zone?: Zone,
): { readonly conntrack: Conntrack; readonly connection?: Connection } {
  const { protocol = 0 } = packet
  const tuple = trackedTuple(packet)
  if (isNeverTracked(packet)) return { conntrack: { state: 'untracked' } }
  if (isIcmpError(packet)) return relatedTo(connections, packet, quoted, zone)
  if (tuple === undefined || !hasValidFlags(packet)) return { conntrack: { state: 'invalid' } }
  const found = findConnection(connections, packet.family, protocol, tuple, zone)
  if (found === undefined)
    return { conntrack: mayBegin(packet) ? beginning(tuple, packet, zone) : { state: 'invalid' } }
  const { connection, direction } = found
  // Without an answer seen, only the SYN again fits (the table tcp_conntracks, an ACK in SYN_SENT).
  const flags = packet.tcpFlags ?? 0
  if (connection.halfOpen === true && direction === 'original' && flags !== SYN && (flags & RST) === 0)
    return { conntrack: { state: 'invalid' } }
  // Of what is ignored nothing is counted: a SYN again, a SYN-ACK to what is over (nf_conntrack_tcp_packet).
  const isIgnored =
    protocol === TCP &&
    (direction === 'original'
      ? connection.halfOpen === true
      : connection.closed === true && (flags & (SYN | ACK)) === (SYN | ACK))
  const status = connection.status | (direction === 'reply' ? SEEN_REPLY : 0)
  const assured = isAssured(packet, connection, direction) ? ASSURED : 0
  return {
    connection,
    conntrack: {
      state: (status & SEEN_REPLY) !== 0 ? 'established' : 'new',
      direction,
      status: status | assured,
      mark: connection.mark,
      original: connection.original,
      reply: connection.reply,
      ...(connection.zone === undefined ? {} : { zone: connection.zone }),
      ...(connection.facts === undefined
        ? {}
        : { facts: isIgnored ? connection.facts : counted(connection.facts, packet, direction) }),
    },
  }
}

/** The answer to a SYN-ACK makes a connection one that isn't dropped early. */
const isAssured = (
  { protocol, tcpFlags = 0 }: Packet,
  { status, closed }: Connection,
  direction: 'original' | 'reply',
): boolean =>
  protocol === TCP &&
  direction === 'original' &&
  closed !== true &&
  (status & SEEN_REPLY) !== 0 &&
  (tcpFlags & ACK) !== 0 &&
  (tcpFlags & (SYN | RST | FIN)) === 0

function beginning(tuple: Tuple, packet: Packet, zone: Zone | undefined): Conntrack {
  return {
    state: 'new',
    direction: 'original',
    status: 0,
    mark: 0,
    original: tuple,
    reply: answerTo(tuple, packet),
    ...(zone === undefined ? {} : { zone }),
    facts: counted(FRESH, packet, 'original'),
  }
}

function relatedTo(
  connections: readonly Connection[],
  { family, destination }: Packet,
  quoted: Quoted | undefined,
  zone: Zone | undefined,
): { conntrack: Conntrack; connection?: Connection } {
  if (quoted === undefined) return { conntrack: { state: 'invalid' } }
  // What would answer the quoted packet is looked for: a translated connection is found by what left or came last.
  const sought = answerTo(quoted.tuple, quoted)
  const found = findConnection(connections, family, quoted.protocol, sought, zone)
  if (found === undefined || found.connection[found.direction].destination !== destination)
    return { conntrack: { state: 'invalid' } }
  const { connection, direction } = found
  return {
    connection,
    conntrack: {
      state: 'related',
      direction,
      status: connection.status,
      mark: connection.mark,
      original: connection.original,
      reply: connection.reply,
      ...(connection.zone === undefined ? {} : { zone: connection.zone }),
      ...(connection.facts === undefined ? {} : { facts: connection.facts }),
    },
  }
}

function findConnection(
  connections: readonly Connection[],
  family: IpFamily,
  protocol: number,
  tuple: Tuple,
  zone: Zone | undefined,
): { connection: Connection; direction: 'original' | 'reply' } | undefined {
  for (const connection of connections) {
    if (connection.family !== family || connection.protocol !== protocol) continue
    const { original, reply } = connection
    // Of whom talks to himself the answer's place comes first (__nf_conntrack_hash_insert).
    if (isSameTuple(reply, tuple) && isInZone(connection, 'reply', zone))
      return { connection, direction: 'reply' }
    if (isSameTuple(original, tuple) && isInZone(connection, 'original', zone))
      return { connection, direction: 'original' }
  }
  return undefined
}

/** A packet is looked for in the zone of its first direction, then in that of its other one (resolve_normal_ct). */
const isInZone = ({ zone: own }: Connection, direction: keyof Zone, zone: Zone | undefined): boolean =>
  [zone?.original ?? 0, zone?.reply ?? 0].includes(own?.[direction] ?? 0)

const isSameZone = (one: Zone | undefined, other: Zone | undefined): boolean =>
  (one?.original ?? 0) === (other?.original ?? 0) && (one?.reply ?? 0) === (other?.reply ?? 0)

/**
 * The connections after a packet: one that knows more, whatever became of the packet; one more only where it has got
 * through.
 */
export function remembered(
  connections: readonly Connection[],
  packet: Packet,
  conntrack: Conntrack | undefined,
  passed: boolean,
  /** Of the kernel's answer to another packet: its connection's protocol. */
  attached?: number,
): readonly Connection[] {
  if (conntrack?.original === undefined || conntrack.reply === undefined) return connections
  const { original, reply, status = 0, mark = 0, state, zone, facts } = conntrack
  const next: Connection = {
    family: packet.family,
    protocol: attached ?? packet.protocol ?? 0,
    original,
    reply,
    status: status | CONFIRMED,
    mark,
    ...(zone === undefined ? {} : { zone }),
    ...(facts === undefined ? {} : { facts }),
    ...((packet.protocol === TCP && packet.tcpFlags === SYN) || attached === TCP ? { halfOpen: true } : {}),
  }
  const at = connections.findIndex(
    one =>
      one.family === next.family &&
      isSameTuple(one.original, original) &&
      isSameZone(one.zone, zone) &&
      (state === 'related' || one.protocol === next.protocol),
  )
  if (at !== -1) {
    const { halfOpen, ...known } = connections[at]!
    const isAnswered = (status & SEEN_REPLY) !== 0
    // A reset before any answer ends it at once.
    const isReset = packet.protocol === TCP && ((packet.tcpFlags ?? 0) & RST) !== 0 && state !== 'related'
    if (isReset && (known.status & SEEN_REPLY) === 0) return connections.toSpliced(at, 1)
    return connections.with(at, {
      ...known,
      status: next.status,
      mark,
      ...(facts === undefined ? {} : { facts }),
      ...(halfOpen === undefined || (isAnswered && known.closed !== true) ? {} : { halfOpen }),
    })
  }
  // An answer to an answer goes the connection's own way, and makes it one.
  const isBeginning = attached === undefined ? state !== 'related' : conntrack.direction === 'original'
  return passed && isBeginning ? [...connections, next] : connections
}

/** Whether another connection is in the way of its answers: then the kernel gives it another port (nf_nat_used_tuple). */
export const isTaken = (
  connections: readonly Connection[],
  { family, protocol }: Packet,
  { reply, zone }: Conntrack,
): boolean =>
  reply !== undefined && findConnection(connections, family, protocol ?? 0, reply, zone) !== undefined

/** The connection has been reset by a rule. */
export const closed = (connections: readonly Connection[], { original }: Conntrack): readonly Connection[] =>
  connections.map(one =>
    original !== undefined && isSameTuple(one.original, original) ? { ...one, closed: true } : one,
  )
