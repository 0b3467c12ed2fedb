/**
 * Where somebody may come from: this host, its links, private networks, everywhere. Each has a condition on packets, in
 * the words of `parseCondition`, for either family; ranges are those of IANA's special-purpose registries (RFC 6890).
 */
import type { ExposureLevel } from '../../model/exposure.ts'
import { scalarAddress } from '../../model/filter/address-scalar.ts'
import { type Host, LOCAL_TABLE } from '../../model/path/host.ts'
import { networkOf, prefixAddress } from '../../model/prefix.ts'
import type { IpFamily } from '../../model/protocol.ts'

export interface Region {
  readonly level: ExposureLevel
  readonly family: IpFamily
  /** What its packets have in common. */
  readonly condition: string
  /** The same device by device, where a device has networks of its own and there are several. */
  readonly byDevice?: readonly string[]
  /** Device by device, for where it isn't told of all of them at once. */
  readonly ifUnknown?: readonly string[]
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

/** `host`: whose links and devices they are; without one, link-local addresses alone and any device but loopback. */
export function regionsOf(family: IpFamily, host?: Host): readonly Region[] {
  const name = family === 'ipv4' ? 'IPv4' : 'IPv6'
  const near = linkDevices(family, host)
  const linkOf = (devices: readonly string[]): string => {
    const links = unique([LINK_LOCAL[family], ...linkPrefixes(family, host, devices)])
    return `${deviceWords(devices)} saddr { ${links.join(', ')} }${own}`
  }
  const own = ownWords(family, host)
  const routed = routedDevices(family, host)
  const far = (condition: string) => ({
    condition: `${deviceWords(routed)} ${condition}${own}`,
    ...(routed.length > 1
      ? { ifUnknown: routed.map(device => `${deviceWords([device])} ${condition}${own}`) }
      : {}),
  })
  return [
    { level: 'host', family, condition: `iif lo saddr ${LOOPBACK[family]}`, says: `this host, ${name}` },
    {
      level: 'link',
      family,
      condition: linkOf(near),
      ...(near.length > 1 ? { byDevice: near.map(device => linkOf([device])) } : {}),
      says: `its links, ${name}`,
    },
    {
      level: 'private',
      family,
      ...far(`saddr ${PRIVATE[family]}`),
      says: `private networks, ${name}`,
    },
    {
      level: 'public',
      family,
      ...far(family === 'ipv4' ? `ip saddr != 0.0.0.0 ${PUBLIC[family]}` : PUBLIC[family]),
      says: `everywhere, ${name}`,
    },
  ]
}

/** The networks that its devices are in, but those of loopback and of single addresses. */
function linkPrefixes(
  family: IpFamily,
  host: Host | undefined,
  devices: readonly string[] = linkDevices(family, host),
): readonly string[] {
  const full = family === 'ipv4' ? 32 : 128
  return (host?.addresses ?? [])
    .filter(one => one.family === family && devices.includes(one.device) && one.prefixLength < full)
    .map(one => networkOf(scalarAddress(one.address as number | bigint, family), one.prefixLength))
}

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)]

const linkDevices = (family: IpFamily, host: Host | undefined): readonly string[] =>
  unique(
    (host?.addresses ?? [])
      .filter(one => one.family === family && one.device !== 'lo')
      .map(({ device }) => device),
  )

/** Those that lead beyond their own links, by a route that isn't one of their networks; of a host without, its links. */
function routedDevices(family: IpFamily, host: Host | undefined): readonly string[] {
  const networks = new Set(linkPrefixes(family, host))
  const devices = (host?.routes ?? []).flatMap(
    ({ family: of, kind, destination, prefixLength, device, table }) => {
      if (of !== family || kind !== 'unicast' || device === undefined || device === 'lo') return []
      if (table === LOCAL_TABLE) return []
      const network = networkOf(scalarAddress(destination as number | bigint, family), prefixLength)
      const isLink = networks.has(network) || network === 'fe80::/64'
      return isLink ? [] : [device]
    },
  )
  if (devices.length > 0) return unique(devices)
  const wide = (host?.addresses ?? [])
    .filter(one => one.family === family && one.device !== 'lo')
    .filter(one => !isLinkLocal(scalarAddress(one.address as number | bigint, family)))
  return wide.length > 0 ? unique(wide.map(({ device }) => device)) : linkDevices(family, host)
}

const isLinkLocal = (address: string): boolean => address.startsWith('169.254.') || /^fe[89ab]/.test(address)

const deviceWords = (devices: readonly string[]): string =>
  devices.length === 0
    ? 'iif != lo'
    : `iif { ${devices.map(name => (/^[\w.@-]+$/.test(name) ? name : `"${name}"`)).join(', ')} }`

/** The kernel drops what comes from beyond in the machine's own name (`fib_validate_source`); a network's name is nobody's. */
function ownWords(family: IpFamily, host: Host | undefined): string {
  const own = (host?.addresses ?? []).filter(one => one.family === family && one.device !== 'lo')
  if (own.length === 0) return ''
  const all = own.flatMap(({ address, prefixLength }) => {
    const one = scalarAddress(address as number | bigint, family)
    return [one, prefixAddress(networkOf(one, prefixLength))]
  })
  return ` not saddr { ${unique(all).join(', ')} }`
}
