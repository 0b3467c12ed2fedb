/** Which packets can begin a connection, and which are of none (tcp_new, icmp_pkt_to_tuple, `valid_new`). */
import type { Packet } from '../filter/packet.ts'
import { ANSWERED_BY, isIcmp } from './connection-tuple.ts'

const TCP = 6
const ICMP = 1
const ICMPV6 = 58
const ICMP_ERRORS: ReadonlySet<number> = new Set([3, 4, 5, 11, 12])
const ICMPV6_ERRORS: ReadonlySet<number> = new Set([1, 2, 3, 4])
/** Neighbour discovery and multicast listeners (icmpv6_error, `noct_valid_new`). */
const NEVER_TRACKED: ReadonlySet<number> = new Set([130, 131, 132, 133, 134, 135, 136, 137, 143])

export const isNeverTracked = ({ protocol, icmpType = -1 }: Packet): boolean =>
  protocol === ICMPV6 && NEVER_TRACKED.has(icmpType)

/** It is about another packet, and belongs to that one's connection if to any. */
export const isIcmpError = ({ protocol, icmpType = -1 }: Packet): boolean =>
  (protocol === ICMP && ICMP_ERRORS.has(icmpType)) || (protocol === ICMPV6 && ICMPV6_ERRORS.has(icmpType))

const [FIN, SYN, RST, ACK, URG] = [1, 2, 4, 16, 32]

/** Flags that belong together (tcp_valid_flags); PSH, ECE and CWR may always be there. */
const VALID_FLAGS: ReadonlySet<number> = new Set([
  SYN,
  SYN | URG,
  SYN | ACK,
  RST,
  RST | ACK,
  FIN | ACK,
  FIN | ACK | URG,
  ACK,
  ACK | URG,
])
const ALWAYS_ALLOWED = 8 | 64 | 128

export const hasValidFlags = ({ protocol, tcpFlags }: Packet): boolean =>
  protocol !== TCP || tcpFlags === undefined || VALID_FLAGS.has(tcpFlags & ~ALWAYS_ALLOWED)

/** What can be a connection's first packet: of TCP a SYN, or what may be of a connection already made (tcp_new, nf_conntrack_tcp_loose). */
export function mayBegin({ protocol, tcpFlags = 0, icmpType = -1 }: Packet): boolean {
  if (isIcmp(protocol)) return ANSWERED_BY[protocol].has(icmpType)
  if (protocol !== TCP) return true
  if ((tcpFlags & RST) !== 0) return false
  if ((tcpFlags & SYN) !== 0) return (tcpFlags & ACK) === 0
  return (tcpFlags & FIN) === 0 && (tcpFlags & ACK) !== 0
}
