/**
 * `struct sockaddr_in` and `sockaddr_in6` as bytes: ip(7), ipv6(7). The family is in the host's byte order, the port in
 * the network's.
 */
import { type Address, addressBytes, addressFromBytes, familyOf, withoutZone } from '../model/address.ts'
import type { Endpoint } from '../model/endpoint.ts'
import type { Port } from '../model/port.ts'
import { LITTLE_ENDIAN } from './tcp-info.ts'

export const AF_INET = 2
/** Of Linux. */
export const AF_INET6 = 10

/** 16 bytes for IPv4, 28 for IPv6. `scope`: number of the interface, for link-local addresses. */
export function encodeSocketAddress(address: Address, port: number, scope = 0): Uint8Array {
  const ipv4 = familyOf(address) === 'ipv4'
  const bytes = new Uint8Array(ipv4 ? 16 : 28)
  const { buffer } = bytes
  new Uint16Array(buffer, 0, 1)[0] = ipv4 ? AF_INET : AF_INET6
  bytes[2] = port >> 8
  bytes[3] = port & 0xff
  bytes.set(addressBytes(withoutZone(address)), ipv4 ? 4 : 8)
  if (!ipv4) new Uint32Array(buffer, 24, 1)[0] = scope
  return bytes
}

/** The port of either, from the bytes that getsockname(2) gave. */
export const portOfSocketAddress = (bytes: Uint8Array): number => (bytes[2]! << 8) | bytes[3]!

/** The endpoint of either, without a zone; undefined for other families and for port 0, which nobody has yet. */
export function endpointOfSocketAddress(bytes: Uint8Array): Endpoint | undefined {
  if (bytes.length < 16) return undefined
  const family = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint16(0, LITTLE_ENDIAN)
  const port = portOfSocketAddress(bytes) as Port
  if (port === 0) return undefined
  if (family === AF_INET) return { address: addressFromBytes(bytes, 4, 'ipv4'), port }
  return family === AF_INET6 && bytes.length >= 28
    ? { address: addressFromBytes(bytes, 8, 'ipv6'), port }
    : undefined
}
