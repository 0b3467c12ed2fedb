/** What a packet's way through a host depends on, beside its rules: addresses, routes, policy rules and devices. */
import type { InterfaceFacts } from '../filter/packet.ts'
import type { Scalar } from '../filter/pattern.ts'
import type { IpFamily } from '../protocol.ts'
import type { Bridge } from './bridge.ts'

export interface HostAddress {
  readonly family: IpFamily
  readonly address: Scalar
  readonly prefixLength: number
  readonly device: string
  /** Another address of a network that the device is in already: it isn't chosen as a source. */
  readonly secondary?: boolean
}

/** By the kernel's numbers of route types (`RTN_`). */
export const ROUTE_KINDS = {
  unicast: 1,
  local: 2,
  broadcast: 3,
  anycast: 4,
  multicast: 5,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
  throw: 9,
} as const
export type RouteKind = keyof typeof ROUTE_KINDS

export interface Route {
  readonly family: IpFamily
  readonly kind: RouteKind
  readonly destination: Scalar
  readonly prefixLength: number
  readonly device?: string
  readonly gateway?: Scalar
  /** The source that the route prefers for what is made here. */
  readonly source?: Scalar
  /** The lower one is taken, among routes of one prefix. */
  readonly metric: number
  /** 255 local, 254 main, 253 default. */
  readonly table: number
}

/** `ip rule`: which table is asked, in ascending priority. */
export interface RoutingRule {
  readonly family: IpFamily
  readonly priority: number
  /** A table, or that there is no way. */
  readonly action: number | 'blackhole' | 'unreachable' | 'prohibit'
  readonly source?: { readonly address: Scalar; readonly prefixLength: number }
  readonly destination?: { readonly address: Scalar; readonly prefixLength: number }
  readonly mark?: { readonly value: number; readonly mask: number }
  readonly inputInterface?: string
  readonly outputInterface?: string
  readonly not?: boolean
}

export interface Neighbour {
  readonly device: string
  readonly address: Scalar
  readonly hardware: number
}

export interface Host {
  readonly addresses: readonly HostAddress[]
  readonly routes: readonly Route[]
  /** Absent: the three that every system begins with. */
  readonly rules?: readonly RoutingRule[]
  readonly interfaces?: ReadonlyMap<string, InterfaceFacts>
  /** Bridges by name. */
  readonly bridges?: ReadonlyMap<string, Bridge>
  /** Hardware addresses of neighbours, as far as the host knows them. */
  readonly neighbours?: readonly Neighbour[]
  /** Hops that packets made here may take (`ip_default_ttl`, `hop_limit`), where that is known. */
  readonly hopLimit?: number
  /** Whether packets for others are passed on (`ip_forward`, `forwarding`). */
  readonly forwards: Readonly<Record<IpFamily, boolean>>
  /** Devices whose packets of IPv4 aren't passed on, or are, whatever is said of all (`IN_DEV_FORWARD` of the device they come in by). */
  readonly forwardsFrom?: ReadonlyMap<string, boolean>
}

export const LOCAL_TABLE = 255
export const MAIN_TABLE = 254
export const DEFAULT_TABLE = 253

/** ip-rule(8): tables local, main and default. */
export const usualRules = (family: IpFamily): readonly RoutingRule[] => [
  { family, priority: 0, action: LOCAL_TABLE },
  { family, priority: 32_766, action: MAIN_TABLE },
  { family, priority: 32_767, action: DEFAULT_TABLE },
]
