/**
 * NETLINK_ROUTE: the dump of neighbours, as `model/route.ts` has them.
 *
 * Source: rtnetlink(7), include/uapi/linux/neighbour.h. Names of interfaces are put in by the caller.
 */
import { addressFromBytes } from '../model/address.ts'
import { NEIGHBOUR_STATES, type Neighbour } from '../model/route.ts'
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

const RTM_NEWNEIGH = 28
const RTM_GETNEIGH = 30
/** `struct ndmsg`: family u8, padding, ifindex s32, state u16, flags u8, type u8. */
const HEADER = 12
const [NDA_DST, NDA_LLADDR] = [1, 2]

export interface RawNeighbour extends Omit<Neighbour, 'interface'> {
  readonly index: number
}

/** A request for the neighbours of all families. 28 bytes. */
export function encodeNeighboursRequest(sequence = 1): Uint8Array {
  const bytes = new Uint8Array(NLMSG_HEADER + HEADER)
  writeHeader(bytes, RTM_GETNEIGH, NLM_F_REQUEST | NLM_F_DUMP, sequence)
  return bytes
}

/** Appends the neighbours of one chunk. Those of other families (a bridge's table) are left out. */
export function decodeNeighbours(views: Views, length: number, into: RawNeighbour[]): DumpProgress {
  return messages(views, length, RTM_NEWNEIGH, (at, end) => {
    const { u8, u16, u32 } = views
    if (end - at < HEADER) return
    const family = u8[at] === AF_INET ? 'ipv4' : u8[at] === AF_INET6 ? 'ipv6' : undefined
    // One bit each; the lowest is the first of the list.
    const state = NEIGHBOUR_STATES[31 - Math.clz32(u16[(at + 8) >> 1]!)]
    if (family === undefined || state === undefined) return
    const given = attributesIn(views, at + HEADER, end)
    const address = given.get(NDA_DST!)
    if (address === undefined || address.end - address.at !== (family === 'ipv4' ? 4 : 16)) return
    const link = given.get(NDA_LLADDR!)
    into.push({
      address: addressFromBytes(u8, address.at, family),
      index: u32[(at + 4) >> 2]!,
      state,
      ...(link === undefined ? {} : { linkAddress: hex(u8.subarray(link.at, link.end)) }),
    })
  })
}

const hex = (bytes: Uint8Array): string =>
  [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join(':')
