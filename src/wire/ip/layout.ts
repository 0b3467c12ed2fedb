/** Sizes and numbers of IP's headers, and the protocol that a payload stands for. */
import { familyOf } from '../../model/address.ts'
import type { Datagram } from './datagram.ts'

/** Bytes of IPv4's header without options (RFC 791 section 3.1). */
export const V4_HEADER = 20
/** RFC 8200 section 3. */
export const V6_HEADER = 40
/** RFC 8200 section 4.5. */
export const V6_FRAGMENT_HEADER = 8
export const UDP_HEADER = 8
export const TCP_HEADER = 20
export const ICMP_HEADER = 8
/** IANA protocol numbers. */
export const [ICMP, TCP, UDP, V6_FRAGMENT, ICMPV6] = [1, 6, 17, 44, 58]

export const isFragment = ({ fragment }: Datagram): boolean => fragment !== undefined

/** The number of what the packet carries: 6, 17, 1, 58, or what `other` says. */
export function protocolOf({ payload, source }: Datagram): number {
  if (payload.kind === 'tcp') return TCP
  if (payload.kind === 'udp') return UDP
  if (payload.kind === 'other') return payload.protocol
  return familyOf(source) === 'ipv4' ? ICMP : ICMPV6
}
