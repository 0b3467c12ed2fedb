/**
 * An address as a key for counting and matching, made without formatting it: IPv4 as a number, whether or not it is
 * mapped into IPv6, IPv6 as its bytes.
 */
import { familyCode, type SocketColumns } from '../../model/socket-columns.ts'

export function addressKey(columns: SocketColumns, row: number, end: 'local' | 'peer'): number | string {
  const bytes = end === 'local' ? columns.local : columns.peer
  const at = row * 16
  if (columns.family[row] === IPV4) return word(bytes, at)
  let zeros = 0
  while (zeros < 10 && bytes[at + zeros] === 0) zeros++
  if (zeros === 10 && bytes[at + 10] === 0xff && bytes[at + 11] === 0xff) return word(bytes, at + 12)
  return String.fromCharCode(...bytes.subarray(at, at + 16))
}

const word = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0

const IPV4 = familyCode('ipv4')
