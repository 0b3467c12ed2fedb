/** Packets as bytes, with the checksums that a kernel looks at (RFC 1071). */
import { addressBytes, parseAddress } from '../../../src/model/address.ts'

/** A packet as a case writes it. What is absent is the usual. */
export interface Shape {
  readonly source: string
  readonly destination: string
  readonly protocol: number
  readonly sourcePort?: number
  readonly destinationPort?: number
  readonly tcpFlags?: number
  readonly sequence?: number
  readonly acknowledge?: number
  readonly icmpType?: number
  readonly icmpCode?: number
  readonly icmpId?: number
  readonly ttl?: number
  readonly dscp?: number
  /** In units of 8 bytes; with it the packet is a later fragment. */
  readonly fragment?: number
  readonly maxSegment?: number
  /** Of TCP: as it stands in the header. */
  readonly windowSize?: number
  readonly windowScale?: number
  readonly sackPermitted?: boolean
  /** Selective acknowledgements: both edges of each block. */
  readonly sack?: readonly (readonly [number, number])[]
  readonly payload?: number
  /** Of an ICMP error: the packet that it is about. */
  readonly quotes?: Shape
  /** The same as bytes: its beginning. */
  readonly quoted?: Uint8Array
}

const [ICMP, TCP, UDP, ICMPV6, SCTP] = [1, 6, 17, 58, 132]

export function packetBytes(shape: Shape): Buffer {
  const isV6 = shape.source.includes(':')
  const body = shape.fragment === undefined ? transport(shape, isV6) : Buffer.alloc(16, 0x55)
  return isV6 ? ipv6(shape, body) : ipv4(shape, body)
}

const bytesOf = (address: string): Uint8Array => addressBytes(parseAddress(address))

function ipv4(
  { source, destination, protocol, ttl = 64, dscp = 0, fragment = 0 }: Shape,
  body: Buffer,
): Buffer {
  const header = Buffer.alloc(20)
  header[0] = 0x45
  header[1] = dscp << 2
  header.writeUInt16BE(20 + body.length, 2)
  header.writeUInt16BE(0x1234, 4)
  header.writeUInt16BE(fragment, 6)
  header[8] = ttl
  header[9] = protocol
  header.set(bytesOf(source), 12)
  header.set(bytesOf(destination), 16)
  header.writeUInt16BE(checksum([header]), 10)
  return Buffer.concat([header, body])
}

function ipv6({ source, destination, protocol, ttl = 64, dscp = 0, fragment }: Shape, body: Buffer): Buffer {
  const extra = fragment === undefined ? Buffer.alloc(0) : Buffer.from([protocol, 0, 0, 0, 0, 0, 0, 7])
  if (fragment !== undefined) extra.writeUInt16BE(fragment << 3, 2)
  const header = Buffer.alloc(40)
  header.writeUInt16BE(0x6000 | (dscp << 6), 0)
  header.writeUInt16BE(extra.length + body.length, 4)
  header[6] = fragment === undefined ? protocol : 44
  header[7] = ttl
  header.set(bytesOf(source), 8)
  header.set(bytesOf(destination), 24)
  return Buffer.concat([header, extra, body])
}

function transport(shape: Shape, isV6: boolean): Buffer {
  const { protocol, sourcePort = 0, destinationPort = 0, payload = 4 } = shape
  const data = Buffer.alloc(payload, 0x61)
  if (protocol === TCP) return tcp(shape, data, isV6)
  if (protocol === UDP) {
    const header = Buffer.alloc(8)
    header.writeUInt16BE(sourcePort)
    header.writeUInt16BE(destinationPort, 2)
    header.writeUInt16BE(8 + data.length, 4)
    header.writeUInt16BE(checksum([pseudo(shape, 8 + data.length), header, data]) || 0xffff, 6)
    return Buffer.concat([header, data])
  }
  if (protocol === ICMP || protocol === ICMPV6) return icmp(shape, data, isV6)
  if (protocol === SCTP) return sctp(shape)
  // GRE of version 0 (RFC 2784) with IPv4 in it, where it is GRE.
  return Buffer.concat([Buffer.from([0, 0, 8, 0]), data])
}

