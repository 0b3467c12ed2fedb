/** Transports by nft's words for their headers, and what follows from naming one (nftables' src/proto.c). */
import type { IpFamily } from '../protocol.ts'

/** IANA protocol numbers. */
export const TRANSPORTS: Readonly<Record<string, number>> = Object.freeze({
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  dccp: 33,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  comp: 108,
  sctp: 132,
  udplite: 136,
})

export const TRANSPORT_WORDS: ReadonlyMap<number, string> = new Map(
  Object.entries(TRANSPORTS).map(([word, number]) => [number, word]),
)

/** Of headers that only one family's packets have. */
export const FAMILY_OF_HEADER: Readonly<Record<string, IpFamily>> = {
  ip: 'ipv4',
  icmp: 'ipv4',
  igmp: 'ipv4',
  ip6: 'ipv6',
  icmpv6: 'ipv6',
}

/** Protocols whose headers begin with a source and a destination port (RFC 9293, 768, 4340, 9260, 3828). */
export const PORTED: readonly number[] = [6, 17, 33, 132, 136]

export const hasPorts = (protocol: number): boolean =>
  protocol === 6 || protocol === 17 || protocol === 33 || protocol === 132 || protocol === 136
