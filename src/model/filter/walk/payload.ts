/** Header fields of the packet (nft(8), "PAYLOAD EXPRESSIONS"; the kernel's nft_payload_eval). */

import type { Packet } from '../packet.ts'
import type { Scalar } from '../pattern.ts'
import { hasPorts, TRANSPORTS } from '../transports.ts'
import { checksumAfter } from './checksum.ts'
import { ask, fact } from './fact.ts'
import { linkField } from './link-field.ts'
import { hasHeader } from './protocols.ts'
import { pointRegion } from './region.ts'
import type { Traversal } from './traversal.ts'
import { ABSENT, untold, type Value } from './value.ts'

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
  if (protocol === 'ether' || protocol === 'vlan') {
    t.frameAsked = protocol
    return linkField(t, protocol, field)
  }
  // Beside an Ethernet header nft asks for IP by the type in it, which of a tagged frame is the tag's; but not in a bridge's chains.
  const isIp = protocol === 'ip' || protocol === 'ip6'
  if (isIp && t.frameAsked === 'ether' && t.table?.family !== 'bridge' && t.packet.fields?.has('vlan id'))
    return ABSENT
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
  if (!isOfItsType(t, protocol, key)) return ABSENT
  if (field === 'checksum' && packet !== t.arrived) return checksum(t, protocol, key)
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

/**
 * Fields that only one type of message has: nft compares the type before, and lists it nowhere, even where it was written
 * (nftables' src/proto.c, `PROTO_ICMP_MTU` and the like).
 */
const TYPE_OF_FIELD: Readonly<Record<string, number>> = {
  'icmp gateway': 5,
  'icmp mtu': 3,
  'icmpv6 mtu': 2,
  'icmpv6 max-delay': 130,
}

function isOfItsType(t: Traversal, protocol: string, key: string): boolean {
  const type = TYPE_OF_FIELD[key]
  if (type === undefined) return true
  const { icmpType } = t.packet
  if (icmpType !== undefined) return icmpType === type
  return ask(t, untold(`${protocol} type`), pointRegion(type), `${protocol} type ${type}`)
}

/** What has changed since has another one; that of IPv4's header, nobody follows. */
function checksum(t: Traversal, protocol: string, key: string): Value {
  const known = protocol === 'ip' ? undefined : checksumAfter(protocol, t.arrived, t.packet)
  return fact(t, key, known)
}

/** Made once for each field: a text that is put together anew for every rule takes longer to look up than the rule to judge. */
const keys = new Map<string, Map<string, string>>()

/** Ports are one fact, whichever header names them. */
export function fieldKey(protocol: string, field: string): string {
  let ofProtocol = keys.get(protocol)
  if (ofProtocol === undefined) {
    ofProtocol = new Map()
    keys.set(protocol, ofProtocol)
  }
  let key = ofProtocol.get(field)
  if (key === undefined) {
    const portly = field === 'sport' || field === 'dport'
    key = portly && TRANSPORTS[protocol] !== undefined ? `th ${field}` : `${protocol} ${field}`
    ofProtocol.set(field, key)
  }
  return key
}

/** `th` asks for no protocol: it takes two bytes of whatever transport there is. */
function transportField(t: Traversal, field: string): Value {
  const { protocol, icmpType, icmpCode } = t.packet
  const port = field === 'sport' ? t.packet.sourcePort : t.packet.destinationPort
  if (protocol === undefined || hasPorts(protocol)) return fact(t, `th ${field}`, port)
  const isIcmp = protocol === 1 || protocol === 58
  if (isIcmp && field === 'sport' && icmpType !== undefined && icmpCode !== undefined)
    return icmpType * 256 + icmpCode
  if (isIcmp && field === 'dport') return headerField(t, protocol === 1 ? 'icmp' : 'icmpv6', 'checksum')
  return fact(t, `th ${field}`, t.packet.fields?.get(`th ${field}`), {
    text: `th ${field} of protocol ${protocol}`,
  })
}
