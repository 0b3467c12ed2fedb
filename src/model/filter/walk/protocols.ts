/**
 * What naming a header implies (nft's "implicit dependencies", which listings leave out): `tcp dport` that the packet is
 * TCP, `ip saddr` that it is IPv4, `icmp type` both.
 */
import type { IpFamily } from '../../protocol.ts'
import { ask } from './fact.ts'
import { pointRegion } from './region.ts'
import type { Traversal } from './traversal.ts'
import { untold } from './value.ts'

/** IANA protocol numbers by nft's words for the headers. */
export const TRANSPORTS: Readonly<Record<string, number>> = {
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
}

const WORDS = new Map(Object.entries(TRANSPORTS).map(([word, number]) => [number, word]))

const FAMILIES: Readonly<Record<string, IpFamily>> = {
  ip: 'ipv4',
  icmp: 'ipv4',
  igmp: 'ipv4',
  ip6: 'ipv6',
  icmpv6: 'ipv6',
}

/** Whether the packet has the header, as far as its protocol says. May assume the protocol. */
export function hasHeader(t: Traversal, protocol: string): boolean {
  const family = FAMILIES[protocol]
  if (family !== undefined && family !== t.packet.family) return false
  const transport = TRANSPORTS[protocol]
  return transport === undefined || isTransport(t, transport)
}

export function isTransport(t: Traversal, number: number): boolean {
  const { protocol } = t.packet
  return protocol === undefined
    ? ask(t, untold('meta l4proto'), pointRegion(number), `meta l4proto ${WORDS.get(number) ?? number}`)
    : protocol === number
}

/** Whether ports stand at the beginning of its transport header. */
export const hasPorts = (protocol: number): boolean =>
  protocol === 6 || protocol === 17 || protocol === 132 || protocol === 33 || protocol === 136
