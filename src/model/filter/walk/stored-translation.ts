/**
 * The translation that a connection has from its first packet on, done to each of its packets at the place of NAT (the
 * kernel's nf_nat_packet, and nf_nat_icmp_reply_translation for errors about it).
 */
import { setPart } from './bind.ts'
import { hasPorts } from './protocols.ts'
import { STATUS_BITS, type Traversal } from './traversal.ts'

export function translateAsStored(t: Traversal, end: 'source' | 'destination'): void {
  const { conntrack } = t.surroundings
  const { direction, original, reply, status = 0 } = conntrack ?? {}
  if (direction === undefined || original === undefined || reply === undefined) return
  // What was done to the source of one direction is done to the destination of the other.
  const changed = (end === 'source') === (direction === 'original') ? STATUS_BITS.snat : STATUS_BITS.dnat
  if ((status & changed) === 0) return
  const other = direction === 'original' ? reply : original
  const { protocol = 0 } = t.packet
  setPart(t, end, end === 'source' ? other.destination : other.source)
  if (hasPorts(protocol)) {
    const port = end === 'source' ? other.destinationPort : other.sourcePort
    if (port !== undefined) setPart(t, `${end}Port`, port)
  } else if (conntrack?.state !== 'related' && other.sourcePort !== undefined)
    // Of ICMP the identifier, which stands for the source's port both ways. An error has it in what it quotes.
    setPart(t, 'sourcePort', other.sourcePort)
}
