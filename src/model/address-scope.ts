/**
 * What kind of address this is, from IANA's registries of special-purpose addresses (RFC 6890, RFC 8190) and of
 * the multicast and IPv6 address space: each range with the RFC that made it. The longest prefix that holds
 * an address decides; IPv4 addresses in none are public, and so are those of IPv6 inside 2000::/3, the only
 * space given out so far.
 *
 * The scope is that of the address as written. Whether a packet gets there is another question. Used through
 * `address.ts`.
 */
import { readAddress } from './address-read.ts'
import type { IpFamily } from './protocol.ts'

/**
 * `shared` is carrier-grade NAT; `private` has IPv6's unique local addresses, too; `reserved` is what nobody
 * should be reached at: unassigned, deprecated, or for protocols' own use.
 */
export const SCOPES = [
  'unspecified',
  'loopback',
  'link-local',
  'private',
  'shared',
  'documentation',
  'benchmarking',
  'multicast',
  'broadcast',
  'reserved',
  'public',
] as const
export type Scope = (typeof SCOPES)[number]

/** A range set apart. `source` is the RFC, with its section where one says it. */
export interface SpecialRange {
  readonly prefix: string
  readonly scope: Scope
  readonly name: string
  readonly source: string
}

type Row = readonly [prefix: string, scope: Scope, name: string, source: string]

const IPV4: readonly Row[] = [
  ['0.0.0.0/0', 'public', 'unicast', 'RFC 791'],
  ['0.0.0.0/8', 'reserved', 'this network', 'RFC 791 section 3.2'],
  ['0.0.0.0/32', 'unspecified', 'this host on this network', 'RFC 1122 section 3.2.1.3'],
  ['10.0.0.0/8', 'private', 'private use', 'RFC 1918'],
  ['100.64.0.0/10', 'shared', 'shared address space, for carrier-grade NAT', 'RFC 6598'],
  ['127.0.0.0/8', 'loopback', 'loopback', 'RFC 1122 section 3.2.1.3'],
  ['169.254.0.0/16', 'link-local', 'link-local', 'RFC 3927'],
  ['172.16.0.0/12', 'private', 'private use', 'RFC 1918'],
  ['192.0.0.0/24', 'reserved', 'IETF protocol assignments', 'RFC 6890 section 2.1'],
  ['192.0.0.0/29', 'private', 'IPv4 service continuity', 'RFC 7335'],
  ['192.0.0.9/32', 'public', 'Port Control Protocol anycast', 'RFC 7723'],
  ['192.0.0.10/32', 'public', 'TURN anycast', 'RFC 8155'],
  ['192.0.2.0/24', 'documentation', 'documentation (TEST-NET-1)', 'RFC 5737'],
  ['192.88.99.0/24', 'reserved', '6to4 relay anycast, deprecated', 'RFC 7526'],
  ['192.168.0.0/16', 'private', 'private use', 'RFC 1918'],
  ['198.18.0.0/15', 'benchmarking', 'benchmarking', 'RFC 2544'],
  ['198.51.100.0/24', 'documentation', 'documentation (TEST-NET-2)', 'RFC 5737'],
  ['203.0.113.0/24', 'documentation', 'documentation (TEST-NET-3)', 'RFC 5737'],
  ['224.0.0.0/4', 'multicast', 'multicast', 'RFC 5771'],
  ['240.0.0.0/4', 'reserved', 'reserved for future use', 'RFC 1112 section 4'],
  ['255.255.255.255/32', 'broadcast', 'limited broadcast', 'RFC 919 section 7'],
]

const IPV6: readonly Row[] = [
  ['::/0', 'reserved', 'not assigned', 'RFC 4291 section 4'],
  ['::/128', 'unspecified', 'unspecified address', 'RFC 4291 section 2.5.2'],
  ['::1/128', 'loopback', 'loopback address', 'RFC 4291 section 2.5.3'],
  ['64:ff9b::/96', 'public', 'IPv4 behind a translator', 'RFC 6052'],
  ['64:ff9b:1::/48', 'private', 'IPv4 behind a local translator', 'RFC 8215'],
  ['2000::/3', 'public', 'global unicast', 'RFC 4291 section 2.5.4'],
  ['2001::/23', 'reserved', 'IETF protocol assignments', 'RFC 2928'],
  ['2001::/32', 'public', 'Teredo', 'RFC 4380'],
  ['2001:1::1/128', 'public', 'Port Control Protocol anycast', 'RFC 7723'],
  ['2001:1::2/128', 'public', 'TURN anycast', 'RFC 8155'],
  ['2001:1::3/128', 'public', 'DNS-SD registration anycast', 'RFC 9665'],
  ['2001:2::/48', 'benchmarking', 'benchmarking', 'RFC 5180'],
  ['2001:3::/32', 'public', 'AMT', 'RFC 7450'],
  ['2001:4:112::/48', 'public', 'AS112', 'RFC 7535'],
  ['2001:20::/28', 'public', 'ORCHIDv2', 'RFC 7343'],
  ['2001:30::/28', 'public', 'drone remote ID', 'RFC 9374'],
  ['2001:db8::/32', 'documentation', 'documentation', 'RFC 3849'],
  ['2002::/16', 'public', '6to4', 'RFC 3056'],
  ['3fff::/20', 'documentation', 'documentation', 'RFC 9637'],
  ['fc00::/7', 'private', 'unique local', 'RFC 4193'],
  ['fe80::/10', 'link-local', 'link-local unicast', 'RFC 4291 section 2.5.6'],
  ['fec0::/10', 'reserved', 'site-local, deprecated', 'RFC 3879'],
  ['ff00::/8', 'multicast', 'multicast', 'RFC 4291 section 2.7'],
]

interface Judge {
  readonly bytes: Uint8Array
  readonly length: number
  readonly range: SpecialRange
}

// Built on first use: the model is on the way of every command.
const judges: { ipv4?: readonly Judge[]; ipv6?: readonly Judge[] } = {}

/** The range that decides about the address at `offset`. Mapped addresses must have been unmapped before. */
export function specialRangeAt(bytes: Uint8Array, offset: number, family: IpFamily): SpecialRange {
  judges[family] ??= (family === 'ipv4' ? IPV4 : IPV6).map(judge).sort((a, b) => b.length - a.length)
  return judges[family].find(j => sameBits(j.bytes, 0, bytes, offset, j.length))!.range
}

/** Whether two addresses agree in their first `length` bits. */
export function sameBits(
  a: Uint8Array,
  aOffset: number,
  b: Uint8Array,
  bOffset: number,
  length: number,
): boolean {
  const whole = length >> 3
  for (let i = 0; i < whole; i++) if (a[aOffset + i] !== b[bOffset + i]) return false
  const rest = length & 7
  if (rest === 0) return true
  return ((a[aOffset + whole]! ^ b[bOffset + whole]!) & (0xff00 >> rest) & 0xff) === 0
}

function judge([prefix, scope, name, source]: Row): Judge {
  const slash = prefix.indexOf('/')
  const reading = readAddress(prefix.slice(0, slash))
  if (typeof reading === 'string') throw new TypeError(`${prefix}: ${reading}`)
  return {
    bytes: reading.bytes,
    length: Number(prefix.slice(slash + 1)),
    range: { prefix, scope, name, source },
  }
}
