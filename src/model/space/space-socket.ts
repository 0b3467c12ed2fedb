/** A socket of the port space: what it was made with, what was set, what it holds. */
import type { Family } from '../protocol.ts'
import { type LocalAddress, WILDCARD_V4, WILDCARD_V6 } from './local-address.ts'
import type { End, SocketId, SpaceProtocol } from './program.ts'

export type TcpState =
  | 'close'
  | 'listen'
  | 'syn-sent'
  | 'established'
  | 'fin-wait-2'
  | 'close-wait'
  | 'time-wait'

/** How far connect() got, beside the state (Linux `socket->state`). */
export type Progress = 'unconnected' | 'connecting' | 'connected'

export interface RemoteEnd {
  /** On the wire: an IPv4 address or a real IPv6 one, also where the socket names it by its mapped form. */
  readonly address: string
  readonly port: number
}

/** What other sockets compare: every holder of a port is one, sockets and TIME_WAIT alike. */
export interface Holder {
  readonly id: SocketId
  readonly protocol: SpaceProtocol
  readonly family: Exclude<Family, 'unix'>
  uid: number
  reuseAddress: boolean
  reusePort: boolean
  v6only: boolean
  device: string | null
  local: LocalAddress
  state: TcpState
  /** The port was chosen by connect() (SOCK_CONNECT_BIND). */
  connectBind: boolean
}

export interface SpaceSocket extends Holder {
  noPort: boolean
  /** IP_LOCAL_PORT_RANGE; 0 for a half that is not set. */
  range: readonly [number, number]
  /** The port held in the space; 0 for none. */
  num: number
  /** The port that getsockname() tells. */
  sport: number
  /** bind() named an address (SOCK_BINDADDR_LOCK). */
  addressLock: boolean
  /** bind() named a port (SOCK_BINDPORT_LOCK). */
  portLock: boolean
  remote: RemoteEnd | null
  progress: Progress
  /** It has sent a SYN, or answered one: TCP's numbers go on from there (`tp->write_seq`). */
  counts: boolean
  /** It once tried an IPv4 conversation over IPv6, and keeps the plumbing of that. */
  spokeV4: boolean
  /**
   * It heard something while it had a peer. From then on it is preferred on the processor that it heard it on
   * (`sk_incoming_cpu`), and which processor a packet is on is chance to us.
   */
  heard: boolean
}

/** A TIME_WAIT, or the FIN_WAIT_2 of a socket that nobody holds any more: both are the kernel's small kind of socket. */
export interface TimeWait extends Holder {
  readonly num: number
  readonly remote: RemoteEnd
}

const NO_RANGE = [0, 0] as const

export function newSocket(
  id: SocketId,
  protocol: SpaceProtocol,
  family: Exclude<Family, 'unix'>,
  uid: number,
): SpaceSocket {
  return {
    id,
    protocol,
    family,
    uid,
    reuseAddress: false,
    reusePort: false,
    v6only: false,
    device: null,
    local: wildcardOf(family),
    state: 'close',
    connectBind: false,
    noPort: false,
    range: NO_RANGE,
    num: 0,
    sport: 0,
    addressLock: false,
    portLock: false,
    remote: null,
    progress: 'unconnected',
    counts: false,
    spokeV4: false,
    heard: false,
  }
}

export const wildcardOf = (family: Exclude<Family, 'unix'>): LocalAddress =>
  family === 'ipv4' ? WILDCARD_V4 : WILDCARD_V6

/** What getsockname() tells of a socket. */
export const localEndOf = ({ local, sport }: SpaceSocket): End => ({
  address: local.v6 ?? local.v4,
  port: sport,
})

/** What getpeername() tells; null without a peer. */
export function peerEndOf({ remote, family }: SpaceSocket): End | null {
  if (remote === null) return null
  const { address, port } = remote
  const mapped = family === 'ipv6' && !address.includes(':')
  return { address: mapped ? `::ffff:${address}` : address, port }
}
