/** The checksum of the Internet (RFC 1071), and what transports put before theirs. */
import { addressBytes, parseAddress } from '../../../src/model/address.ts'
import type { Shape } from './packet-bytes.ts'

export const bytesOf = (address: string): Uint8Array => addressBytes(parseAddress(address))

/** Addresses, length and protocol (RFC 9293 section 3.1, RFC 8200 section 8.1). */
export function pseudo({ source, destination, protocol }: Shape, length: number): Buffer {
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

export function checksum(parts: readonly Buffer[]): number {
  let sum = 0
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) sum += i % 2 === 0 ? part[i]! << 8 : part[i]!
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

const PLACES: Readonly<Record<number, number>> = { 1: 2, 6: 16, 17: 6, 58: 2, 136: 6 }
const [ICMP, ICMPV6] = [1, 58]

/**
 * Whether a packet's checksums are right: of IPv4's header, and of its transport where that is TCP, UDP, UDP-Lite or ICMP and the packet is
 * whole.
 */
export function isIntact(packet: Uint8Array): boolean {
  const bytes = Buffer.from(packet)
  const isV6 = bytes[0]! >> 4 === 6
  const start = isV6 ? 40 : (bytes[0]! & 15) * 4
  // The host writes itself into options of what it keeps, and leaves the header's checksum as it was.
  if (!isV6 && start === 20 && checksum([bytes.subarray(0, start)]) !== 0) return false
  const protocol = bytes[isV6 ? 6 : 9]!
  const segment = bytes.subarray(start)
  const place = protocol === (isV6 ? ICMP : ICMPV6) ? undefined : PLACES[protocol]
  const isPart = !isV6 && (bytes.readUInt16BE(6) & 0x3fff) !== 0
  if (place === undefined || isPart || segment.length < place + 2) return true
  // None was made (RFC 768).
  if (protocol === 17 && !isV6 && segment.readUInt16BE(place) === 0) return true
  const ends = isV6 ? bytes.subarray(8, 40) : bytes.subarray(12, 20)
  const tail = Buffer.from([0, protocol, segment.length >> 8, segment.length & 255])
  return checksum(protocol === ICMP ? [segment] : [ends, tail, segment]) === 0
}
