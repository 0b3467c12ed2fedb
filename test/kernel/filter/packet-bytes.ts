/** Packets as bytes, with the checksums that a kernel looks at (RFC 1071). */
import { bytesOf, checksum, pseudo } from './checksums.ts'
import { otherTransport } from './other-transports.ts'

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
  readonly window?: number
  readonly ecn?: number
  readonly flowLabel?: number
  readonly ipId?: number
  /** Of ESP, AH; of IPComp the CPI. */
  readonly spi?: number
  /** Of DCCP, IGMP and mobility headers. */
  readonly packetType?: number
  /** Of IPv4, by nft's words: `ra`, `rr`. */
  readonly ipOptions?: readonly string[]
  /** Of IPv6, by nft's words, in this order: `hbh`, `dst`, `rt`, `srh`, `frag` (which is the only fragment). */
  readonly extensions?: readonly string[]
  /** By nft's words; `maxseg` has a number of its own. */
  readonly tcpOptions?: readonly string[]
  /** Of TCP. */
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

const [ICMP, TCP, UDP, ICMPV6] = [1, 6, 17, 58]

export function packetBytes(shape: Shape): Buffer {
  const isV6 = shape.source.includes(':')
  const body = shape.fragment === undefined ? transport(shape, isV6) : Buffer.alloc(16, 0x55)
  return isV6 ? ipv6(shape, body) : ipv4(shape, body)
}

/** Options of IPv4 (RFC 2113, RFC 791 section 3.1), filled up to four bytes. */
const IP_OPTIONS: Readonly<Record<string, readonly number[]>> = {
  ra: [148, 4, 0, 0],
  rr: [7, 7, 4, 0, 0, 0, 0, 0],
}

function ipv4(
  {
    source,
    destination,
    protocol,
    ttl = 64,
    dscp = 0,
    ecn = 0,
    ipId = 0x1234,
    fragment = 0,
    ipOptions = [],
  }: Shape,
  body: Buffer,
): Buffer {
  const options = Buffer.from(ipOptions.flatMap(name => listed(IP_OPTIONS, name)))
  const header = Buffer.alloc(20 + options.length)
  header[0] = 0x40 | (header.length / 4)
  header[1] = (dscp << 2) | ecn
  header.writeUInt16BE(header.length + body.length, 2)
  header.writeUInt16BE(ipId, 4)
  header.writeUInt16BE(fragment, 6)
  header[8] = ttl
  header[9] = protocol
  header.set(bytesOf(source), 12)
  header.set(bytesOf(destination), 16)
  header.set(options, 20)
  header.writeUInt16BE(checksum([header]), 10)
  return Buffer.concat([header, body])
}

function listed(known: Readonly<Record<string, readonly number[]>>, name: string): readonly number[] {
  const bytes = known[name]
  if (bytes === undefined) throw new Error(`"${name}" is not among ${Object.keys(known).join(', ')}`)
  return bytes
}

/** Extension headers of IPv6 (RFC 8200 section 4, RFC 8754): the number by which one is announced, and what follows the next one's. */
const EXTENSIONS: Readonly<Record<string, readonly number[]>> = {
  hbh: [0, 0, 1, 4, 0, 0, 0, 0],
  dst: [60, 0, 1, 4, 0, 0, 0, 0],
  rt: [43, 0, 253, 0, 0, 0, 0, 0],
  srh: [43, 2, 4, 0, 0, 0, 0, 7, ...Array.from({ length: 16 }, () => 0x22)],
  frag: [44, 0, 0, 0, 0, 0, 0, 9],
}

function ipv6(
  {
    source,
    destination,
    protocol,
    ttl = 64,
    dscp = 0,
    ecn = 0,
    flowLabel = 0,
    fragment,
    extensions = [],
  }: Shape,
  body: Buffer,
): Buffer {
  const chain = extensions.map(name => listed(EXTENSIONS, name))
  if (fragment !== undefined) chain.push([44, 0, (fragment << 3) >> 8, (fragment << 3) & 255, 0, 0, 0, 7])
  const numbers = [...chain.map(([number]) => number!), protocol]
  const extra = Buffer.from(chain.flatMap(([, ...rest], i) => [numbers[i + 1]!, ...rest]))
  const header = Buffer.alloc(40)
  header.writeUInt32BE((0x60000000 | (dscp << 22) | (ecn << 20) | flowLabel) >>> 0, 0)
  header.writeUInt16BE(extra.length + body.length, 4)
  header[6] = numbers[0]!
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
  const other = otherTransport(shape, data)
  if (other !== undefined) return other
  // GRE of version 0 (RFC 2784) with IPv4 in it, where it is GRE.
  return Buffer.concat([Buffer.from([0, 0, 8, 0]), data])
}

/** TCP options (IANA), each filled up to four bytes with NOPs. */
const TCP_OPTIONS: Readonly<Record<string, readonly number[]>> = {
  window: [3, 3, 7, 1],
  'sack-perm': [4, 2, 1, 1],
  sack: [5, 10, 0, 0, 0, 10, 0, 0, 0, 20, 1, 1],
  timestamp: [8, 10, 0, 0, 0, 100, 0, 0, 0, 200, 1, 1],
  fastopen: [34, 4, 1, 2],
  mptcp: [30, 4, 0, 1],
  md5sig: [19, 18, ...Array.from({ length: 16 }, () => 7), 1, 1],
  sack2: [5, 18, 0, 0, 0, 10, 0, 0, 0, 20, 0, 0, 0, 30, 0, 0, 0, 40, 1, 1],
  eol: [0, 0, 0, 0],
}

function tcp(shape: Shape, data: Buffer, _isV6: boolean): Buffer {
  const {
    sourcePort = 0,
    destinationPort = 0,
    tcpFlags = 2,
    sequence = 1000,
    acknowledge = 0,
    window = 64_000,
    tcpOptions = [],
  } = shape
  const body =
    (tcpFlags & 2) === 0 && (tcpFlags & 4) === 0 && shape.payload !== undefined ? data : Buffer.alloc(0)
  const options = Buffer.concat([
    optionsWithNumbers(shape),
    Buffer.from(tcpOptions.flatMap(name => listed(TCP_OPTIONS, name))),
  ])
  const header = Buffer.alloc(20)
  header.writeUInt16BE(sourcePort)
  header.writeUInt16BE(destinationPort, 2)
  header.writeUInt32BE(sequence, 4)
  header.writeUInt32BE(acknowledge, 8)
  header[12] = (5 + options.length / 4) << 4
  header[13] = tcpFlags
  header.writeUInt16BE(window, 14)
  const length = header.length + options.length + body.length
  header.writeUInt16BE(checksum([pseudo(shape, length), header, options, body]), 16)
  return Buffer.concat([header, options, body])
}

/** Filled up with no-operations to whole words. */
function optionsWithNumbers({ maxSegment, windowScale, sackPermitted = false, sack = [] }: Shape): Buffer {
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
