/** Header fields of the packet (nft(8), "PAYLOAD EXPRESSIONS"; the kernel's nft_payload_eval). */

import type { Packet } from '../packet.ts'
import type { Scalar } from '../pattern.ts'
import { fact } from './fact.ts'
import { linkField } from './link-field.ts'
import { hasHeader, hasPorts, TRANSPORTS } from './protocols.ts'
import type { Traversal } from './traversal.ts'
import { ABSENT, type Value } from './value.ts'

/** Keys of facts that have a place of their own in `Packet`. */
export const FACT_OF_FIELD: Readonly<Record<string, keyof Packet>> = {
  'meta l4proto': 'protocol',
  'ip saddr': 'source',
  'ip daddr': 'destination',
  'ip6 saddr': 'source',
  'ip6 daddr': 'destination',
  'th sport': 'sourcePort',
  'th dport': 'destinationPort',
  'tcp flags': 'tcpFlags',
  'icmp type': 'icmpType',
  'icmpv6 type': 'icmpType',
  'icmp code': 'icmpCode',
  'icmpv6 code': 'icmpCode',
}

const BYTE = Array.from({ length: 256 }, (_, i) => i)
/** Flags "don't fragment" and "more fragments"; the offset is then zero. */
const UNFRAGMENTED = [0, 0x4000, 0x2000]

export function payload(t: Traversal, protocol: string, field: string): Value {
  // No packet that is asked about is one of ARP.
  if (protocol === 'arp') return ABSENT
  if (protocol === 'ether' || protocol === 'vlan') return linkField(t, protocol, field)
  if (!hasHeader(t, protocol)) return ABSENT
  const isTransport = protocol !== 'ip' && protocol !== 'ip6'
  if (isTransport && t.packet.laterFragment === true) return laterBytes(t, protocol, field)
  if (protocol === 'th') return transportField(t, field)
  return headerField(t, protocol, field)
}

/** Linux reads the bytes that stand where the header would (nft_payload_fast_eval, 6.18): nobody knows them from outside. */
function laterBytes(t: Traversal, protocol: string, field: string): Value {
  const key = fieldKey(protocol, field)
  return fact(t, `${key} of a later fragment`, t.packet.fields?.get(key))
}

function headerField(t: Traversal, protocol: string, field: string): Value {
  const { packet } = t
  const key = fieldKey(protocol, field)
  const given = packet.fields?.get(`${protocol} ${field}`)
  if (given !== undefined) return given
  const place = FACT_OF_FIELD[key]
  if (place !== undefined) {
    return fact(t, key, packet[place] as Scalar | undefined, place === 'tcpFlags' ? { domain: BYTE } : {})
  }
  if (field === 'version') return protocol === 'ip' ? 4 : 6
  if (protocol === 'ip' && field === 'length') return fact(t, 'meta length', packet.length)
  // Without extension headers the next header is the transport; with them, a field is given.
  if (field === 'protocol' || (protocol === 'ip6' && field === 'nexthdr'))
    return fact(t, 'meta l4proto', packet.protocol)
  if (key === 'ip frag-off' && packet.laterFragment !== true)
    return fact(t, key, undefined, { domain: UNFRAGMENTED })
  return fact(t, key, undefined)
}

/** Ports are one fact, whichever header names them. */
export function fieldKey(protocol: string, field: string): string {
  const portly = field === 'sport' || field === 'dport'
  return portly && TRANSPORTS[protocol] !== undefined ? `th ${field}` : `${protocol} ${field}`
}

/** `th` asks for no protocol: it takes two bytes of whatever transport there is. */
function transportField(t: Traversal, field: string): Value {
  const { protocol, icmpType, icmpCode } = t.packet
  const port = field === 'sport' ? t.packet.sourcePort : t.packet.destinationPort
  if (protocol === undefined || hasPorts(protocol)) return fact(t, `th ${field}`, port)
  const isIcmp = protocol === 1 || protocol === 58
  if (isIcmp && field === 'sport' && icmpType !== undefined && icmpCode !== undefined)
    return icmpType * 256 + icmpCode
  return fact(t, `th ${field}`, t.packet.fields?.get(`th ${field}`), {
    text: `th ${field} of protocol ${protocol}`,
  })
}
