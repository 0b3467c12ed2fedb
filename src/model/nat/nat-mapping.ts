/** A mapping of a NAT, and the sessions that go through it (RFC 4787 section 2). Times are milliseconds. */
import type { NatBehaviour } from './behaviour.ts'
import type { PeerKey } from './port-pool.ts'
import { isLasting, nextTcpState, type TcpSessionState } from './tcp-session.ts'

export const ICMP = 1
export const TCP = 6
export const UDP = 17

/** An endpoint as one number, a key: 32 bits of address and 16 of port fit into a double. */
export const endpointKey = (address: number, port: number): number => address * 65_536 + port
export const addressOfKey = (key: number): number => Math.floor(key / 65_536)

export interface NatMapping {
  readonly protocol: number
  readonly insideAddress: number
  readonly insidePort: number
  readonly externalAddress: number
  readonly externalPort: number
  /** What the mapping depends on beside the inside endpoint; 0 for nothing. */
  readonly peer: PeerKey
  /** By the peer's endpoint. */
  readonly sessions: Map<number, NatSession>
  /** Nothing goes through any more from that time on. */
  expires: number
}

export interface NatSession {
  /** Of TCP. */
  state: TcpSessionState | null
  expires: number
  /** The inside host has sent to this peer, which is what filters ask. */
  contacted: boolean
}

/** A packet goes through: from inside it keeps the mapping alive, from outside only where that is so. */
export function refresh(
  mapping: NatMapping,
  peer: number,
  from: 'inside' | 'outside',
  { timers, inboundRefresh }: NatBehaviour,
  now: number,
  tcpFlags = 0,
): void {
  let session = mapping.sessions.get(peer)
  if (session === undefined) {
    session = { state: null, expires: mapping.expires, contacted: false }
    mapping.sessions.set(peer, session)
  }
  if (from === 'inside') session.contacted = true
  if (mapping.protocol === TCP) {
    session.state = nextTcpState(session.state, tcpFlags, from)
    session.expires = now + (isLasting(session.state) ? timers.tcpEstablished : timers.tcpTransitory)
    mapping.expires = latest(mapping.sessions)
  } else if (from === 'inside' || inboundRefresh) {
    session.expires = now + (mapping.protocol === ICMP ? timers.icmp : timers.udp)
    mapping.expires = session.expires
  }
}

function latest(sessions: ReadonlyMap<number, NatSession>): number {
  let last = 0
  for (const { expires } of sessions.values()) if (expires > last) last = expires
  return last
}

/** Whether a packet from that peer may come in (RFC 4787 section 5). */
export function admits(
  mapping: NatMapping,
  peer: number,
  filtering: NatBehaviour['filtering'],
  now: number,
): boolean {
  if (filtering === 'endpoint-independent') return true
  const exact = mapping.sessions.get(peer)
  if (exact?.contacted === true && exact.expires > now) return true
  if (filtering === 'address-and-port-dependent') return false
  const address = addressOfKey(peer)
  for (const [key, { contacted, expires }] of mapping.sessions)
    if (contacted && expires > now && addressOfKey(key) === address) return true
  return false
}
