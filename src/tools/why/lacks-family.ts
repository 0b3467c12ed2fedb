/**
 * Whether this host has no way at all for the family of an address: who uses a name then takes the other family at once, and what
 * keeps the first from working explains nothing.
 */
import { type Address, familyOf, scopeOf, unmap } from '../../model/address.ts'
import { contains, parsePrefix, prefixAddress } from '../../model/prefix.ts'
import type { IpFamily } from '../../model/protocol.ts'
import type { Route, RoutingTables } from '../../model/route.ts'
import type { Inquiry } from './inquiry.ts'

export const FAMILY_WORDS: Readonly<Record<IpFamily, string>> = { ipv4: 'IPv4', ipv6: 'IPv6' }

/** Known beforehand, or by an attempt that ended at once. */
export function lacksFamily({ facts, address }: Pick<Inquiry, 'facts' | 'address'>): boolean {
  if (facts.aside === true || facts.outcome?.icmp === BEYOND_SCOPE) return true
  const { outcome, atOnce = false } = facts.tried?.attempt ?? {}
  const code = outcome?.code ?? ''
  // Of IPv4 that is a lack of ports as well.
  return atOnce && (LACKING.has(code) || (code === 'EADDRNOTAVAIL' && familyOf(unmap(address)) === 'ipv6'))
}

/** It has only an address that means nothing beyond its link (RFC 4443 section 3.1, code 2): a router said so. */
const BEYOND_SCOPE = '1/2'

/** No route; no such family in the kernel. */
const LACKING: ReadonlySet<string> = new Set(['ENETUNREACH', 'EAFNOSUPPORT'])

/** Those that this host has a way for; all, where it has none for any. */
export function withWay<T extends Pick<Inquiry, 'facts' | 'address'>>(all: readonly T[]): readonly T[] {
  const left = all.filter(one => !lacksFamily(one))
  return left.length === 0 ? all : left
}

/** Before anything is sent: the tables lead nowhere in that family, and somewhere in the other, of which the name has an address, too. */
export function isAside(address: Address, all: readonly Address[], tables: RoutingTables): boolean {
  const family = familyOf(unmap(address))
  const other = all.some(one => familyOf(unmap(one)) !== family)
  return (
    other &&
    scopeOf(unmap(address)) !== 'loopback' &&
    scopeOf(unmap(address)) !== 'link-local' &&
    !leadsOut(tables, family) &&
    leadsOut(tables, family === 'ipv4' ? 'ipv6' : 'ipv4')
  )
}

const leadsOut = ({ routes }: RoutingTables, family: IpFamily): boolean =>
  routes.some(route => route.family === family && route.type === UNICAST && leadsBeyond(route))

/** RTN_UNICAST (linux/rtnetlink.h). */
const UNICAST = 1

const leadsBeyond = ({ destination, nexthops }: Route): boolean =>
  !LINK_ONLY.some(prefix => contains(prefix, prefixAddress(destination))) &&
  nexthops.some(nexthop => nexthop.interface !== 'lo')

/** What every interface has by itself: link-local unicast (RFC 4291 section 2.5.6, RFC 3927), multicast. */
const LINK_ONLY = ['fe80::/10', 'ff00::/8', '169.254.0.0/16'].map(text => parsePrefix(text))
