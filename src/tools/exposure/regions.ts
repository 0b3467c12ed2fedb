/**
 * Where somebody may come from: this host, its links, private networks, everywhere. Each has a condition on packets, in
 * the words of `parseCondition`, for either family; ranges are those of IANA's special-purpose registries (RFC 6890).
 */
import type { ExposureLevel } from '../../model/exposure.ts'
import { scalarAddress } from '../../model/filter/address-scalar.ts'
import type { Host } from '../../model/path/host.ts'
import { networkOf } from '../../model/prefix.ts'
import type { IpFamily } from '../../model/protocol.ts'

export interface Region {
  readonly level: ExposureLevel
  readonly family: IpFamily
  /** What its packets have in common. */
  readonly condition: string
  /** For people: `private networks, IPv4`. */
  readonly says: string
}

const PRIVATE = {
  // RFC 1918, RFC 6598.
  ipv4: '{ 10.0.0.0/8, 100.64.0.0/10, 172.16.0.0/12, 192.168.0.0/16 }',
  // RFC 4193.
  ipv6: 'fc00::/7',
} as const

/** Everything that is neither private nor set apart; of IPv6 the only space that was given out (RFC 4291 section 2.5.4). */
const PUBLIC = {
  ipv4: 'not saddr { 0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16, 224.0.0.0/3 }',
  ipv6: 'saddr 2000::/3',
} as const

const LINK_LOCAL = { ipv4: '169.254.0.0/16', ipv6: 'fe80::/10' } as const
const LOOPBACK = { ipv4: '127.0.0.0/8', ipv6: '::1' } as const

/** `host`: whose links they are; link-local addresses alone without one. */
export function regionsOf(family: IpFamily, host?: Host): readonly Region[] {
  const name = family === 'ipv4' ? 'IPv4' : 'IPv6'
  const links = [...new Set([LINK_LOCAL[family], ...linkPrefixes(family, host)])]
  const beyond = 'iif != lo'
  return [
    { level: 'host', family, condition: `iif lo saddr ${LOOPBACK[family]}`, says: `this host, ${name}` },
    {
      level: 'link',
      family,
      condition: `${beyond} saddr { ${links.join(', ')} }`,
      says: `its links, ${name}`,
    },
    {
      level: 'private',
      family,
      condition: `${beyond} saddr ${PRIVATE[family]}`,
      says: `private networks, ${name}`,
    },
    {
      level: 'public',
      family,
      condition:
        family === 'ipv4' ? `${beyond} ip saddr != 0.0.0.0 ${PUBLIC[family]}` : `${beyond} ${PUBLIC[family]}`,
      says: `everywhere, ${name}`,
    },
  ]
}

/** The networks that its devices are in, but those of loopback and of single addresses. */
function linkPrefixes(family: IpFamily, host: Host | undefined): readonly string[] {
  const full = family === 'ipv4' ? 32 : 128
  return (host?.addresses ?? [])
    .filter(one => one.family === family && one.device !== 'lo' && one.prefixLength < full)
    .map(one => networkOf(scalarAddress(one.address as number | bigint, family), one.prefixLength))
}
