/** Socket addresses as the kernel wants them: ip(7), ipv6(7), unix(7). */
import { endianness } from 'node:os'
import ipaddr from 'ipaddr.js'
import { AF_INET, AF_INET6, AF_UNIX } from './libc.ts'

/** `127.0.0.1`, `::1`; with an interface's index for addresses that need a zone. */
export function ipAddress(address: string, port: number, zone = 0): Buffer {
  const parsed = ipaddr.parse(address)
  const v4 = parsed.kind() === 'ipv4'
  const bytes = Buffer.alloc(v4 ? 16 : 28)
  writeHost16(bytes, v4 ? AF_INET : AF_INET6)
  bytes.writeUInt16BE(port, 2)
  bytes.set(parsed.toByteArray(), v4 ? 4 : 8)
  if (!v4) endianness() === 'LE' ? bytes.writeUInt32LE(zone, 24) : bytes.writeUInt32BE(zone, 24)
  return bytes
}

/** A path, or with a NUL first a name in the abstract namespace. */
export function unixAddress(path: string): Buffer {
  const name = Buffer.from(path)
  const bytes = Buffer.alloc(2 + name.length + (path.startsWith('\0') ? 0 : 1))
  writeHost16(bytes, AF_UNIX)
  name.copy(bytes, 2)
  return bytes
}

export const portIn = (address: Uint8Array): number => (address[2]! << 8) | address[3]!

const writeHost16 = (bytes: Buffer, value: number): number =>
  endianness() === 'LE' ? bytes.writeUInt16LE(value) : bytes.writeUInt16BE(value)
