/**
 * Capacity on paper: whether a rate of connections fits into the ports there are, and what it takes if not.
 *
 * Connections are spread evenly over destinations and source addresses. Nothing is measured.
 */
import type { PortRange } from '../port.ts'
import { erlangB, portsForBlocking } from './erlang-b.ts'
import { GATEWAYS, type Gateway, type GatewayName } from './gateways.ts'
import { sizeOf } from './port-search.ts'
import { snatMissShare, snatUsable } from './snat.ts'
import { heldAt, spreadOf, sustainableRate } from './steady-state.ts'

export interface PlanRequest {
  /** Connections a second in all. */
  readonly rate: number
  /** Seconds that each keeps its port, the wait after its end included. */
  readonly hold: number
  /** Address and port pairs that they go to; 1. */
  readonly destinations?: number
  /** Source addresses; 1. */
  readonly addresses?: number
  /** Of one address: what the system picks ports from. A gateway has its own. */
  readonly range?: PortRange
  readonly gateway?: GatewayName
}

export interface CapacityPlan {
  readonly gateway: Gateway | null
  /** Connections a second to one destination, and at once in the steady state. */
  readonly ratePerDestination: number
  readonly heldPerDestination: number
  /** Three standard deviations above it: what chance makes of it now and then. */
  readonly peakPerDestination: number
  /** Ports of one address, and of all, towards one destination. */
  readonly portsPerAddress: number
  readonly ports: number
  /** Share of the ports that is held, 0 to 1 and more. */
  readonly fill: number
  /** Connections a second that can go on for ever: to one destination, and in all. */
  readonly sustainablePerDestination: number
  readonly sustainable: number
  /** The same up to half of the ports, beyond which Linux searches long for one; null for a gateway. */
  readonly cheapPerDestination: number | null
  /** Share of connections that find no port, by Erlang's formula. */
  readonly blocking: number
  /** Share that Linux source NAT gives up on too early, else null. */
  readonly missed: number | null
  /** Seconds until it is full, beginning with nothing; null for never. Each hold is as long as the next. */
  readonly fullAfter: number | null
  /** Source addresses that hold the peak; more than a gateway may have is told by `beyondGateway`. */
  readonly addressesNeeded: number
  /** Ports towards one destination for one connection in 10,000 to find none. */
  readonly portsNeeded: number
  /** Destinations that would be enough with the addresses there are. */
  readonly destinationsNeeded: number
  readonly beyondGateway: boolean
  /** The peak fits into the ports there are. */
  readonly fits: boolean
}

/** What Linux has unless it is told otherwise (`net.ipv4.ip_local_port_range`). */
export const DEFAULT_RANGE = { first: 32768, last: 60999 } as PortRange
/** One in so many connections may find no port, in what a plan asks for. */
const MOST_BLOCKED = 1e-4

export function planCapacity(request: PlanRequest): CapacityPlan {
  const { rate, hold, destinations = 1, addresses = 1, range = DEFAULT_RANGE } = request
  const gateway = request.gateway === undefined ? null : GATEWAYS[request.gateway]
  const portsPerAddress = gateway?.perDestination ?? sizeOf(range)
  const ports = portsPerAddress * addresses
  const ratePerDestination = rate / destinations
  const held = heldAt(ratePerDestination, hold)
  const peak = held + 3 * spreadOf(held)
  const useful = gateway?.probes == null ? portsPerAddress : snatUsable(portsPerAddress, MOST_BLOCKED)
  const addressesNeeded = Math.max(1, Math.ceil(peak / useful))
  return {
    gateway,
    ratePerDestination,
    heldPerDestination: held,
    peakPerDestination: peak,
    portsPerAddress,
    ports,
    fill: held / ports,
    sustainablePerDestination: sustainableRate(ports, hold),
    sustainable: sustainableRate(ports, hold) * destinations,
    cheapPerDestination: gateway === null ? sustainableRate(ports / 2, hold) : null,
    blocking: erlangB(held, ports),
    missed: gateway?.probes == null ? null : snatMissShare(Math.min(held, ports), ports),
    fullAfter: held > ports ? ports / ratePerDestination : null,
    addressesNeeded,
    portsNeeded: portsForBlocking(held, MOST_BLOCKED),
    destinationsNeeded: destinationsFor(heldAt(rate, hold), useful * addresses),
    beyondGateway:
      (gateway?.mostAddresses ?? Number.POSITIVE_INFINITY) < Math.max(addresses, addressesNeeded),
    fits: peak <= useful * addresses,
  }
}

/** The least d with load/d + 3 √(load/d) ≤ ports: a square that is solved for its root. */
function destinationsFor(load: number, ports: number): number {
  if (load <= 0) return 1
  const root = (-3 + Math.sqrt(9 + 4 * ports)) / 2
  return Math.max(1, Math.ceil(load / root ** 2 - 1e-9))
}
