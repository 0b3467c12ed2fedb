/**
 * NETLINK_ROUTE: interfaces with what a packet filter asks of them, XDP programs on them, and filters of tc.
 *
 * Source: rtnetlink(7), include/uapi/linux/if_link.h, rtnetlink.h, pkt_sched.h, pkt_cls.h. A program that was attached to
 * tc without a filter (`tcx`, Linux 6.6) is in none of these dumps: bpf(2) tells it.
 */
import type { NetworkInterface } from '../model/route.ts'
import { lossyUtf8 } from './lossy-utf8.ts'
import {
  type DumpProgress,
  messages,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  NLMSG_HEADER,
  type Views,
  viewsOf,
  writeHeader,
} from './netlink.ts'
import { attributesIn } from './netlink-attributes.ts'
import { IFF_UP } from './rtnetlink.ts'

const RTM_NEWLINK = 16
const RTM_NEWQDISC = 36
const RTM_GETQDISC = 38
const RTM_NEWTFILTER = 44
const RTM_GETTFILTER = 46
/** `struct ifinfomsg`: family u8, pad u8, type u16, index i32, flags u32, change u32. */
const LINK_MESSAGE = 16
/** `struct tcmsg`: family u8, pad, pad, ifindex s32, handle u32, parent u32, info u32. */
const TC_MESSAGE = 20
const [IFLA_ADDRESS, IFLA_IFNAME, IFLA_MTU, IFLA_MASTER] = [1, 3, 4, 10]
const [IFLA_LINKINFO, IFLA_GROUP, IFLA_CARRIER, IFLA_XDP] = [18, 27, 33, 43]
const [IFLA_INFO_KIND, IFLA_INFO_DATA, IFLA_INFO_SLAVE_KIND, IFLA_INFO_SLAVE_DATA] = [1, 2, 4, 5]
const [IFLA_BR_VLAN_FILTERING, IFLA_BR_NF_CALL_IPTABLES, IFLA_BR_NF_CALL_IP6TABLES] = [7, 36, 37]
const [IFLA_BRPORT_MODE, IFLA_BRPORT_ISOLATED] = [4, 33]
const [IFLA_XDP_ATTACHED, IFLA_XDP_PROG_ID] = [2, 4]
/** Of the driver, of the generic place and of the hardware: there can be one in each. */
const IFLA_XDP_PROG_IDS = [5, 6, 7] as const
const [TCA_KIND, TCA_OPTIONS, TCA_BPF_ID] = [1, 2, 11]

export interface LinkDetail extends NetworkInterface {
  /** Numbers of the XDP programs on it, which there can be in its driver, its hardware and behind both. Empty: not told. */
  readonly xdp?: readonly number[]
}

/** Appends the interfaces of one chunk of the answer to `encodeLinkRequest`. */
export function decodeLinkDetails(views: Views, length: number, into: LinkDetail[]): DumpProgress {
  return messages(views, length, RTM_NEWLINK, (at, end) => {
    const { u16, u32 } = views
    if (end - at < LINK_MESSAGE) return
    const given = attributesIn(views, at + LINK_MESSAGE, end)
    const name = textAt(views, given.get(IFLA_IFNAME!))
    if (name === undefined) return
    const info = given.get(IFLA_LINKINFO!)
    const inside = info && attributesIn(views, info.at, info.end)
    const kind = inside && textAt(views, inside.get(IFLA_INFO_KIND!))
    const hardware = hardwareAt(views, given.get(IFLA_ADDRESS!))
    const group = given.get(IFLA_GROUP!)
    const master = given.get(IFLA_MASTER!)
    const carrier = given.get(IFLA_CARRIER!)
    const mtu = numberAt(views, given.get(IFLA_MTU!))
    const xdp = given.get(IFLA_XDP!)
    const programs = xdp && programsOf(views, xdp)
    into.push({
      name,
      index: u32[(at + 4) >> 2]!,
      type: u16[(at + 2) >> 1]!,
      up: (u32[(at + 8) >> 2]! & IFF_UP) !== 0,
      group: group === undefined || group.end - group.at < 4 ? 0 : u32[group.at >> 2]!,
      ...(carrier === undefined || carrier.end <= carrier.at ? {} : { carrier: views.u8[carrier.at] !== 0 }),
      ...(mtu === undefined ? {} : { mtu }),
      ...(kind === undefined ? {} : { kind }),
      ...(hardware === undefined ? {} : { hardware }),
      ...(inside === undefined ? {} : bridgeFacts(views, kind, inside)),
      ...(master === undefined || master.end - master.at < 4 ? {} : { master: u32[master.at >> 2]! }),
      ...(programs === undefined ? {} : { xdp: programs }),
    })
  })
}

/** What a bridge says of itself, and of a port. */
function bridgeFacts(
  views: Views,
  kind: string | undefined,
  inside: ReturnType<typeof attributesIn>,
): Pick<LinkDetail, 'bridge' | 'port'> {
  const flags = (place: Place | undefined) => {
    const given = place && attributesIn(views, place.at, place.end)
    return (attribute: number): boolean => {
      const one = given?.get(attribute)
      return one !== undefined && one.end > one.at && views.u8[one.at] !== 0
    }
  }
  const slave = textAt(views, inside.get(IFLA_INFO_SLAVE_KIND!))
  const own = flags(kind === 'bridge' ? inside.get(IFLA_INFO_DATA!) : undefined)
  const port = flags(slave === 'bridge' ? inside.get(IFLA_INFO_SLAVE_DATA!) : undefined)
  return {
    ...(kind === 'bridge'
      ? {
          bridge: {
            filtersVlans: own(IFLA_BR_VLAN_FILTERING!),
            lends: { ipv4: own(IFLA_BR_NF_CALL_IPTABLES!), ipv6: own(IFLA_BR_NF_CALL_IP6TABLES!) },
          },
        }
      : {}),
    ...(slave === 'bridge'
      ? { port: { hairpin: port(IFLA_BRPORT_MODE!), isolated: port(IFLA_BRPORT_ISOLATED!) } }
      : {}),
  }
}

