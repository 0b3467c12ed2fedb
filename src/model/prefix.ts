/**
 * Address prefixes (RFC 4632, RFC 4291 section 2.3) as values: a branded string that is always the canonical
 * text, `10.0.0.0/8`, with no bits set after the prefix.
 */
import { type Address, addressBytes, addressFromBytes, familyOf } from './address.ts'
import { readAddress, readCanonical } from './address-read.ts'
import { sameBits } from './address-scope.ts'
import { fault } from './fault.ts'

declare const prefix: unique symbol

/** Always a canonical address without zone, a slash, and a length in bits that covers every bit set. */
export type Prefix = string & { readonly [prefix]: true }

/** Reads `10.0.0.0/8`; an address alone has full length. Throws `E_PREFIX_SYNTAX`, which says why. */
export function parsePrefix(text: string): Prefix {
  const slash = text.indexOf('/')
  const reading = readAddress(slash === -1 ? text : text.slice(0, slash))
  const refuse = (why: string) => fault('E_PREFIX_SYNTAX', { text, why })
  if (typeof reading === 'string') throw refuse(slash === -1 ? reading : `before the "/", ${reading}`)
  if (reading.zone !== '') throw refuse('a prefix has no zone')
  const { bytes } = reading
  const bits = bytes.length * 8
  if (slash === -1) return networkAt(bytes, bits)
  const why = whyNotLength(text.slice(slash + 1), bits)
  if (why !== '') throw refuse(why)
  const length = Number(text.slice(slash + 1))
  const network = networkAt(bytes, length)
  if (!sameBits(bytes, 0, addressBytes(prefixAddress(network)), 0, bits)) {
    throw refuse(`bits are set after the first ${length}: did you mean ${network}?`)
  }
  return network
}

/** The network of that length that an address is in. Throws `E_PREFIX_SYNTAX` for a length beyond the family's. */
export function networkOf(address: Address, length: number): Prefix {
  const bytes = addressBytes(address)
  if (!Number.isInteger(length) || length < 0 || length > bytes.length * 8) {
    throw fault('E_PREFIX_SYNTAX', { text: `${address}/${length}`, why: tooLong(bytes.length * 8) })
  }
  return networkAt(bytes, length)
}

export const prefixLength = (of: Prefix): number => Number(of.slice(of.indexOf('/') + 1))

/** The first address of the prefix. */
export const prefixAddress = (of: Prefix): Address => of.slice(0, of.indexOf('/')) as Address

/**
 * Whether the address is in the prefix. Zones don't count: `fe80::/10` has `fe80::1%eth0`. Families are worlds
 * apart: an IPv4-mapped address is in no IPv4 prefix until it is unmapped.
 */
export function contains(within: Prefix, address: Address): boolean {
  if (readCanonical(prefixAddress(within), left) !== readCanonical(address, right)) return false
  return sameBits(left, 0, right, 0, prefixLength(within))
}

/** Whether any address is in both. Then the longer prefix is inside the shorter. */
export function overlaps(a: Prefix, b: Prefix): boolean {
  if (familyOf(prefixAddress(a)) !== familyOf(prefixAddress(b))) return false
  return prefixLength(a) <= prefixLength(b) ? contains(a, prefixAddress(b)) : contains(b, prefixAddress(a))
}

const left = new Uint8Array(16)
const right = new Uint8Array(16)

function networkAt(bytes: Uint8Array, length: number): Prefix {
  const network = bytes.map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, length - 8 * i))))
  return `${addressFromBytes(network, 0, bytes.length === 4 ? 'ipv4' : 'ipv6')}/${length}` as Prefix
}

function whyNotLength(text: string, bits: number): string {
  if (text === '') return 'no length stands after the "/"'
  if (text.includes('/')) return 'it has more than one "/"'
  const mask = readAddress(text)
  if (bits === 32 && typeof mask !== 'string' && mask.bytes.length === 4) return whyMask(text, mask.bytes)
  if (!/^\d+$/.test(text)) return `the length "${text}" is not a decimal number`
  if (text.length > 1 && text[0] === '0') return `the length "${text}" has a leading zero`
  return Number(text) > bits ? tooLong(bits) : ''
}

function whyMask(text: string, mask: Uint8Array): string {
  const ones = mask.reduce((word, byte) => word + byte.toString(2).padStart(8, '0'), '')
  const length = ones.replace(/0+$/, '').length
  return ones.indexOf('0') === -1 || ones.indexOf('0') === length
    ? `the length is a number of bits: write /${length} for the mask ${text}`
    : `"${text}" is not a length, and as a mask it has gaps`
}

const tooLong = (bits: number): string =>
  `the length of ${bits === 32 ? 'an IPv4' : 'an IPv6'} prefix is 0 to ${bits}`