function tcp(shape: Shape, data: Buffer, _isV6: boolean): Buffer {
  const {
    sourcePort = 0,
    destinationPort = 0,
    tcpFlags = 2,
    sequence = 1000,
    acknowledge = 0,
    windowSize = 64_000,
  } = shape
  const body =
    (tcpFlags & 2) === 0 && (tcpFlags & 4) === 0 && shape.payload !== undefined ? data : Buffer.alloc(0)
  const options = tcpOptions(shape)
  const header = Buffer.alloc(20)
  header.writeUInt16BE(sourcePort)
  header.writeUInt16BE(destinationPort, 2)
  header.writeUInt32BE(sequence, 4)
  header.writeUInt32BE(acknowledge, 8)
  header[12] = (5 + options.length / 4) << 4
  header[13] = tcpFlags
  header.writeUInt16BE(windowSize, 14)
  const length = header.length + options.length + body.length
  header.writeUInt16BE(checksum([pseudo(shape, length), header, options, body]), 16)
  return Buffer.concat([header, options, body])
}

/** Filled up with no-operations to whole words. */
function tcpOptions({ maxSegment, windowScale, sackPermitted = false, sack = [] }: Shape): Buffer {
  const bytes = [
    ...(maxSegment === undefined ? [] : [2, 4, maxSegment >> 8, maxSegment & 255]),
    ...(windowScale === undefined ? [] : [3, 3, windowScale]),
    ...(sackPermitted ? [4, 2] : []),
    ...(sack.length === 0 ? [] : [5, 2 + sack.length * 8]),
    ...sack.flat().flatMap(edge => [edge >>> 24, (edge >>> 16) & 255, (edge >>> 8) & 255, edge & 255]),
  ]
  return Buffer.from([...bytes, ...Array<number>((4 - (bytes.length % 4)) % 4).fill(1)])
}

function icmp(shape: Shape, data: Buffer, isV6: boolean): Buffer {
  const { icmpType = isV6 ? 128 : 8, icmpCode = 0, icmpId = 0, quotes, quoted } = shape
  const header = Buffer.alloc(8)
  header[0] = icmpType
  header[1] = icmpCode
  if (quotes === undefined && quoted === undefined) {
    header.writeUInt16BE(icmpId, 4)
    header.writeUInt16BE(1, 6)
  }
  const body = Buffer.from(
    quoted ?? (quotes === undefined ? data : packetBytes(quotes).subarray(0, isV6 ? 88 : 48)),
  )
  const length = header.length + body.length
  header.writeUInt16BE(checksum(isV6 ? [pseudo(shape, length), header, body] : [header, body]), 2)
  return Buffer.concat([header, body])
}

/** An INIT chunk, with its CRC32c left out: whoever judges it has to say so (RFC 9260 section 3). */
function sctp({ sourcePort = 0, destinationPort = 0 }: Shape): Buffer {
  const packet = Buffer.alloc(32)
  packet.writeUInt16BE(sourcePort)
  packet.writeUInt16BE(destinationPort, 2)
  packet[12] = 1
  packet.writeUInt16BE(20, 14)
  packet.writeUInt32BE(1, 16)
  packet.writeUInt32BE(65_535, 20)
  packet.writeUInt16BE(1, 24)
  packet.writeUInt16BE(1, 26)
  packet.writeUInt32LE(crc32c(packet), 8)
  return packet
}

function pseudo({ source, destination, protocol }: Shape, length: number): Buffer {
  const from = bytesOf(source)
  const header = Buffer.alloc(from.length * 2 + 8)
  header.set(from)
  header.set(bytesOf(destination), from.length)
  if (from.length === 16) {
    header.writeUInt32BE(length, 32)
    header[39] = protocol
    return header
  }
  header[9] = protocol
  header.writeUInt16BE(length, 10)
  return header.subarray(0, 12)
}

function checksum(parts: readonly Buffer[]): number {
  let sum = 0
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) sum += i % 2 === 0 ? part[i]! << 8 : part[i]!
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

function crc32c(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  }
  return ~crc >>> 0
}
