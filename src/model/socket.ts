/**
 * Socket states, and one row of a socket table as a value.
 *
 * Rows as values are for explaining a few sockets; whole tables travel as columns (`socket-columns.ts`).
 */
import type { Endpoint } from './endpoint.ts'
import { FAMILIES, type Family, SOCKET_PROTOCOLS, type SocketProtocol } from './protocol.ts'

/**
 * Every state of a socket, TCP's by the names of RFC 9293 section 3.3.2. Three words are ours:
 * `bound` has a local port but neither listens nor is connected (for UDP the normal state of a server),
 * `connected` and `unconnected` are datagram and unix sockets with and without a peer.
 */
export const SOCKET_STATES = [
  'listen',
  'bound',
  'established',
  'connected',
  'unconnected',
  'syn-sent',
  'syn-recv',
  'fin-wait-1',
  'fin-wait-2',
  'time-wait',
  'close-wait',
  'last-ack',
  'closing',
  'closed',
] as const
export type SocketState = (typeof SOCKET_STATES)[number]

/** The timer that will next act on a TCP socket (Linux `inet_sk_diag_fill`). */
export const TIMER_KINDS = [
  'none',
  'retransmit',
  'keepalive',
  'time-wait',
  'probe',
  'delayed-ack',
  'other',
] as const
export type TimerKind = (typeof TIMER_KINDS)[number]

/** What a unix socket carries: bytes in order, messages, messages in order (unix(7)); `none` for other sockets. */
export const UNIX_KINDS = ['none', 'stream', 'datagram', 'seqpacket'] as const
export type UnixKind = (typeof UNIX_KINDS)[number]

/** A unix socket's name: a path, or `@name` in the abstract namespace; empty when it was never bound. */
export interface UnixName {
  readonly path: string
}

/** Numbers a TCP connection keeps about itself (Linux `tcp_info`); what the kernel lacks is absent. */
export interface TcpNumbers {
  /** Smoothed round-trip time and its variation, milliseconds. */
  readonly rttMs?: number
  readonly rttVarMs?: number
  /** Segments sent again, since the start. */
  readonly retransmits?: number
  /** Payload acknowledged by the peer and received, bytes; SYN and FIN count one each. */
  readonly bytesAcked?: number
  readonly bytesReceived?: number
  /** Milliseconds since data was last sent and received. */
  readonly sinceSentMs?: number
  readonly sinceReceivedMs?: number
  /** Congestion window, segments; maximum segment size, bytes. */
  readonly congestionWindow?: number
  readonly mss?: number
  /** The kernel's own estimate of what the path delivers, bytes a second. */
  readonly deliveryRate?: number
}

export interface Socket {
  readonly protocol: SocketProtocol
  readonly family: Family
  /** Unix sockets: what they carry, where the source tells. */
  readonly kind?: Exclude<UnixKind, 'none'>
  readonly state: SocketState
  /** For a unix socket its name. Port 0 means that none is bound. */
  readonly local: Endpoint | UnixName
  /** Absent where there is none; for a unix socket also where the peer is not in the table. */
  readonly peer?: Endpoint | UnixName
  /** Index of the interface the socket is bound to; 0 for none. */
  readonly interface: number
  /** Inode of the network namespace; 0 when it is the only one there is. */
  readonly netns: number
  /** The descriptor's inode, by which owners are found; 0 when no process has a descriptor. */
  readonly inode: number
  /** The kernel's name for the socket, unique until reboot; 0n where the source tells none. */
  readonly cookie: bigint
  /** The user who made it; absent where the source doesn't tell. */
  readonly uid?: number
  /** IPv6 wildcard listeners: takes IPv6 only (`true`) or IPv4 too; absent where unknown or beside the point. */
  readonly v6only?: boolean
  /** Bytes waiting, for all but listeners: unread by the program, unacknowledged by the peer. */
  readonly queue?: { readonly receive: number; readonly send: number }
  /** Listeners: connections waiting to be accepted, how many may wait, how many attempts were dropped. */
  readonly acceptQueue?: { readonly length: number; readonly limit?: number; readonly drops?: number }
  /** Datagrams dropped at this socket. */
  readonly drops?: number
  readonly timer?: { readonly kind: TimerKind; readonly ms: number; readonly retransmits: number }
  /** The control group's id, where the kernel tells it. */
  readonly cgroup?: bigint
  readonly tcp?: TcpNumbers
}

export const isUnixName = (end: Endpoint | UnixName): end is UnixName => 'path' in end

/** What the code columns hold: an index into the lists of the model. */
export const protocolCode = (protocol: (typeof SOCKET_PROTOCOLS)[number]): number =>
  SOCKET_PROTOCOLS.indexOf(protocol)
export const familyCode = (family: (typeof FAMILIES)[number]): number => FAMILIES.indexOf(family)
export const stateCode = (state: (typeof SOCKET_STATES)[number]): number => SOCKET_STATES.indexOf(state)
export const kindCode = (kind: (typeof UNIX_KINDS)[number]): number => UNIX_KINDS.indexOf(kind)
export const timerCode = (timer: (typeof TIMER_KINDS)[number]): number => TIMER_KINDS.indexOf(timer)

/** The source did not tell: `UNTOLD_BYTE` in `v6only`, `UNTOLD` in `uid`, `drops` and both queues. */
export const UNTOLD_BYTE = 0xff
export const UNTOLD = 0xffffffff

/** The TCP numbers that are kept, in the order of their column; NaN where the source has none. */
export const TCP_FIELDS = [
  'rttMs',
  'rttVarMs',
  'retransmits',
  'bytesAcked',
  'bytesReceived',
  'sinceSentMs',
  'sinceReceivedMs',
  'congestionWindow',
  'mss',
  'deliveryRate',
] as const
export type TcpField = (typeof TCP_FIELDS)[number]
