/**
 * The routing tables of a host as values: routes, the rules that choose a table (RFC 1812 section 5.2.4 and Linux's policy
 * routing, ip-rule(8)), and the interfaces that routes lead out by.
 *
 * It holds what the system told and decides nothing.
 */
import type { Address } from './address.ts'
import type { Prefix } from './prefix.ts'
import type { IpFamily } from './protocol.ts'

export interface RoutingTables {
  readonly routes: readonly Route[]
  /** In the order in which they are asked. */
  readonly rules: readonly RoutingRule[]
  readonly interfaces: readonly NetworkInterface[]
  /** Absent: nobody asked. */
  readonly neighbours?: readonly Neighbour[]
  /** Where bridges have hardware addresses. Absent: nobody asked. */
  readonly bridgeEntries?: readonly BridgeEntry[]
}

/** What a host knows of somebody on a link: neighbour discovery (RFC 4861 section 7.3.2) and ARP. */
export interface Neighbour {
  readonly interface: string
  readonly address: Address
  /** `noarp`: the link has no addresses to ask for. `permanent`: told by somebody, never asked. */
  readonly state: NeighbourState
  /** As `02:00:00:00:00:01`; absent where it isn't known. */
  readonly hardware?: string
}

export interface BridgeEntry {
  readonly bridge: string
  /** The port; the bridge itself where what is sent there comes up to the host. */
  readonly port: string
  readonly hardware: string
}

export interface Route {
  readonly family: IpFamily
  /** 254 main, 255 local, 253 default; others have the number that their maker chose. */
  readonly table: number
  /** `RTN_`: 1 unicast, 2 local, 3 broadcast, 4 anycast, 5 multicast, 6 blackhole, 7 unreachable, 8 prohibit, 9 throw. */
  readonly type: number
  readonly destination: Prefix
  /** Only packets from there: IPv6. */
  readonly source?: Prefix
  /** Only packets of this type of service; 0 for all. */
  readonly tos: number
  /** The lowest of equal routes wins. */
  readonly metric: number
  /** The address that a packet made here gets. */
  readonly preferredSource?: Address
  /** Several where the kernel spreads flows over them; none of a route that refuses. */
  readonly nexthops: readonly NextHop[]
}

export interface NextHop {
  readonly interface: string
  readonly index: number
  /** Absent where the destination is on the link. */
  readonly gateway?: Address
  /** Share of flows, from 1. */
  readonly weight: number
}

export interface RoutingRule {
  readonly family: IpFamily
  /** Ascending. */
  readonly priority: number
  readonly action: 'table' | 'goto' | 'nop' | 'blackhole' | 'unreachable' | 'prohibit'
  /** Of `table`. */
  readonly table: number
  /** Of `goto`: the priority of another rule. */
  readonly target?: number
  /** Holds for what the selectors don't describe. */
  readonly inverted: boolean
  readonly source?: Prefix
  readonly destination?: Prefix
  readonly inputInterface?: string
  readonly outputInterface?: string
  readonly tos: number
  readonly mark?: { readonly value: number; readonly mask: number }
  readonly users?: { readonly low: number; readonly high: number }
  /** IANA protocol number. */
  readonly protocol?: number
  readonly sourcePorts?: { readonly low: number; readonly high: number }
  readonly destinationPorts?: { readonly low: number; readonly high: number }
  /** Routes with a prefix of at most this length are passed over. */
  readonly suppressPrefixLength?: number
}

export interface NetworkInterface {
  readonly name: string
  readonly index: number
  /** ARPHRD number: 1 ether, 772 loopback. */
  readonly type: number
  readonly up: boolean
  readonly group: number
  /** Somebody is at the other end of its link; absent where nobody told. */
  readonly carrier?: boolean
  /** Bytes of the largest packet; absent where nobody told. */
  readonly mtu?: number
  /** What made it: `veth`, `bridge`, `wireguard`; absent of hardware. */
  readonly kind?: string
  /** Index of the bridge or bond that it is part of. */
  readonly master?: number
  /** Its hardware address, where it has one of six bytes: `02:00:00:00:00:01`. */
  readonly hardware?: string
  /** Of a bridge: whether it tells VLANs apart, and whether it was told itself to lend packets to IP's filters. */
  readonly bridge?: {
    readonly filtersVlans: boolean
    readonly lends: Readonly<Record<IpFamily, boolean>>
  }
  /** Of a port of a bridge: whether it sends back what came in by it, and is kept apart from other such ports. */
  readonly port?: { readonly hairpin: boolean; readonly isolated: boolean }
}

/** `NUD_` */
export const NEIGHBOUR_STATES = [
  'incomplete',
  'reachable',
  'stale',
  'delay',
  'probe',
  'failed',
  'noarp',
  'permanent',
] as const
export type NeighbourState = (typeof NEIGHBOUR_STATES)[number]
