/** A packet's bytes, checksums and all. */
import { familyOf } from '../../model/address.ts'
import { readCanonical } from '../../model/address-read.ts'
import { checksumOf, pseudoHeaderSum, wordSum } from './checksum.ts'
import type { Datagram, Payload } from './datagram.ts'
import {
  ICMP_HEADER,
  ICMPV6,
  protocolOf,
  TCP_HEADER,
  UDP_HEADER,
  V4_HEADER,
  V6_FRAGMENT,
  V6_FRAGMENT_HEADER,
  V6_HEADER,
} from './layout.ts'
import { encodeTcpOptions, tcpOptionsLength } from './tcp-options.ts'

/** A packet's length has 16 bits, with IPv4's header and without IPv6's. */
const MOST_BYTES = 0xffff
const DONT_FRAGMENT = 0x4000
const MORE_FRAGMENTS = 0x2000

/** Bytes of the whole IP packet, without making them. */
export function datagramLength({ source, payload, fragment }: Datagram): number {
  const header = familyOf(source) === 'ipv4' ? V4_HEADER : V6_HEADER
  const extra = header === V6_HEADER && fragment !== undefined ? V6_FRAGMENT_HEADER : 0
  return header + extra + payloadLength(payload)
}

const payloadLength = (payload: Payload): number => transportHeader(payload) + payload.data.length

function transportHeader(payload: Payload): number {
  if (payload.kind === 'udp') return UDP_HEADER
  if (payload.kind === 'icmp') return ICMP_HEADER
  if (payload.kind === 'other') return 0
  return TCP_HEADER + (payload.options === undefined ? 0 : tcpOptionsLength(payload.options))
}

/**
 * The bytes as they would go over a wire. A fragment's payload is `other`: its checksum belongs to the whole. Throws a RangeError
 * for more than a packet can hold, a TypeError for ends of two families.
 */
export function encodeDatagram(datagram: Datagram): Uint8Array {
  const { source, destination, payload } = datagram
  const isV4 = familyOf(source) === 'ipv4'
  if (isV4 !== (familyOf(destination) === 'ipv4'))
    throw new TypeError(`a packet from ${source} to ${destination}: addresses of two families`)
  const length = datagramLength(datagram)
  if (length - (isV4 ? 0 : V6_HEADER) > MOST_BYTES)
    throw new RangeError(`an IP packet of ${length} bytes: its length has 16 bits`)
  const bytes = new Uint8Array(length)
  const view = new DataView(bytes.buffer)
  if (isV4) writeV4(datagram, bytes, view)
  else writeV6(datagram, bytes, view)
  const at = length - payloadLength(payload)
  const addresses = isV4 ? 12 : 8
  writePayload(payload, bytes, view, at)
  const sum = (protocol: number): number =>
    wordSum(bytes, at, length, pseudoHeaderSum(bytes, addresses, isV4 ? 4 : 16, protocol, length - at))
  if (payload.kind === 'tcp') view.setUint16(at + 16, checksumOf(sum(protocolOf(datagram))))
  // No checksum is zero; a checksum that comes to zero is its complement (RFC 768).
  if (payload.kind === 'udp') view.setUint16(at + 6, checksumOf(sum(protocolOf(datagram))) || 0xffff)
  if (payload.kind === 'icmp')
    view.setUint16(at + 2, checksumOf(isV4 ? wordSum(bytes, at, length) : sum(ICMPV6)))
  return bytes
}

function writeV4(datagram: Datagram, bytes: Uint8Array, view: DataView): void {
  const { trafficClass = 0, identification = 0, dontFragment = false, fragment, hopLimit } = datagram
  bytes[0] = 0x45
  bytes[1] = trafficClass
  view.setUint16(2, bytes.length)
  view.setUint16(4, identification)
  const offset = (fragment?.offset ?? 0) / 8
  view.setUint16(
    6,
    (dontFragment ? DONT_FRAGMENT : 0) | (fragment?.more === true ? MORE_FRAGMENTS : 0) | offset,
  )
  bytes[8] = hopLimit
  bytes[9] = protocolOf(datagram)
  readCanonical(datagram.source, bytes.subarray(12))
  readCanonical(datagram.destination, bytes.subarray(16))
  view.setUint16(10, checksumOf(wordSum(bytes, 0, V4_HEADER)))
}

function writeV6(datagram: Datagram, bytes: Uint8Array, view: DataView): void {
  const { trafficClass = 0, identification = 0, fragment, hopLimit } = datagram
  view.setUint32(0, 0x60000000 + trafficClass * 0x100000)
  view.setUint16(4, bytes.length - V6_HEADER)
  bytes[6] = fragment === undefined ? protocolOf(datagram) : V6_FRAGMENT
  bytes[7] = hopLimit
  readCanonical(datagram.source, bytes.subarray(8))
  readCanonical(datagram.destination, bytes.subarray(24))
  if (fragment === undefined) return
  bytes[V6_HEADER] = protocolOf(datagram)
  view.setUint16(V6_HEADER + 2, fragment.offset | (fragment.more ? 1 : 0))
  view.setUint32(V6_HEADER + 4, identification)
}

function writePayload(payload: Payload, bytes: Uint8Array, view: DataView, at: number): void {
  bytes.set(payload.data, at + transportHeader(payload))
  if (payload.kind === 'other') return
  if (payload.kind === 'icmp') {
    bytes[at] = payload.type
    bytes[at + 1] = payload.code
    view.setUint32(at + 4, payload.rest ?? 0)
    return
  }
  view.setUint16(at, payload.sourcePort)
  view.setUint16(at + 2, payload.destinationPort)
  if (payload.kind === 'udp') {
    view.setUint16(at + 4, UDP_HEADER + payload.data.length)
    return
  }
  const options = payload.options === undefined ? [] : encodeTcpOptions(payload.options)
  view.setUint32(at + 4, payload.sequence)
  view.setUint32(at + 8, payload.acknowledgement)
  bytes[at + 12] = ((TCP_HEADER + options.length) / 4) << 4
  bytes[at + 13] = payload.flags
  view.setUint16(at + 14, payload.windowSize)
  bytes.set(options, at + TCP_HEADER)
}