/** Six bytes, as `02:00:00:00:00:01`; of other kinds of address there is nothing to tell. */
export const hardwareAt = ({ u8 }: Views, place: Place | undefined): string | undefined =>
  place === undefined || place.end - place.at !== 6
    ? undefined
    : [...u8.subarray(place.at, place.end)].map(byte => byte.toString(16).padStart(2, '0')).join(':')

interface Place {
  readonly at: number
  readonly end: number
}

function programsOf(views: Views, place: Place): readonly number[] | undefined {
  const inside = attributesIn(views, place.at, place.end)
  const attached = inside.get(IFLA_XDP_ATTACHED!)
  if (attached === undefined || attached.end <= attached.at || views.u8[attached.at] === 0) return undefined
  const numbers = (types: readonly number[]): number[] =>
    types.flatMap(type => numberAt(views, inside.get(type)) ?? [])
  const each = numbers(IFLA_XDP_PROG_IDS)
  return each.length > 0 ? [...new Set(each)] : numbers([IFLA_XDP_PROG_ID!])
}

const numberAt = ({ u32 }: Views, place: Place | undefined): number | undefined =>
  place === undefined || place.end - place.at < 4 ? undefined : u32[place.at >> 2]

/** A queueing discipline, or a filter of one. */
export interface TrafficControl {
  /** Index of the interface. */
  readonly index: number
  readonly kind: string
  readonly handle: number
  readonly parent: number
  /** Number of the BPF program of a filter of kind `bpf`. */
  readonly program?: number
}

/** A request for all queueing disciplines, 36 bytes. */
export const encodeQdiscRequest = (): Uint8Array => trafficControl(RTM_GETQDISC, 0, 0)

/** A request for the filters of one place of one interface, 36 bytes. */
export const encodeFilterRequest = (index: number, parent: number): Uint8Array =>
  trafficControl(RTM_GETTFILTER, index, parent)

function trafficControl(type: number, index: number, parent: number): Uint8Array {
  const bytes = new Uint8Array(NLMSG_HEADER + TC_MESSAGE)
  writeHeader(bytes, type, NLM_F_REQUEST | NLM_F_DUMP, 1)
  const { u32 } = viewsOf(bytes)
  u32[(NLMSG_HEADER + 4) >> 2] = index
  u32[(NLMSG_HEADER + 12) >> 2] = parent
  return bytes
}

export const decodeQdiscs = (views: Views, length: number, into: TrafficControl[]): DumpProgress =>
  decodeTrafficControl(RTM_NEWQDISC, views, length, into)

/** What a queueing discipline has dropped. */
export interface QueueCounters {
  /** Index of the interface. */
  readonly index: number
  /** It is the one that the interface itself has. */
  readonly root: boolean
  readonly drops: number
}

const TC_H_ROOT = 0xffffffff
const [TCA_STATS2, TCA_STATS_QUEUE] = [7, 3]

/** `struct gnet_stats_queue`: qlen u32, backlog u32, drops u32, requeues u32, overlimits u32. */
export function decodeQueues(views: Views, length: number, into: QueueCounters[]): DumpProgress {
  return messages(views, length, RTM_NEWQDISC, (at, end) => {
    const { u32 } = views
    if (end - at < TC_MESSAGE) return
    const stats = attributesIn(views, at + TC_MESSAGE, end).get(TCA_STATS2!)
    const queue = stats && attributesIn(views, stats.at, stats.end).get(TCA_STATS_QUEUE!)
    if (queue === undefined || queue.end - queue.at < 12) return
    into.push({
      index: u32[(at + 4) >> 2]!,
      root: u32[(at + 12) >> 2] === TC_H_ROOT,
      drops: u32[(queue.at + 8) >> 2]!,
    })
  })
}

export const decodeFilters = (views: Views, length: number, into: TrafficControl[]): DumpProgress =>
  decodeTrafficControl(RTM_NEWTFILTER, views, length, into)

function decodeTrafficControl(
  type: number,
  views: Views,
  length: number,
  into: TrafficControl[],
): DumpProgress {
  return messages(views, length, type, (at, end) => {
    const { u32 } = views
    if (end - at < TC_MESSAGE) return
    const given = attributesIn(views, at + TC_MESSAGE, end)
    const kind = textAt(views, given.get(TCA_KIND!))
    if (kind === undefined) return
    const options = kind === 'bpf' ? given.get(TCA_OPTIONS!) : undefined
    const program = options && numberAt(views, attributesIn(views, options.at, options.end).get(TCA_BPF_ID!))
    into.push({
      index: u32[(at + 4) >> 2]!,
      kind,
      handle: u32[(at + 8) >> 2]!,
      parent: u32[(at + 12) >> 2]!,
      ...(program === undefined ? {} : { program }),
    })
  })
}

function textAt({ u8 }: Views, place: Place | undefined): string | undefined {
  return place === undefined ? undefined : lossyUtf8(u8.subarray(place.at, place.end)).replace(/\0.*$/s, '')
}
