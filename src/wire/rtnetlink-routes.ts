/**
 * NETLINK_ROUTE: the dumps of routes, rules and interfaces, as `model/route.ts` has them.
 *
 * Source: rtnetlink(7), include/uapi/linux/rtnetlink.h, fib_rules.h, if_link.h. Names of interfaces are put in by the
 * caller, who has both dumps. Nexthop objects (`ip nexthop`) are resolved by the kernel, which writes their parts as well.
 */
import { type Address, addressFromBytes } from '../model/address.ts'
import { networkOf, type Prefix } from '../model/prefix.ts'
import type { IpFamily } from '../model/protocol.ts'
import type { NextHop, Route, RoutingRule } from '../model/route.ts'
import { lossyUtf8 } from './lossy-utf8.ts'
import {
  type DumpProgress,
  messages,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  NLMSG_HEADER,
  type Views,
  writeHeader,
} from './netlink.ts'
import { attributesIn } from './netlink-attributes.ts'
import { AF_INET, AF_INET6 } from './sock-diag.ts'

const RTM_NEWROUTE = 24
const RTM_GETROUTE = 26
const RTM_NEWRULE = 32
const RTM_GETRULE = 34
/** `struct rtmsg` and `struct fib_rule_hdr` are equally long. */
const HEADER = 12
/** A route made for one destination, not of the tables (RTM_F_CLONED). */
const CLONED = 0x200
const FIB_RULE_INVERT = 2

const [RTA_DST, RTA_SRC, RTA_OIF, RTA_GATEWAY, RTA_PRIORITY] = [1, 2, 4, 5, 6]
const [RTA_PREFSRC, RTA_MULTIPATH, RTA_TABLE, RTA_VIA] = [7, 9, 15, 18]
const [FRA_DST, FRA_SRC, FRA_IIFNAME, FRA_GOTO, FRA_PRIORITY, FRA_FWMARK] = [1, 2, 3, 4, 6, 10]
const [FRA_SUPPRESS_PREFIXLEN, FRA_TABLE, FRA_FWMASK, FRA_OIFNAME] = [14, 15, 16, 17]
const [FRA_UID_RANGE, FRA_IP_PROTO, FRA_SPORT_RANGE, FRA_DPORT_RANGE] = [20, 22, 23, 24]

/** `struct rtnexthop`: len u16, flags u8, hops u8, ifindex s32. */
const NEXTHOP = 8

/** Fields of a nexthop before interfaces have names. */
export type RawNextHop = Omit<NextHop, 'interface'>
export interface RawRoute extends Omit<Route, 'nexthops'> {
  readonly nexthops: readonly RawNextHop[]
}

/** A request for the routes of all tables and both families, or for all rules. 28 bytes. */
export function encodeRoutesRequest(of: 'routes' | 'rules', sequence = 1): Uint8Array {
  const bytes = new Uint8Array(NLMSG_HEADER + HEADER)
  writeHeader(bytes, of === 'routes' ? RTM_GETROUTE : RTM_GETRULE, NLM_F_REQUEST | NLM_F_DUMP, sequence)
  return bytes
}

const familyAt = (number: number): IpFamily | undefined =>
  number === AF_INET ? 'ipv4' : number === AF_INET6 ? 'ipv6' : undefined

const ANY = {
  ipv4: addressFromBytes(new Uint8Array(4), 0, 'ipv4'),
  ipv6: addressFromBytes(new Uint8Array(16), 0, 'ipv6'),
}

/** Where an attribute stands. */
interface Place {
  readonly at: number
  readonly end: number
}

function addressAt(views: Views, place: Place | undefined, family: IpFamily): Address | undefined {
  const size = family === 'ipv4' ? 4 : 16
  return place === undefined || place.end - place.at < size
    ? undefined
    : addressFromBytes(views.u8, place.at, family)
}

const numberAt = (views: Views, place: Place | undefined): number | undefined =>
  place === undefined || place.end - place.at < 4 ? undefined : views.u32[place.at >> 2]!

/** Undefined where length and family don't fit. */
function prefixOf(address: Address | undefined, length: number, family: IpFamily): Prefix | undefined {
  if (length > (family === 'ipv4' ? 32 : 128)) return undefined
  return networkOf(address ?? ANY[family], address === undefined ? 0 : length)
}

/** Appends the routes of one chunk. Those of other families are left out. */
export function decodeRoutes(views: Views, length: number, into: RawRoute[]): DumpProgress {
  return messages(views, length, RTM_NEWROUTE, (at, end) => {
    const { u8, u32 } = views
    if (end - at < HEADER) return
    const family = familyAt(u8[at]!)
    if (family === undefined || (u32[(at + 8) >> 2]! & CLONED) !== 0) return
    const given = attributesIn(views, at + HEADER, end)
    const destination = prefixOf(addressAt(views, given.get(RTA_DST!), family), u8[at + 1]!, family)
    const source = prefixOf(addressAt(views, given.get(RTA_SRC!), family), u8[at + 2]!, family)
    if (destination === undefined || source === undefined) return
    const preferredSource = addressAt(views, given.get(RTA_PREFSRC!), family)
    into.push({
      family,
      table: numberAt(views, given.get(RTA_TABLE!)) ?? u8[at + 4]!,
      type: u8[at + 7]!,
      destination,
      ...(u8[at + 2] === 0 ? {} : { source }),
      tos: u8[at + 3]!,
      metric: numberAt(views, given.get(RTA_PRIORITY!)) ?? 0,
      ...(preferredSource === undefined ? {} : { preferredSource }),
      nexthops: nexthopsOf(views, given, family),
    })
  })
}

