/**
 * NETLINK_ROUTE: hardware addresses of neighbours, and where a bridge has hardware addresses (its forwarding database).
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
import { hardwareAt } from './rtnetlink-links.ts'
import { AF_INET, AF_INET6 } from './sock-diag.ts'

const RTM_NEWNEIGH = 28
const RTM_GETNEIGH = 30
const AF_UNSPEC = 0
const AF_BRIDGE = 7
/** `struct ndmsg`: family u8, pad u8, pad u16, ifindex s32, state u16, flags u8, type u8. */
const HEADER = 12
const [NDA_DST, NDA_LLADDR, NDA_MASTER] = [1, 2, 9]
const PERMANENT = 0x80
/** The entry is of the device's own list, not of the bridge's. */
const NTF_SELF = 2

export interface RawNeighbour extends Omit<Neighbour, 'interface'> {
  /** Of the interface. */
  readonly index: number
}

export interface RawBridgeEntry {
  /** Of the port. */
  readonly index: number
  /** Of the bridge. */
  readonly bridge: number
  readonly hardware: string
  /** It is an address of the bridge's own, or of a port itself: what is sent there comes up. */
  readonly own: boolean
}

/** A request for all neighbours, or for the addresses that bridges know. 28 bytes. */
export function encodeNeighboursRequest(of: 'neighbours' | 'bridges', sequence = 1): Uint8Array {
  const bytes = new Uint8Array(NLMSG_HEADER + HEADER)
  writeHeader(bytes, RTM_GETNEIGH, NLM_F_REQUEST | NLM_F_DUMP, sequence)
  bytes[NLMSG_HEADER] = of === 'neighbours' ? AF_UNSPEC : AF_BRIDGE
  return bytes
}

export function decodeNeighbours(views: Views, length: number, into: RawNeighbour[]): DumpProgress {
  return messages(views, length, RTM_NEWNEIGH, (at, end) => {
    const { u8, u16, u32 } = views
    // One bit each; the lowest is the first of the list. Of links without addresses none is set.
    const state = NEIGHBOUR_STATES[31 - Math.clz32(u16[(at + 8) >> 1]!)]
    if (end - at < HEADER || state === undefined) return
    const family = u8[at] === AF_INET ? 'ipv4' : u8[at] === AF_INET6 ? 'ipv6' : undefined
    const given = attributesIn(views, at + HEADER, end)
    const to = given.get(NDA_DST!)
    const hardware = hardwareAt(views, given.get(NDA_LLADDR!))
    if (family === undefined || to === undefined) return
    if (to.end - to.at < (family === 'ipv4' ? 4 : 16)) return
    into.push({
      index: u32[(at + 4) >> 2]!,
      address: addressFromBytes(u8, to.at, family),
      state,
      ...(hardware === undefined ? {} : { hardware }),
    })
  })
}

export function decodeBridgeEntries(views: Views, length: number, into: RawBridgeEntry[]): DumpProgress {
  return messages(views, length, RTM_NEWNEIGH, (at, end) => {
    const { u8, u16, u32 } = views
    if (end - at < HEADER || u8[at] !== AF_BRIDGE || (u8[at + 10]! & NTF_SELF) !== 0) return
    const given = attributesIn(views, at + HEADER, end)
    const master = given.get(NDA_MASTER!)
    const hardware = hardwareAt(views, given.get(NDA_LLADDR!))
    if (hardware === undefined || master === undefined || master.end - master.at < 4) return
    const own = (u16[(at + 8) >> 1]! & PERMANENT) !== 0
    into.push({ index: u32[(at + 4) >> 2]!, bridge: u32[master.at >> 2]!, hardware, own })
  })
}
