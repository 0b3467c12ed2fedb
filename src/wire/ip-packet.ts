/**
 * A packet's bytes as a filter sees them: every header field under nft's name for it (RFC 791, RFC 8200, RFC 9293, RFC 768,
 * RFC 792, RFC 4443). Bytes that are no IP packet come to undefined; a header that is cut off has no fields.
 */
import type { Packet } from '../model/filter/packet.ts'
import type { Scalar } from '../model/filter/pattern.ts'
import type { Quoted } from '../model/path/connections.ts'
import { readExtension, readIpOptions, readMobility, readTcpOptions } from './ip-options.ts'
import { readDatagram, readOtherTransport } from './ip-transports.ts'

const V4_HEADER = 20
const V6_HEADER = 40
const [ICMP, TCP, UDP, DCCP, ICMPV6, SCTP, MOBILITY, UDPLITE] = [1, 6, 17, 33, 58, 132, 135, 136]
const FRAGMENT = 44
/** Headers between IPv6's own and the transport: hop-by-hop, routing, destination options. */
const EXTENSIONS: ReadonlyMap<number, string> = new Map([
  [0, 'hbh'],
  [43, 'rt'],
  [60, 'dst'],
])

/** A later fragment: its bytes stand where a header would. */
const NO_TRANSPORT = -1

interface Found {
  readonly packet: Packet
  /** Where the transport header begins. */
  readonly transport: number
}

export const decodeIpPacket = (bytes: Uint8Array): Packet | undefined => decode(bytes)?.packet

/** Of an ICMP error: the packet that it quotes. */
export function decodeQuoted(bytes: Uint8Array): Quoted | undefined {
  const found = decode(bytes)
  const { protocol, icmpType = -1 } = found?.packet ?? {}
  const isError =
    (protocol === ICMP && [3, 4, 5, 11, 12].includes(icmpType)) ||
    (protocol === ICMPV6 && icmpType < 128 && icmpType > 0)
  if (found === undefined || !isError) return undefined
  const inner = decodeIpPacket(bytes.subarray(found.transport + 8))
  if (inner?.source === undefined || inner.destination === undefined || inner.protocol === undefined)
    return undefined
  const isIcmp = inner.protocol === ICMP || inner.protocol === ICMPV6
  const id = Number(inner.fields?.get(inner.protocol === ICMP ? 'icmp id' : 'icmpv6 id') ?? 0)
  const ends = isIcmp
    ? { sourcePort: id, destinationPort: (inner.icmpType ?? 0) * 256 + (inner.icmpCode ?? 0) }
    : {
        ...(inner.sourcePort === undefined ? {} : { sourcePort: inner.sourcePort }),
        ...(inner.destinationPort === undefined ? {} : { destinationPort: inner.destinationPort }),
      }
  return {
    protocol: inner.protocol,
    tuple: { source: inner.source, destination: inner.destination, ...ends },
  }
}

function decode(bytes: Uint8Array): Found | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const version = bytes.length > 0 ? bytes[0]! >> 4 : 0
  if (version === 4 && bytes.length >= V4_HEADER) return decodeV4(bytes, view)
  return version === 6 && bytes.length >= V6_HEADER ? decodeV6(bytes, view) : undefined
}

function decodeV4(bytes: Uint8Array, view: DataView): Found {
  const header = (bytes[0]! & 15) * 4
  const fragment = view.getUint16(6)
  const fields = new Map<string, Scalar>([
    ['ip hdrlength', bytes[0]! & 15],
    ['ip dscp', bytes[1]! >> 2],
    ['ip ecn', bytes[1]! & 3],
    ['ip id', view.getUint16(4)],
    ['ip frag-off', fragment],
    ['ip ttl', bytes[8]!],
    ['ip checksum', view.getUint16(10)],
  ])
  readIpOptions(fields, view, V4_HEADER, Math.min(header, bytes.length))
  const laterFragment = (fragment & 0x1fff) !== 0
  const packet: Packet = {
    family: 'ipv4',
    protocol: bytes[9]!,
    source: view.getUint32(12),
    destination: view.getUint32(16),
    length: view.getUint16(2),
    ...(laterFragment ? { laterFragment } : {}),
  }
  return withTransport(packet, fields, bytes, view, header)
}

