/**
 * How far away somebody may be who reaches an address: the levels of exposure, and the level of each scope.
 */
import { type Address, familyOf, type Scope, scopeOf } from './address.ts'

/** From the narrowest to the widest: this host, its links, private networks, everywhere. Each includes the last. */
export const EXPOSURE_LEVELS = ['host', 'link', 'private', 'public'] as const
export type ExposureLevel = (typeof EXPOSURE_LEVELS)[number]

/** Negative, zero or positive, for `sort`: the narrower first. */
export const compareLevels = (a: ExposureLevel, b: ExposureLevel): number =>
  EXPOSURE_LEVELS.indexOf(a) - EXPOSURE_LEVELS.indexOf(b)

/** The level that an address has by its scope alone. */
export const levelOf = (address: Address): ExposureLevel => LEVELS[scopeOf(address)]

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
export function groupReach(group: Address): ExposureLevel {
  if (familyOf(group) === 'ipv4') {
    if (group.startsWith('224.0.0.')) return 'link'
    return group.startsWith('239.') ? 'private' : 'public'
  }
  const scope = Number.parseInt(group.charAt(3), 16)
  if (scope <= 1) return 'host'
  if (scope === 2) return 'link'
  return scope < 14 ? 'private' : 'public'
}
