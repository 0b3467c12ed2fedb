/** What is told of a packet that was seen on the wire: ends, hops, flags, and of an ICMP error whom it is about. */
import { type Address, familyOf } from '../../model/address.ts'
import { scalarAddress } from '../../model/filter/address-scalar.ts'
import type { Datagram } from './datagram.ts'
import { TCP, UDP } from './layout.ts'
import { quotedIn } from './quote.ts'

export interface FrameFacts {
  readonly source: Address
  readonly destination: Address
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'icmpv6'
  readonly sourcePort?: number
  readonly destinationPort?: number
  readonly hops: number
  readonly flags?: string
  /** Bytes after the transport's header. */
  readonly payload: number
  readonly mss?: number
  readonly icmp?: { readonly type: number; readonly code: number }
}

/** In the order of `SeenFrame.flags`, which begins with what one looks for. */
const FLAGS: readonly (readonly [letter: string, bit: number])[] = [
  ['S', 2],
  ['A', 16],
  ['F', 1],
  ['R', 4],
  ['P', 8],
  ['U', 32],
  ['E', 64],
  ['C', 128],
]

/** Undefined for what is neither TCP nor UDP nor ICMP. */
export function frameFacts({ source, destination, hopLimit, payload }: Datagram): FrameFacts | undefined {
  const ends = { source, destination, hops: hopLimit }
  if (payload.kind === 'tcp') {
    const { sourcePort, destinationPort, flags, data } = payload
    const mss = payload.options?.maximumSegmentSize
    return {
      ...ends,
      protocol: 'tcp',
      sourcePort,
      destinationPort,
      flags: FLAGS.flatMap(([letter, bit]) => ((flags & bit) === 0 ? [] : [letter])).join(''),
      payload: data.length,
      ...(mss === undefined ? {} : { mss }),
    }
  }
  if (payload.kind === 'udp') {
    const { sourcePort, destinationPort, data } = payload
    return { ...ends, protocol: 'udp', sourcePort, destinationPort, payload: data.length }
  }
  if (payload.kind !== 'icmp') return undefined
  const protocol = familyOf(source) === 'ipv4' ? 'icmp' : 'icmpv6'
  const { type, code, data } = payload
  return { ...ends, protocol, payload: data.length, icmp: { type, code } }
}

/** A conversation as one side of it knows it. */
export interface Conversation {
  readonly protocol: 'tcp' | 'udp'
  readonly localPort: number
  readonly local: Address
  readonly peer: Address
}

/**
 * Whether the packet is of this conversation or an ICMP error about a packet of ours in it. Our own port decides, with our
 * address or the peer's: so what another sends in the peer's place counts, and what left with another source address.
 */
export function concerns(conversation: Conversation, datagram: Datagram): boolean {
  const { protocol, localPort, local, peer } = conversation
  const { payload, source, destination } = datagram
  const isOurs = (port: number | undefined, ours: Address, others: Address): boolean =>
    port === localPort && (ours === local || others === peer)
  if (payload.kind === protocol)
    return (
      isOurs(payload.sourcePort, source, destination) || isOurs(payload.destinationPort, destination, source)
    )
  if (payload.kind !== 'icmp') return false
  const quoted = quotedIn(datagram)
  if (quoted === undefined || quoted.protocol !== (protocol === 'tcp' ? TCP : UDP)) return false
  const { sourcePort, source: from, destination: to } = quoted.tuple
  if (typeof from === 'string' || typeof to === 'string') return false
  const family = familyOf(source)
  return isOurs(sourcePort, scalarAddress(from, family), scalarAddress(to, family))
}
