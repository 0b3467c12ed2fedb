/**
 * A packet's bytes as a filter sees them: every header field under nft's name for it (RFC 791, RFC 8200, RFC 9293, RFC 768,
 * RFC 792, RFC 4443). Bytes that are no IP packet come to undefined; a header that is cut off has no fields.
 */
import type { Packet } from '../model/filter/packet.ts'
import type { Scalar } from '../model/filter/pattern.ts'
import type { Quoted } from '../model/path/connections.ts'

const V4_HEADER = 20
const V6_HEADER = 40
const [ICMP, TCP, UDP, DCCP, ICMPV6, SCTP, UDPLITE] = [1, 6, 17, 33, 58, 132, 136]
const FRAGMENT = 44
/** Headers between IPv6's own and the transport: hop-by-hop, routing, destination options. */
const EXTENSIONS: ReadonlyMap<number, string> = new Map([
  [0, 'hbh'],
  [43, 'rt'],
  [60, 'dst'],
])

/** TCP options by kind (IANA), as nft calls them. */
const TCP_OPTIONS: ReadonlyMap<number, string> = new Map([
  [2, 'maxseg'],
  [3, 'window'],
  [4, 'sack-perm'],
  [5, 'sack'],
  [8, 'timestamp'],
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
    ['ip option lsrr', 0],
    ['ip option ra', 0],
    ['ip option rr', 0],
    ['ip option ssrr', 0],
  ])
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
      fields.set('exthdr frag frag-off', view.getUint16(at + 2) >> 3)
      fields.set('exthdr frag more-fragments', view.getUint16(at + 2) & 1)
    } else {
      fields.set(`exthdr ${EXTENSIONS.get(next)}`, 1)
      fields.set(`exthdr ${EXTENSIONS.get(next)} nexthdr`, bytes[at]!)
    }
    const size = next === FRAGMENT ? 8 : (bytes[at + 1]! + 1) * 8
    next = bytes[at]!
    at += size
  }
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
      fields.set(`${name} mtu`, protocol === ICMP ? view.getUint16(at + 6) : view.getUint32(at + 4))
    }
    return { icmpType: bytes[at]!, icmpCode: bytes[at + 1]! }
  }
  const hasPorts = [TCP, UDP, DCCP, SCTP, UDPLITE].includes(protocol)
  if (there < 4) return {}
  if (!hasPorts) {
    fields.set('th sport', view.getUint16(at))
    fields.set('th dport', view.getUint16(at + 2))
    return {}
  }
  const ports = { sourcePort: view.getUint16(at), destinationPort: view.getUint16(at + 2) }
  if (protocol === UDP && there >= 8) fields.set('udp length', view.getUint16(at + 4))
  if (protocol === SCTP && there >= 8) fields.set('sctp vtag', view.getUint32(at + 4))
  if (protocol !== TCP || there < 20) return ports
  fields.set('tcp sequence', view.getUint32(at + 4))
  fields.set('tcp ackseq', view.getUint32(at + 8))
  fields.set('tcp doff', bytes[at + 12]! >> 4)
  fields.set('tcp window', view.getUint16(at + 14))
  fields.set('tcp urgptr', view.getUint16(at + 18))
  readTcpOptions(fields, bytes, view, at + 20, Math.min(bytes.length, at + (bytes[at + 12]! >> 4) * 4))
  return { ...ports, tcpFlags: bytes[at + 13]! }
}

function readTcpOptions(
  fields: Map<string, Scalar>,
  bytes: Uint8Array,
  view: DataView,
  from: number,
  end: number,
): void {
  for (const name of TCP_OPTIONS.values()) fields.set(`tcp option ${name}`, 0)
  for (let at = from; at < end && bytes[at] !== 0; ) {
    const kind = bytes[at]!
    const size = kind === 1 ? 1 : (bytes[at + 1] ?? 0)
    if (size < 1 || at + size > end) break
    const name = TCP_OPTIONS.get(kind)
    if (name !== undefined) {
      fields.set(`tcp option ${name}`, 1)
      if (kind === 2 && size === 4) fields.set('tcp option maxseg size', view.getUint16(at + 2))
      if (kind === 3 && size === 3) fields.set('tcp option window count', bytes[at + 2]!)
      // Blocks of selective acknowledgements, both edges of each (RFC 2018 section 3).
      for (let edge = 2; kind === 5 && edge + 8 <= size; edge += 8) {
        fields.set(`tcp option sack${(edge - 2) / 8} left`, view.getUint32(at + edge))
        fields.set(`tcp option sack${(edge - 2) / 8} right`, view.getUint32(at + edge + 4))
      }
    }
    at += size
  }
}
