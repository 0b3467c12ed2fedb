/**
 * A transport's checksum after the packet's ends have changed, from what it was (RFC 1624, equation 3): as translation updates it
 * (inet_proto_csum_replace4 and its like).
 */
import type { Packet } from '../packet.ts'
import type { Scalar } from '../pattern.ts'

const WORD = 16n
const MASK = 0xffffn

/** Undefined where something else of the header has changed, or an end isn't known. */
export function checksumAfter(protocol: string, before: Packet, after: Packet): number | undefined {
  const given = before.fields?.get(`${protocol} checksum`)
  if (typeof given !== 'number' || isChangedOtherwise(protocol, before, after)) return undefined
  // None was made (RFC 768).
  if (protocol === 'udp' && given === 0) return 0
  const old = wordsOf(protocol, before)
  const now = wordsOf(protocol, after)
  if (old === undefined || now === undefined) return undefined
  let sum = ~BigInt(given) & MASK
  for (const word of old) sum += ~word & MASK
  for (const word of now) sum += word
  while (sum > MASK) sum = (sum & MASK) + (sum >> WORD)
  const checksum = Number(~sum & MASK)
  return protocol === 'udp' && checksum === 0 ? 0xffff : checksum
}

/** Ends in parts of 16 bits; ICMP of IPv4 is the one whose checksum leaves addresses out. */
function wordsOf(protocol: string, packet: Packet): bigint[] | undefined {
  const { source, destination, sourcePort = 0, destinationPort = 0 } = packet
  if (source === undefined || destination === undefined) return undefined
  const addresses = protocol === 'icmp' ? [] : [source, destination].flatMap(partsOf)
  return [...addresses, BigInt(sourcePort), BigInt(destinationPort)]
}

function partsOf(address: Scalar): bigint[] {
  const parts: bigint[] = []
  for (let rest = BigInt(address); rest > 0n; rest >>= WORD) parts.push(rest & MASK)
  // As many on either side: a part of zero isn't nothing (its complement is all ones).
  while (parts.length < 8) parts.push(0n)
  return parts
}

const PLACES = ['sourcePort', 'destinationPort'] as const

function isChangedOtherwise(protocol: string, before: Packet, after: Packet): boolean {
  if (before.tcpFlags !== after.tcpFlags) return true
  if (before.icmpType !== after.icmpType || before.icmpCode !== after.icmpCode) return true
  // A port that was known and isn't any more.
  if (PLACES.some(place => (before[place] === undefined) !== (after[place] === undefined))) return true
  const own = (words: string): boolean =>
    words.startsWith(`${protocol} `) || (protocol === 'tcp' && words.startsWith('tcp option '))
  const fields = [...(before.fields ?? [])].filter(([words]) => own(words))
  return fields.some(([words, value]) => after.fields?.get(words) !== value)
}
