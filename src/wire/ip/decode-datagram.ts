/**
 * A packet's bytes as a value. Never throws; bytes that are no whole IP packet come to undefined. What stands behind the packet's
 * own length is left out, and so are options of IPv4, urgent pointers and unknown options of TCP.
 *
 * Checksums aren't looked at (`isIntact` does). A transport header that can't be, extension headers of IPv6 but the
 * fragment's, and pieces of a packet are `other`, their bytes as they stand.
 */
import { addressFromBytes } from '../../model/address.ts'
import type { Datagram, Payload } from './datagram.ts'
import {
  ICMP,
  ICMP_HEADER,
  ICMPV6,
  TCP,
  TCP_HEADER,
  UDP,
  UDP_HEADER,
  V4_HEADER,
  V6_FRAGMENT,
  V6_FRAGMENT_HEADER,
  V6_HEADER,
} from './layout.ts'
import { decodeTcpOptions } from './tcp-options.ts'

export function decodeDatagram(bytes: Uint8Array): Datagram | undefined {
  const version = bytes.length > 0 ? bytes[0]! >> 4 : 0
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (version === 4 && bytes.length >= V4_HEADER) return decodeV4(bytes, view)
  return version === 6 && bytes.length >= V6_HEADER ? decodeV6(bytes, view) : undefined
}

function decodeV4(bytes: Uint8Array, view: DataView): Datagram | undefined {
  const header = (bytes[0]! & 15) * 4
  const length = view.getUint16(2)
  if (header < V4_HEADER || length < header || length > bytes.length) return undefined
  const bits = view.getUint16(6)
  const offset = (bits & 0x1fff) * 8
  const more = (bits & 0x2000) !== 0
  const isPiece = more || offset !== 0
  const identification = view.getUint16(4)
  return {
    source: addressFromBytes(bytes, 12, 'ipv4'),
    destination: addressFromBytes(bytes, 16, 'ipv4'),
    hopLimit: bytes[8]!,
    ...(bytes[1] === 0 ? {} : { trafficClass: bytes[1]! }),
    ...(identification === 0 ? {} : { identification }),
    ...((bits & 0x4000) === 0 ? {} : { dontFragment: true }),
    ...(isPiece ? { fragment: { offset, more } } : {}),
    payload: payloadOf(bytes.subarray(header, length), bytes[9]!, isPiece, ICMP),
  }
}

function decodeV6(bytes: Uint8Array, view: DataView): Datagram | undefined {
  const length = V6_HEADER + view.getUint16(4)
  if (length > bytes.length) return undefined
  const trafficClass = (view.getUint16(0) >> 4) & 0xff
  const isPiece = bytes[6] === V6_FRAGMENT && length >= V6_HEADER + V6_FRAGMENT_HEADER
  const at = isPiece ? V6_HEADER + V6_FRAGMENT_HEADER : V6_HEADER
  const bits = isPiece ? view.getUint16(V6_HEADER + 2) : 0
  const identification = isPiece ? view.getUint32(V6_HEADER + 4) : 0
  return {
    source: addressFromBytes(bytes, 8, 'ipv6'),
    destination: addressFromBytes(bytes, 24, 'ipv6'),
    hopLimit: bytes[7]!,
    ...(trafficClass === 0 ? {} : { trafficClass }),
    ...(identification === 0 ? {} : { identification }),
    ...(isPiece ? { fragment: { offset: bits & 0xfff8, more: (bits & 1) !== 0 } } : {}),
    payload: payloadOf(bytes.subarray(at, length), isPiece ? bytes[V6_HEADER]! : bytes[6]!, isPiece, ICMPV6),
  }
}

function payloadOf(bytes: Uint8Array, protocol: number, isPiece: boolean, icmp: number): Payload {
  const other: Payload = { kind: 'other', protocol, data: bytes.slice() }
  if (isPiece) return other
  if (protocol === TCP) return segment(bytes) ?? other
  if (protocol === UDP) return udp(bytes) ?? other
  return protocol === icmp && bytes.length >= ICMP_HEADER ? message(bytes) : other
}

function segment(bytes: Uint8Array): Payload | undefined {
  const header = bytes.length < TCP_HEADER ? 0 : (bytes[12]! >> 4) * 4
  if (header < TCP_HEADER || header > bytes.length) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const options = decodeTcpOptions(bytes, TCP_HEADER, header)
  return {
    kind: 'tcp',
    sourcePort: view.getUint16(0),
    destinationPort: view.getUint16(2),
    sequence: view.getUint32(4),
    acknowledgement: view.getUint32(8),
    flags: bytes[13]!,
    windowSize: view.getUint16(14),
    ...(options === undefined ? {} : { options }),
    data: bytes.slice(header),
  }
}

function udp(bytes: Uint8Array): Payload | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = bytes.length < UDP_HEADER ? 0 : view.getUint16(4)
  if (length < UDP_HEADER || length > bytes.length) return undefined
  return {
    kind: 'udp',
    sourcePort: view.getUint16(0),
    destinationPort: view.getUint16(2),
    data: bytes.slice(UDP_HEADER, length),
  }
}

function message(bytes: Uint8Array): Payload {
  const rest = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(4)
  return {
    kind: 'icmp',
    type: bytes[0]!,
    code: bytes[1]!,
    ...(rest === 0 ? {} : { rest }),
    data: bytes.slice(ICMP_HEADER),
  }
}
