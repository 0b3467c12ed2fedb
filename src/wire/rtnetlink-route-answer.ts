/**
 * RTM_GETROUTE for one destination, as `ip route get` asks (rtnetlink(7), net/ipv4/route.c `inet_rtm_getroute`,
 * net/ipv6/route.c `inet6_rtm_getroute`). A refusal of IPv4 comes as the answer's error, one of IPv6 as a route of that type.
 */
import { type Address, addressBytes, addressFromBytes, familyOf, withoutZone } from '../model/address.ts'
import type { IpFamily } from '../model/protocol.ts'
import {
  type DumpProgress,
  messages,
  NLM_F_REQUEST,
  NLMSG_HEADER,
  type Views,
  viewsOf,
  writeHeader,
} from './netlink.ts'
import { attributesIn } from './netlink-attributes.ts'
import { NetlinkWriter } from './netlink-writer.ts'
import { AF_INET, AF_INET6 } from './sock-diag.ts'

const RTM_NEWROUTE = 24
const RTM_GETROUTE = 26
/** `struct rtmsg`: family, destination and source length, tos, table, protocol, scope, type, each u8; flags u32. */
const HEADER = 12
/** Tell the table in which the route was found. */
const RTM_F_LOOKUP_TABLE = 0x1000
const [RTA_DST, RTA_SRC, RTA_OIF, RTA_GATEWAY, RTA_PREFSRC] = [1, 2, 4, 5, 7]
const [RTA_METRICS, RTA_TABLE, RTA_MARK, RTA_VIA] = [8, 15, 16, 18]
const RTAX_MTU = 2

export interface RawRouteQuestion {
  readonly to: Address
  readonly source?: Address
  /** Number of the interface that it must go out by. */
  readonly index?: number
  readonly mark?: number
}

export function encodeRouteQuestion({ to, source, index, mark }: RawRouteQuestion): Uint8Array {
  const ipv4 = familyOf(to) === 'ipv4'
  const attributes = new NetlinkWriter()
  attributes.put(RTA_DST!, addressBytes(withoutZone(to)))
  if (source !== undefined) attributes.put(RTA_SRC!, addressBytes(withoutZone(source)))
  if (index !== undefined) attributes.hostU32(RTA_OIF!, index)
  if (mark !== undefined) attributes.hostU32(RTA_MARK!, mark)
  const tail = attributes.bytes()
  const bytes = new Uint8Array(NLMSG_HEADER + HEADER + tail.length)
  writeHeader(bytes, RTM_GETROUTE, NLM_F_REQUEST, 1)
  const bits = ipv4 ? 32 : 128
  bytes.set([ipv4 ? AF_INET : AF_INET6, bits, source === undefined ? 0 : bits], NLMSG_HEADER)
  viewsOf(bytes).u32[(NLMSG_HEADER + 8) >> 2] = RTM_F_LOOKUP_TABLE
  bytes.set(tail, NLMSG_HEADER + HEADER)
  return bytes
}

export interface RawRouteAnswer {
  /** `RTN_`, as in `Route`. */
  readonly type: number
  readonly index?: number
  readonly gateway?: Address
  readonly source?: Address
  readonly table: number
  /** Bytes; absent where nothing was set or learned. */
  readonly mtu?: number
}

/** Appends the answer; done with it, because there is one. */
export function decodeRouteAnswer(views: Views, length: number, into: RawRouteAnswer[]): DumpProgress {
  const before = into.length
  const progress = messages(views, length, RTM_NEWROUTE, (at, end) => {
    const { u8, u32 } = views
    const family = u8[at] === AF_INET ? 'ipv4' : u8[at] === AF_INET6 ? 'ipv6' : undefined
    if (end - at < HEADER || family === undefined) return
    const given = attributesIn(views, at + HEADER, end)
    const number = (type: number): number | undefined => {
      const place = given.get(type)
      return place === undefined || place.end - place.at < 4 ? undefined : u32[place.at >> 2]!
    }
    const metrics = given.get(RTA_METRICS!)
    const mtu = metrics && attributesIn(views, metrics.at, metrics.end).get(RTAX_MTU)
    const told = mtu === undefined || mtu.end - mtu.at < 4 ? 0 : u32[mtu.at >> 2]!
    const index = number(RTA_OIF!)
    const gateway = addressIn(views, given.get(RTA_GATEWAY!), family) ?? viaIn(views, given.get(RTA_VIA!))
    const source = addressIn(views, given.get(RTA_PREFSRC!), family)
    into.push({
      type: u8[at + 7]!,
      ...(index === undefined ? {} : { index }),
      ...(gateway === undefined ? {} : { gateway }),
      ...(source === undefined ? {} : { source }),
      table: number(RTA_TABLE!) ?? u8[at + 4]!,
      ...(told === 0 ? {} : { mtu: told }),
    })
  })
  return into.length > before ? { ...progress, done: true } : progress
}

interface Place {
  readonly at: number
  readonly end: number
}

function addressIn(views: Views, place: Place | undefined, family: IpFamily): Address | undefined {
  return place === undefined || place.end - place.at < (family === 'ipv4' ? 4 : 16)
    ? undefined
    : addressFromBytes(views.u8, place.at, family)
}

/** A gateway of the other family: family u16, address. */
function viaIn(views: Views, place: Place | undefined): Address | undefined {
  if (place === undefined || place.end - place.at < 2) return undefined
  const family = views.u16[place.at >> 1] === AF_INET6 ? 'ipv6' : 'ipv4'
  return addressIn(views, { at: place.at + 2, end: place.end }, family)
}
