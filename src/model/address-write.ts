/**
 * Writes an IP address as canonical text: RFC 5952 for IPv6, with the ending of an IPv4-mapped address in
 * dots (section 5), four decimal parts for IPv4. Straight from the bytes of a socket table into the bytes of
 * an output line, or as a string. Used by `address.ts`, which is the door.
 */
import { isMappedAt } from './address-read.ts'
import type { IpFamily } from './protocol.ts'

/** Room that any canonical address fits in, without zone: eight groups of four digits and their colons. */
export const ADDRESS_TEXT_MAX = 39

const COLON = 0x3a
const DOT = 0x2e
const F = 0x66

/**
 * Writes the address at `offset` in ASCII at `into[at]`, and returns where it ends. `into` must have
 * `ADDRESS_TEXT_MAX` bytes of room. Allocates nothing.
 */
export function writeAddress(
  bytes: Uint8Array,
  offset: number,
  family: IpFamily,
  into: Uint8Array,
  at: number,
): number {
  if (family === 'ipv4') return writeV4(bytes, offset, into, at)
  if (isMappedAt(bytes, offset)) {
    into[at] = into[at + 1] = into[at + 6] = COLON
    into[at + 2] = into[at + 3] = into[at + 4] = into[at + 5] = F
    return writeV4(bytes, offset + 12, into, at + 7)
  }
  return writeV6(bytes, offset, into, at)
}

function writeV4(bytes: Uint8Array, offset: number, into: Uint8Array, start: number): number {
  let at = writeOctet(bytes[offset]!, into, start)
  into[at++] = DOT
  at = writeOctet(bytes[offset + 1]!, into, at)
  into[at++] = DOT
  at = writeOctet(bytes[offset + 2]!, into, at)
  into[at++] = DOT
  return writeOctet(bytes[offset + 3]!, into, at)
}

/** 0 to 255 in decimal. Division by ten as a product and a shift, which is exact below 1,029. */
function writeOctet(octet: number, into: Uint8Array, at: number): number {
  if (octet < 10) {
    into[at] = 48 + octet
    return at + 1
  }
  const tens = (octet * 205) >> 11
  if (octet < 100) {
    into[at] = 48 + tens
    into[at + 1] = 48 + octet - tens * 10
    return at + 2
  }
  const hundreds = octet < 200 ? 1 : 2
  into[at] = 48 + hundreds
  into[at + 1] = 48 + tens - hundreds * 10
  into[at + 2] = 48 + octet - tens * 10
  return at + 3
}

function writeV6(bytes: Uint8Array, offset: number, into: Uint8Array, start: number): number {
  // The longest run of two or more zero groups, the first among equals (RFC 5952 section 4.2).
  let gap = 8
  let gapLength = 1
  for (let i = 0, run = 0; i < 8; i++) {
    run = bytes[offset + 2 * i] === 0 && bytes[offset + 2 * i + 1] === 0 ? run + 1 : 0
    if (run > gapLength) {
      gapLength = run
      gap = i - run + 1
    }
  }
  let at = start
  for (let i = 0; i < 8; i++) {
    if (i === gap) {
      into[at++] = COLON
      into[at++] = COLON
      i += gapLength - 1
      continue
    }
    if (i > 0 && i !== gap + gapLength) into[at++] = COLON
    const group = (bytes[offset + 2 * i]! << 8) | bytes[offset + 2 * i + 1]!
    if (group > 0xfff) into[at++] = hex(group >> 12)
    if (group > 0xff) into[at++] = hex((group >> 8) & 15)
    if (group > 0xf) into[at++] = hex((group >> 4) & 15)
    into[at++] = hex(group & 15)
  }
  return at
}

const hex = (digit: number): number => (digit < 10 ? 48 : 87) + digit

let decimals: string[] | undefined
let line: Uint8Array | undefined

/** The same as a string. */
export function addressText(bytes: Uint8Array, offset: number, family: IpFamily): string {
  if (family === 'ipv4') {
    decimals ??= Array.from({ length: 256 }, (_, n) => String(n))
    return `${decimals[bytes[offset]!]}.${decimals[bytes[offset + 1]!]}.${decimals[bytes[offset + 2]!]}.${decimals[bytes[offset + 3]!]}`
  }
  line ??= new Uint8Array(ADDRESS_TEXT_MAX)
  const end = writeAddress(bytes, offset, family, line, 0)
  return String.fromCharCode.apply(null, line.subarray(0, end) as unknown as number[])
}
