/**
 * NETLINK_ROUTE, as much of it as tells a namespace's own addresses: the dumps of addresses and links.
 *
 * Answers: addresses with their prefix length and interface; interfaces with name and flags. Does not answer: routes,
 * neighbours, rules. Source: rtnetlink(7), include/uapi/linux/if_addr.h, if_link.h, rtnetlink.h.
 */
import { type Address, addressFromBytes } from '../model/address.ts'
import { lossyUtf8 } from './lossy-utf8.ts'
import {
  type DumpProgress,
  messages,
  NLA_TYPE_MASK,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  NLMSG_HEADER,
  type Views,
  viewsOf,
  writeHeader,
} from './netlink.ts'
import { AF_INET, AF_INET6 } from './sock-diag.ts'

const RTM_NEWLINK = 16
const RTM_GETLINK = 18
const RTM_NEWADDR = 20
const RTM_GETADDR = 22

/** `struct ifaddrmsg`: family u8, prefixlen u8, flags u8, scope u8, index u32. */
const ADDRESS_MESSAGE = 8
const IFA_ADDRESS = 1
const IFA_LOCAL = 2

/** `struct ifinfomsg`: family u8, pad u8, type u16, index i32, flags u32, change u32. */
const LINK_MESSAGE = 16
const IFLA_IFNAME = 3
const IFLA_EXT_MASK = 29
/** Leaves out the counters, which make up most of an answer. */
const RTEXT_FILTER_SKIP_STATS = 1 << 3

export interface LinkAddress {
  /** Of the interface. */
  readonly index: number
  readonly address: Address
  /** Prefix length, bits. */
  readonly prefix: number
}

export interface Link {
  readonly index: number
  readonly name: string
  /** `IFF_…` bits, netdevice(7). */
  readonly flags: number
}

export const IFF_UP = 0x01
export const IFF_LOOPBACK = 0x08

export interface RouteProgress extends DumpProgress {
  /** Messages that made no sense and were left out. */
  readonly skipped: number
}

/** A request for all addresses of both families, 24 bytes. */
export function encodeAddressRequest(sequence = 1): Uint8Array {
  const bytes = new Uint8Array(NLMSG_HEADER + ADDRESS_MESSAGE)
  writeHeader(bytes, RTM_GETADDR, NLM_F_REQUEST | NLM_F_DUMP, sequence)
  return bytes
}

/** A request for all interfaces, 40 bytes. */
export function encodeLinkRequest(sequence = 1): Uint8Array {
  const bytes = new Uint8Array(NLMSG_HEADER + LINK_MESSAGE + 8)
  writeHeader(bytes, RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, sequence)
  const { u16, u32 } = viewsOf(bytes)
  const attribute = NLMSG_HEADER + LINK_MESSAGE
  u16[attribute >> 1] = 8
  u16[(attribute >> 1) + 1] = IFLA_EXT_MASK
  u32[(attribute >> 2) + 1] = RTEXT_FILTER_SKIP_STATS
  return bytes
}

/** Appends the addresses of one chunk of an answer. On a point-to-point link it is our end's, not the peer's. */
export function decodeAddresses(views: Views, length: number, into: LinkAddress[]): RouteProgress {
  let skipped = 0
  const progress = messages(views, length, RTM_NEWADDR, (at, end) => {
    const { u8, u32 } = views
    const family = u8[at]!
    const size = family === AF_INET ? 4 : 16
    if (end - at < ADDRESS_MESSAGE || (family !== AF_INET && family !== AF_INET6)) {
      skipped++
      return
    }
    const start = at + ADDRESS_MESSAGE
    const place =
      attribute(views, start, end, IFA_LOCAL, size) ?? attribute(views, start, end, IFA_ADDRESS, size)
    const prefix = u8[at + 1]!
    if (place === null || prefix > size * 8) skipped++
    else {
      const address = addressFromBytes(u8, place.at, family === AF_INET ? 'ipv4' : 'ipv6')
      into.push({ index: u32[(at + 4) >> 2]!, address, prefix })
    }
  })
  return { ...progress, skipped }
}

/** Appends the interfaces of one chunk of an answer. */
export function decodeLinks(views: Views, length: number, into: Link[]): RouteProgress {
  let skipped = 0
  const progress = messages(views, length, RTM_NEWLINK, (at, end) => {
    const { u8, u32 } = views
    const place = end - at < LINK_MESSAGE ? null : attribute(views, at + LINK_MESSAGE, end, IFLA_IFNAME, 1)
    if (place === null) skipped++
    else {
      const name = lossyUtf8(u8.subarray(place.at, place.end)).replace(/\0.*$/s, '')
      into.push({ index: u32[(at + 4) >> 2]!, name, flags: u32[(at + 8) >> 2]! })
    }
  })
  return { ...progress, skipped }
}

/** Where the payload of the first attribute of that type is, if it has at least `least` bytes; else null. */
function attribute(
  views: Views,
  start: number,
  end: number,
  type: number,
  least: number,
): { readonly at: number; readonly end: number } | null {
  const { u16 } = views
  for (let at = start; at + 4 <= end; ) {
    const size = u16[at >> 1]!
    if (size < 4 || at + size > end) return null
    if ((u16[(at >> 1) + 1]! & NLA_TYPE_MASK) === type && size - 4 >= least)
      return { at: at + 4, end: at + size }
    at += (size + 3) & ~3
  }
  return null
}
