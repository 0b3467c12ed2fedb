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
