/**
 * The translation that a connection has from its first packet on, done to each of its packets at the place of NAT (the
 * kernel's nf_nat_packet, and nf_nat_icmp_reply_translation for errors about it).
 */
import { STATUS_BITS } from '../conntrack-bits.ts'
import type { Packet, Tuple } from '../packet.ts'
import { hasPorts } from '../transports.ts'
import { override } from './fact.ts'
import type { Traversal } from './traversal.ts'

export function translateAsStored(t: Traversal, end: 'source' | 'destination'): void {
  const { conntrack } = t.surroundings
  const { direction, original, reply, status = 0 } = conntrack ?? {}
  if (direction === undefined || original === undefined || reply === undefined) return
  // What was done to the source of one direction is done to the destination of the other.
  const changed = (end === 'source') === (direction === 'original') ? STATUS_BITS.snat : STATUS_BITS.dnat
  if ((status & changed) === 0) return
  const other = direction === 'original' ? reply : original
  const address = end === 'source' ? other.destination : other.source
  const port = end === 'source' ? other.destinationPort : other.sourcePort
  const family = t.packet.family === 'ipv4' ? 'ip' : 'ip6'
  set(t, end, `${family} ${end === 'source' ? 'saddr' : 'daddr'}`, address)
  if (port !== undefined && hasPorts(t.packet.protocol ?? 0))
    set(t, `${end}Port`, `th ${end === 'source' ? 'sport' : 'dport'}`, port)
}

function set(t: Traversal, place: keyof Tuple & keyof Packet, key: string, value: Tuple['source']): void {
  override(t, key, value)
  t.packet = { ...t.packet, [place]: value }
}
