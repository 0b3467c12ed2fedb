/**
 * IP addresses as values: a branded string that is always the canonical text, so that `===`, map keys, JSON
 * and printing need nothing more.
 *
 * Always: four decimal parts (IPv4); RFC 5952 (IPv6), the zone of RFC 4007 kept as it was given. An
 * IPv4-mapped address stays IPv6, `::ffff:192.0.2.1`, and differs from `192.0.2.1` until `unmap` is called.
 * Names, prefixes and ports belong to `host-name.ts`, `prefix.ts` and `endpoint.ts`.
 */
import { isMappedAt, readAddress, readCanonical, whyNotZone } from './address-read.ts'
import { type Scope, type SpecialRange, specialRangeAt } from './address-scope.ts'
import { addressText } from './address-write.ts'
import { fault } from './fault.ts'
import type { IpFamily } from './protocol.ts'

export { SCOPES, type Scope, type SpecialRange } from './address-scope.ts'
export { ADDRESS_TEXT_MAX, writeAddress } from './address-write.ts'

declare const address: unique symbol

/** Always canonical text of an IPv4 or IPv6 address. */
export type Address = string & { readonly [address]: true }

export const UNSPECIFIED_V4 = '0.0.0.0' as Address
export const UNSPECIFIED_V6 = '::' as Address
export const LOOPBACK_V4 = '127.0.0.1' as Address
export const LOOPBACK_V6 = '::1' as Address

/** Reads any text form of RFC 4291 and gives the canonical one. Throws `E_ADDRESS_SYNTAX`, which says why. */
export function parseAddress(text: string): Address {
  const reading = readAddress(text)
  if (typeof reading === 'string') throw fault('E_ADDRESS_SYNTAX', { text, why: reading })
  return fromReading(reading.bytes, reading.zone)
}

/** Whether `parseAddress` would take it; not whether it is canonical already. */
export const isAddress = (text: string): boolean => typeof readAddress(text) !== 'string'

export const familyOf = (of: Address): IpFamily => (of.includes(':') ? 'ipv6' : 'ipv4')

/** Whether it is an IPv4 address in IPv6 clothes, `::ffff:0:0/96` (RFC 4291 section 2.5.5.2). */
export const isMapped = (of: Address): boolean => of.startsWith('::ffff:') && of.includes('.')

/** The IPv4 address inside a mapped one; any other unchanged. */
export const unmap = (of: Address): Address => (isMapped(of) ? (of.slice(7) as Address) : of)

/** What stands after `%`, or undefined. */
export function zoneOf(of: Address): string | undefined {
  const percent = of.indexOf('%')
  return percent === -1 ? undefined : of.slice(percent + 1)
}

export function withoutZone(of: Address): Address {
  const percent = of.indexOf('%')
  return percent === -1 ? of : (of.slice(0, percent) as Address)
}

/** The address in that zone instead of its own. Throws where it can't have one: IPv4, mapped, unusable names. */
export function withZone(of: Address, zone: string): Address {
  const text = `${withoutZone(of)}%${zone}`
  if (familyOf(of) === 'ipv6' && !isMapped(of) && whyNotZone(zone) === '') return text as Address
  return parseAddress(text)
}

/** 4 or 16 bytes, network order, without the zone. */
export const addressBytes = (of: Address): Uint8Array => {
  const bytes = new Uint8Array(16)
  return bytes.slice(0, readCanonical(of, bytes))
}

/** The address whose 4 or 16 bytes stand at `offset`. Any bytes are an address. */
export const addressFromBytes = (bytes: Uint8Array, offset: number, family: IpFamily): Address =>
  addressText(bytes, offset, family) as Address

/** IPv4 first, then by number, then by zone: negative, zero or positive, for `sort`. */
export function compareAddresses(a: Address, b: Address): number {
  if (a === b) return 0
  const length = readCanonical(a, left)
  const difference = length - readCanonical(b, right)
  if (difference !== 0) return difference
  for (let i = 0; i < length; i++) if (left[i] !== right[i]) return left[i]! - right[i]!
  return (zoneOf(a) ?? '') < (zoneOf(b) ?? '') ? -1 : 1
}

const left = new Uint8Array(16)
const right = new Uint8Array(16)

/** What kind of address it is, a mapped one judged as the IPv4 address that it stands for. */
export const scopeOf = (of: Address): Scope => specialRangeOf(of).scope

/** The registered range that decides about the scope, with its name and RFC. */
export function specialRangeOf(of: Address): SpecialRange {
  if (readCanonical(of, left) === 4) return specialRangeAt(left, 0, 'ipv4')
  return isMappedAt(left, 0) ? specialRangeAt(left, 12, 'ipv4') : specialRangeAt(left, 0, 'ipv6')
}

function fromReading(bytes: Uint8Array, zone: string): Address {
  const text = addressText(bytes, 0, bytes.length === 4 ? 'ipv4' : 'ipv6')
  return (zone === '' ? text : `${text}%${zone}`) as Address
}
