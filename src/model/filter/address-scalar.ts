/** Addresses as a rule set holds them: numbers for IPv4, bigints for IPv6, and back. */
import { type Address, addressBytes, addressFromBytes, withoutZone } from '../address.ts'
import type { IpFamily } from '../protocol.ts'

/** A zone is not part of what a filter compares, and is left out. */
export function addressScalar(address: Address): number | bigint {
  const bytes = addressBytes(withoutZone(address))
  if (bytes.length === 4) return bytes.reduce((sum, byte) => sum * 256 + byte, 0)
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
}

/** The address of a scalar: 0 to 2³²-1, or 0n to 2¹²⁸-1n. */
export function scalarAddress(scalar: number | bigint, family: IpFamily): Address {
  const bytes = new Uint8Array(family === 'ipv4' ? 4 : 16)
  let rest = BigInt(scalar)
  for (let i = bytes.length - 1; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn)
  return addressFromBytes(bytes, 0, family)
}
