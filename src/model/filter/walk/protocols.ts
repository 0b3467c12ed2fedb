/**
 * What naming a header implies (nft's "implicit dependencies", which listings leave out): `tcp dport` that the packet is
 * TCP, `ip saddr` that it is IPv4, `icmp type` both.
 */
import { FAMILY_OF_HEADER, TRANSPORT_WORDS, TRANSPORTS } from '../transports.ts'
import { ask } from './fact.ts'
import { pointRegion } from './region.ts'
import type { Traversal } from './traversal.ts'
import { untold } from './value.ts'

/** Whether the packet has the header, as far as its protocol says. May assume the protocol. */
export function hasHeader(t: Traversal, protocol: string): boolean {
  const family = FAMILY_OF_HEADER[protocol]
  if (family !== undefined && family !== t.packet.family) return false
  const transport = TRANSPORTS[protocol]
  return transport === undefined || isTransport(t, transport)
}

export function isTransport(t: Traversal, number: number): boolean {
  const { protocol } = t.packet
  return protocol === undefined
    ? ask(
        t,
        untold('meta l4proto'),
        pointRegion(number),
        `meta l4proto ${TRANSPORT_WORDS.get(number) ?? number}`,
      )
    : protocol === number
}