function decodeV6(bytes: Uint8Array, view: DataView): Found {
  let next = bytes[6]!
  const fields = new Map<string, Scalar>([
    ['ip6 dscp', (view.getUint16(0) >> 6) & 63],
    ['ip6 ecn', (bytes[1]! >> 4) & 3],
    ['ip6 flowlabel', view.getUint32(0) & 0xfffff],
    ['ip6 length', view.getUint16(4)],
    ['ip6 nexthdr', next],
    ['ip6 hoplimit', bytes[7]!],
    ...[...EXTENSIONS.values(), 'frag', 'mh', 'srh'].map(name => [`exthdr ${name}`, 0] as const),
  ])
  let at = V6_HEADER
  let laterFragment = false
  while (at + 8 <= bytes.length && (EXTENSIONS.has(next) || next === FRAGMENT)) {
    if (next === FRAGMENT) {
      laterFragment = view.getUint16(at + 2) >> 3 !== 0
      fields.set('exthdr frag', 1)
      fields.set('exthdr frag nexthdr', bytes[at]!)
      fields.set('exthdr frag reserved', bytes[at + 1]!)
      fields.set('exthdr frag frag-off', view.getUint16(at + 2) >> 3)
      fields.set('exthdr frag reserved2', (view.getUint16(at + 2) >> 1) & 3)
      fields.set('exthdr frag more-fragments', view.getUint16(at + 2) & 1)
      fields.set('exthdr frag id', view.getUint32(at + 4))
    } else {
      readExtension(EXTENSIONS.get(next)!, fields, view, at)
    }
    const size = next === FRAGMENT ? 8 : (bytes[at + 1]! + 1) * 8
    next = bytes[at]!
    at += size
  }
  if (next === MOBILITY && at + 8 <= bytes.length) readMobility(fields, view, at)
  const packet: Packet = {
    family: 'ipv6',
    protocol: next,
    source: (view.getBigUint64(8) << 64n) | view.getBigUint64(16),
    destination: (view.getBigUint64(24) << 64n) | view.getBigUint64(32),
    length: V6_HEADER + view.getUint16(4),
    ...(laterFragment ? { laterFragment } : {}),
  }
  return withTransport(packet, fields, bytes, view, at)
}

function withTransport(
  packet: Packet,
  fields: Map<string, Scalar>,
  bytes: Uint8Array,
  view: DataView,
  at: number,
): Found {
  const facts = transportOf(
    packet.laterFragment === true ? NO_TRANSPORT : packet.protocol!,
    fields,
    bytes,
    view,
    at,
  )
  return { packet: { ...packet, ...facts, fields }, transport: at }
}

function transportOf(
  protocol: number,
  fields: Map<string, Scalar>,
  bytes: Uint8Array,
  view: DataView,
  at: number,
): Partial<Packet> {
  const there = bytes.length - at
  if ((protocol === ICMP || protocol === ICMPV6) && there >= 4) {
    const name = protocol === ICMP ? 'icmp' : 'icmpv6'
    fields.set(`${name} checksum`, view.getUint16(at + 2))
    fields.set('th dport', view.getUint16(at + 2))
    if (there >= 8) {
      fields.set(`${name} id`, view.getUint16(at + 4))
      fields.set(`${name} sequence`, view.getUint16(at + 6))
      if (protocol === ICMP) fields.set('icmp gateway', view.getUint32(at + 4))
      else {
        fields.set('icmpv6 max-delay', view.getUint16(at + 4))
        fields.set('icmpv6 parameter-problem', view.getUint32(at + 4))
      }
      fields.set(`${name} mtu`, protocol === ICMP ? view.getUint16(at + 6) : view.getUint32(at + 4))
    }
    return { icmpType: bytes[at]!, icmpCode: bytes[at + 1]! }
  }
  if (there < 4) return {}
  if (![TCP, UDP, DCCP, SCTP, UDPLITE].includes(protocol)) {
    fields.set('th sport', view.getUint16(at))
    fields.set('th dport', view.getUint16(at + 2))
    readOtherTransport(protocol, fields, view, at)
    return {}
  }
  const ports = { sourcePort: view.getUint16(at), destinationPort: view.getUint16(at + 2) }
  if (protocol !== TCP) {
    readDatagram(protocol, fields, view, at)
    return ports
  }
  if (there < 20) return ports
  fields.set('tcp sequence', view.getUint32(at + 4))
  fields.set('tcp ackseq', view.getUint32(at + 8))
  fields.set('tcp doff', bytes[at + 12]! >> 4)
  fields.set('tcp reserved', bytes[at + 12]! & 15)
  fields.set('tcp window', view.getUint16(at + 14))
  fields.set('tcp checksum', view.getUint16(at + 16))
  fields.set('tcp urgptr', view.getUint16(at + 18))
  const end = Math.min(bytes.length, at + (bytes[at + 12]! >> 4) * 4)
  readTcpOptions(fields, view, at + 20, end)
  return { ...ports, tcpFlags: bytes[at + 13]! }
}