function nexthopsOf(views: Views, given: ReadonlyMap<number, Place>, family: IpFamily): RawNextHop[] {
  const single = numberAt(views, given.get(RTA_OIF!))
  if (single !== undefined) return [{ index: single, ...gatewayOf(views, given, family), weight: 1 }]
  const several = given.get(RTA_MULTIPATH!)
  const nexthops: RawNextHop[] = []
  for (let at = several?.at ?? 0; several !== undefined && at + NEXTHOP <= several.end; ) {
    const size = views.u16[at >> 1]!
    if (size < NEXTHOP || at + size > several.end) break
    const inside = attributesIn(views, at + NEXTHOP, at + size)
    nexthops.push({
      index: views.u32[(at + 4) >> 2]!,
      ...gatewayOf(views, inside, family),
      weight: views.u8[at + 3]! + 1,
    })
    at += (size + 3) & ~3
  }
  return nexthops
}

/** `via inet6` of an IPv4 route stands in RTA_VIA: family u16, address. */
function gatewayOf(views: Views, given: ReadonlyMap<number, Place>, family: IpFamily): { gateway?: Address } {
  const via = given.get(RTA_VIA!)
  const other = via === undefined ? undefined : familyAt(views.u16[via.at >> 1]!)
  const gateway =
    addressAt(views, given.get(RTA_GATEWAY!), family) ??
    (other === undefined ? undefined : addressAt(views, { at: via!.at + 2, end: via!.end }, other))
  return gateway === undefined ? {} : { gateway }
}

/** `FR_ACT_`: to table 1, goto 2, nop 3, blackhole 6, unreachable 7, prohibit 8. */
const ACTIONS: Readonly<Record<number, RoutingRule['action']>> = {
  1: 'table',
  2: 'goto',
  3: 'nop',
  6: 'blackhole',
  7: 'unreachable',
  8: 'prohibit',
}

/** Appends the rules of one chunk, as the kernel lists them: by family, in the order of their priority. */
export function decodeRules(views: Views, length: number, into: RoutingRule[]): DumpProgress {
  return messages(views, length, RTM_NEWRULE, (at, end) => {
    const { u8, u32 } = views
    if (end - at < HEADER) return
    const family = familyAt(u8[at]!)
    const action = ACTIONS[u8[at + 7]!]
    if (family === undefined || action === undefined) return
    const given = attributesIn(views, at + HEADER, end)
    const number = (type: number | undefined): number | undefined => numberAt(views, given.get(type!))
    const destination = prefixOf(addressAt(views, given.get(FRA_DST!), family), u8[at + 1]!, family)
    const source = prefixOf(addressAt(views, given.get(FRA_SRC!), family), u8[at + 2]!, family)
    const mark = number(FRA_FWMARK)
    const protocol = given.get(FRA_IP_PROTO!)
    const suppress = number(FRA_SUPPRESS_PREFIXLEN)
    into.push({
      family,
      priority: number(FRA_PRIORITY) ?? 0,
      action,
      table: number(FRA_TABLE) ?? u8[at + 4]!,
      ...optional('target', number(FRA_GOTO)),
      inverted: (u32[(at + 8) >> 2]! & FIB_RULE_INVERT) !== 0,
      ...optional('source', u8[at + 2] === 0 ? undefined : source),
      ...optional('destination', u8[at + 1] === 0 ? undefined : destination),
      ...optional('inputInterface', nameAt(views, given.get(FRA_IIFNAME!))),
      ...optional('outputInterface', nameAt(views, given.get(FRA_OIFNAME!))),
      tos: u8[at + 3]!,
      ...optional(
        'mark',
        mark === undefined ? undefined : { value: mark, mask: number(FRA_FWMASK) ?? 0xffffffff },
      ),
      ...optional('users', pairAt(views, given.get(FRA_UID_RANGE!), 4)),
      ...optional('protocol', protocol === undefined ? undefined : u8[protocol.at]),
      ...optional('sourcePorts', pairAt(views, given.get(FRA_SPORT_RANGE!), 2)),
      ...optional('destinationPorts', pairAt(views, given.get(FRA_DPORT_RANGE!), 2)),
      ...optional('suppressPrefixLength', suppress === 0xffffffff ? undefined : suppress),
    })
  })
}

const optional = <Key extends string, T>(key: Key, value: T | undefined): { [K in Key]?: T } =>
  (value === undefined ? {} : { [key]: value }) as { [K in Key]?: T }

const nameAt = (views: Views, place: Place | undefined): string | undefined =>
  place === undefined ? undefined : lossyUtf8(views.u8.subarray(place.at, place.end)).replace(/\0.*$/s, '')

function pairAt(
  views: Views,
  place: Place | undefined,
  size: 2 | 4,
): { readonly low: number; readonly high: number } | undefined {
  if (place === undefined || place.end - place.at < 2 * size) return undefined
  const numbers = size === 2 ? views.u16 : views.u32
  const first = place.at / size
  return { low: numbers[first]!, high: numbers[first + 1]! }
}
