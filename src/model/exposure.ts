/**
 * From where a listener can be reached, judged by its bind address alone.
 *
 * Answers what the address, the family and the interface it is bound to let through, given the addresses of its
 * network namespace. Does not ask routes, packet filters or NAT: what stands before the socket can only narrow
 * this down, or carry it further by a forwarding of its own. An IPv6 wildcard takes IPv4 too unless IPV6_V6ONLY
 * is set (RFC 3493 section 5.3).
 */
import {
  type Address,
  familyOf,
  isMapped,
  type Scope,
  scopeOf,
  UNSPECIFIED_V6,
  unmap,
  withoutZone,
} from './address.ts'
import type { IpFamily } from './protocol.ts'

/** From the narrowest to the widest: this host, its links, private networks, everywhere. Each includes the last. */
export const EXPOSURE_LEVELS = ['host', 'link', 'private', 'public'] as const
export type ExposureLevel = (typeof EXPOSURE_LEVELS)[number]

/** Negative, zero or positive, for `sort`: the narrower first. */
export const compareLevels = (a: ExposureLevel, b: ExposureLevel): number =>
  EXPOSURE_LEVELS.indexOf(a) - EXPOSURE_LEVELS.indexOf(b)

export interface Exposure {
  readonly level: ExposureLevel
  /** The address that decides: the bind address itself, or the widest one that a wildcard stands for. */
  readonly address: Address
  /** The families that the socket itself takes, whether or not the host has an address of each. */
  readonly families: readonly IpFamily[]
  /** The reason in words: `all interfaces, IPv4 and IPv6; eth0 has the public address 203.0.113.7`. */
  readonly because: string
}

/** An address of an interface, as a host lists them. */
export interface HostAddress {
  readonly interface: string
  readonly index: number
  readonly address: Address
}

export interface ExposureRequest {
  /** The bind address. */
  readonly address: Address
  /** For `::`: whether it takes IPv6 only. Both are assumed where that is not known. */
  readonly v6only?: boolean | undefined
  /** Index of the interface that the socket is bound to; 0 or absent for none. */
  readonly interface?: number | undefined
  /** Every address of the network namespace; absent where they can't be known, and the widest is assumed. */
  readonly addresses?: readonly HostAddress[] | undefined
}

/**
 * A specific address is judged by its own scope, the wildcard by the widest address that it stands for on this
 * host, and a multicast group by the same, but never beyond the reach of the group itself: whoever can send to
 * the group is limited by both.
 */
export function exposureOf(request: ExposureRequest): Exposure {
  const address = unmap(request.address)
  const scope = scopeOf(address)
  const families = familiesOf(request)
  if (scope === 'unspecified') return ofInterfaces(request, families, 'public', wildcard(request, families))
  if (scope === 'multicast') {
    const reach = groupReach(address)
    return ofInterfaces(
      request,
      families,
      reach,
      `the multicast group ${address}${REACH[reach]}${device(request)}`,
    )
  }
  const because = `only ${address}, a ${WORDS[scope]} address${device(request)}${whose(request, address)}`
  return { level: levelOf(address), address: request.address, families, because }
}

function familiesOf({ address, v6only }: ExposureRequest): readonly IpFamily[] {
  if (familyOf(address) === 'ipv4' || isMapped(address)) return ['ipv4']
  return address === UNSPECIFIED_V6 && v6only !== true ? ['ipv4', 'ipv6'] : ['ipv6']
}

