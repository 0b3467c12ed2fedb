/** Resource records (RFC 1035 section 3.2): the data of those that lead to an address, all others as bytes. */
import { type Address, addressBytes, addressFromBytes, familyOf } from '../../model/address.ts'
import { readName } from './name.ts'
import type { NameWriter } from './name-writer.ts'

/** Numbers of types: RFC 1035 section 3.2.2, AAAA RFC 3596, SRV RFC 2782, OPT RFC 6891. */
export const DNS_TYPE = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  OPT: 41,
} as const

/** The class of the Internet (section 3.2.4). */
export const DNS_IN = 1

export interface DnsRecord {
  readonly name: string
  readonly type: number
  readonly class: number
  /** Seconds. */
  readonly ttl: number
  readonly data: DnsData
}

/**
 * | kind | of types |
 * |---|---|
 * | address | A, AAAA |
 * | name | CNAME, NS, PTR |
 * | service | SRV |
 * | text | TXT: strings of up to 255 bytes |
 * | bytes | all others |
 */
export type DnsData =
  | { readonly kind: 'address'; readonly address: Address }
  | { readonly kind: 'name'; readonly name: string }
  | {
      readonly kind: 'service'
      readonly priority: number
      readonly weight: number
      readonly port: number
      readonly target: string
    }
  | { readonly kind: 'text'; readonly strings: readonly Uint8Array[] }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }

const NAMES: readonly number[] = [DNS_TYPE.CNAME, DNS_TYPE.NS, DNS_TYPE.PTR]

/** The data that stands from `at` to `end`; undefined where it isn't what its type says. */
export function readRecordData(
  bytes: Uint8Array,
  at: number,
  end: number,
  type: number,
): DnsData | undefined {
  const size = end - at
  if (type === DNS_TYPE.A || type === DNS_TYPE.AAAA) {
    const family = type === DNS_TYPE.A ? 'ipv4' : 'ipv6'
    if (size !== (family === 'ipv4' ? 4 : 16)) return undefined
    return { kind: 'address', address: addressFromBytes(bytes, at, family) }
  }
  if (NAMES.includes(type)) {
    const found = readName(bytes, at)
    return found?.next === end ? { kind: 'name', name: found.name } : undefined
  }
  if (type === DNS_TYPE.SRV) {
    const target = size < 7 ? undefined : readName(bytes, at + 6)
    if (target?.next !== end) return undefined
    const number = (offset: number): number => bytes[at + offset]! * 256 + bytes[at + offset + 1]!
    return { kind: 'service', priority: number(0), weight: number(2), port: number(4), target: target.name }
  }
  if (type === DNS_TYPE.TXT) {
    const strings: Uint8Array[] = []
    for (let here = at; here < end; here += 1 + bytes[here]!) {
      if (here + 1 + bytes[here]! > end) return undefined
      strings.push(bytes.slice(here + 1, here + 1 + bytes[here]!))
    }
    return strings.length === 0 ? undefined : { kind: 'text', strings }
  }
  return { kind: 'bytes', bytes: bytes.slice(at, end) }
}

/** Names that old types hold may be pointers; the target of SRV may not (RFC 2782). */
export function writeRecordData(writer: NameWriter, data: DnsData): void {
  switch (data.kind) {
    case 'address':
      writer.raw(addressBytes(data.address))
      break
    case 'name':
      writer.name(data.name)
      break
    case 'service':
      writer.u16(data.priority)
      writer.u16(data.weight)
      writer.u16(data.port)
      writer.name(data.target, true)
      break
    case 'text':
      for (const string of data.strings) {
        if (string.length > 255) throw new RangeError('a string of a TXT record has at most 255 bytes')
        writer.u8(string.length)
        writer.raw(string)
      }
      break
    case 'bytes':
      writer.raw(data.bytes)
  }
}

/** A record that leads to an address. */
export const addressRecord = (name: string, address: Address, ttl = 0): DnsRecord => ({
  name,
  type: familyOf(address) === 'ipv4' ? DNS_TYPE.A : DNS_TYPE.AAAA,
  class: DNS_IN,
  ttl,
  data: { kind: 'address', address },
})
