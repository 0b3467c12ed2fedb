/** Transports beside TCP, UDP and ICMP, as bytes. */
import { checksum, pseudo } from './checksums.ts'
import type { Shape } from './packet-bytes.ts'

const [IGMP, TCP, DCCP, ESP, AH] = [2, 6, 33, 50, 51]
const [NO_NEXT, COMP, SCTP, MOBILITY, UDPLITE] = [59, 108, 132, 135, 136]

/** Of coverage zero: the whole packet (RFC 3828). */
function udplite(shape: Shape, data: Buffer): Buffer {
  const { sourcePort = 0, destinationPort = 0 } = shape
  const header = Buffer.alloc(8)
  header.writeUInt16BE(sourcePort)
  header.writeUInt16BE(destinationPort, 2)
  header.writeUInt16BE(checksum([pseudo(shape, 8 + data.length), header, data]) || 0xffff, 6)
  return Buffer.concat([header, data])
}

/** DCCP (RFC 4340 section 5.1), IGMP (RFC 2236), ESP, AH, IPComp (RFC 4303, 4302, 3173), a mobility header (RFC 6275). */
export function otherTransport(shape: Shape, data: Buffer): Buffer | undefined {
  const { protocol, sourcePort = 0, destinationPort = 0, spi = 0, packetType = 0 } = shape
  const header = Buffer.alloc(16)
  switch (protocol) {
    case SCTP:
      return sctp(shape)
    case UDPLITE:
      return udplite(shape, data)
    case DCCP:
      header.writeUInt16BE(sourcePort)
      header.writeUInt16BE(destinationPort, 2)
      header[4] = 5
      // Long sequence numbers.
      header[8] = (packetType << 1) | 1
      return Buffer.concat([header, Buffer.alloc(4)])
    case IGMP:
      header[0] = packetType
      header.writeUInt16BE(checksum([header.subarray(0, 8)]), 2)
      return header.subarray(0, 8)
    case ESP:
      header.writeUInt32BE(spi)
      header.writeUInt32BE(5, 4)
      return Buffer.concat([header.subarray(0, 8), data])
    case AH:
      header[0] = NO_NEXT
      header[1] = 2
      header.writeUInt32BE(spi, 4)
      header.writeUInt32BE(5, 8)
      return Buffer.concat([header, data])
    case COMP:
      header[0] = TCP
      header.writeUInt16BE(spi, 2)
      return Buffer.concat([header.subarray(0, 4), data])
    case MOBILITY:
      header[0] = NO_NEXT
      header[2] = packetType
      header.writeUInt16BE(checksum([pseudo(shape, 8), header.subarray(0, 8)]), 4)
      return header.subarray(0, 8)
    default:
      return undefined
  }
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

function crc32c(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  }
  return ~crc >>> 0
}