/** As wide as the widest address of those families on the interfaces in question, up to `limit`. */
function ofInterfaces(
  { address, interface: index, addresses }: ExposureRequest,
  families: readonly IpFamily[],
  limit: ExposureLevel,
  what: string,
): Exposure {
  if (addresses === undefined) {
    const because = `${what}; the host's addresses are not known, so the widest is assumed`
    return { level: limit, address, families, because }
  }
  let widest: HostAddress | undefined
  for (const one of addresses) {
    if (index && one.index !== index) continue
    if (!families.includes(familyOf(one.address))) continue
    if (widest === undefined || compareLevels(levelOf(one.address), levelOf(widest.address)) > 0) widest = one
  }
  if (widest === undefined || levelOf(widest.address) === 'host') {
    const kind = families.map(family => NAMES[family]).join(' or ')
    const because = `${what}; ${index ? 'it' : 'the host'} has no ${kind} address beyond loopback`
    return { level: 'host', address: widest?.address ?? address, families, because }
  }
  const own = levelOf(widest.address)
  const because = `${what}; ${widest.interface} has the ${WORDS[scopeOf(widest.address)]} address ${widest.address}`
  return { level: compareLevels(own, limit) < 0 ? own : limit, address: widest.address, families, because }
}

function wildcard(request: ExposureRequest, families: readonly IpFamily[]): string {
  const where = request.interface ? `all addresses${device(request)}` : 'all interfaces'
  if (families.length === 1) return `${where}, ${NAMES[families[0]!]} only`
  const doubt = request.v6only === undefined ? ' (whether it takes IPv4 is not known: both are assumed)' : ''
  return `${where}, IPv4 and IPv6${doubt}`
}

function device({ interface: index, addresses }: ExposureRequest): string {
  if (!index) return ''
  return ` on ${addresses?.find(one => one.index === index)?.interface ?? `interface ${index}`}`
}

/** A socket can be bound to an address that the host has lost, or never had (IP_FREEBIND). */
function whose({ addresses }: ExposureRequest, address: Address): string {
  if (addresses === undefined || scopeOf(address) === 'loopback' || scopeOf(address) === 'broadcast')
    return ''
  const bare = withoutZone(address)
  return addresses.some(one => withoutZone(one.address) === bare) ? '' : ', which no interface has at present'
}

const REACH: Readonly<Record<ExposureLevel, string>> = {
  host: ', which stays on the host',
  link: ', which stays on the link',
  private: ', which stays inside the organisation',
  public: '',
}

const WORDS: Readonly<Record<Scope, string>> = {
  unspecified: 'unspecified',
  loopback: 'loopback',
  'link-local': 'link-local',
  broadcast: 'broadcast',
  private: 'private',
  shared: 'carrier-grade NAT',
  benchmarking: 'benchmarking',
  multicast: 'multicast',
  documentation: 'public',
  reserved: 'reserved',
  public: 'public',
}

const NAMES: Readonly<Record<IpFamily, string>> = { ipv4: 'IPv4', ipv6: 'IPv6' }

/** The level that an address has by its scope alone. */
const levelOf = (address: Address): ExposureLevel => LEVELS[scopeOf(address)]

/** Documentation addresses stand for public ones; what is reserved is taken for public, to be on the safe side. */
const LEVELS: Readonly<Record<Scope, ExposureLevel>> = {
  unspecified: 'host',
  loopback: 'host',
  'link-local': 'link',
  broadcast: 'link',
  private: 'private',
  shared: 'private',
  benchmarking: 'private',
  multicast: 'public',
  documentation: 'public',
  reserved: 'public',
  public: 'public',
}

/**
 * How far packets to a multicast group travel: IPv6 groups carry their scope (RFC 4291 section 2.7, RFC 7346); for
 * IPv4, 224.0.0.0/24 stays on the link (RFC 5771 section 4) and 239.0.0.0/8 inside the organisation (RFC 2365).
 */
function groupReach(group: Address): ExposureLevel {
  if (familyOf(group) === 'ipv4') {
    if (group.startsWith('224.0.0.')) return 'link'
    return group.startsWith('239.') ? 'private' : 'public'
  }
  const scope = Number.parseInt(group.charAt(3), 16)
  if (scope <= 1) return 'host'
  if (scope === 2) return 'link'
  return scope < 14 ? 'private' : 'public'
}
