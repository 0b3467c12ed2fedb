/**
 * How many external addresses, and which blocks of ports, a number of inside hosts needs behind a NAT; and how far what is
 * there will go. Answered by simulating one address with its share of the hosts (`simulate-address.ts`), beside the closed
 * formulas where there are some.
 *
 * It counts mappings that have a port to themselves: of a NAT whose mappings depend on the peer, those to one destination.
 */
import { erlangB } from '../../capacity/capacity.ts'
import { type AddressRun, type BlockRule, type HostClass, simulateAddress } from './simulate-address.ts'

export { Histogram, type Percentiles } from './histogram.ts'
export { NAT_PROVIDERS, type NatProvider, type NatProviderName, natProvider } from './nat-providers.ts'
export {
  type AddressRun,
  type AddressSetup,
  type BlockRule,
  type HostClass,
  simulateAddress,
} from './simulate-address.ts'

export interface NatPlanRequest {
  readonly classes: readonly HostClass[]
  /** Seconds. */
  readonly hold: number
  /** Ports of one address. */
  readonly ports: number
  readonly blocks?: BlockRule
  /** Each host has its blocks for good, used or not. */
  readonly reserved?: boolean
  /** As many addresses; as few as will do when absent. */
  readonly addresses?: number
  /** Share of new mappings that may find nothing, above 0. */
  readonly blocked: number
  /** A generator from 0 up to 1 for a run by its number: the same number, the same run. */
  readonly randomFor: (run: number) => () => number
}

export interface NatPlan {
  readonly hosts: number
  /** New mappings a second, of all. */
  readonly rate: number
  /** Ports in use at a time, of all, on average (Little's law). */
  readonly load: number
  readonly addresses: number
  /** On the fullest address. */
  readonly hostsPerAddress: number
  readonly run: AddressRun
  /** Shares of new mappings that find nothing: of the address, of the host's own limit. */
  readonly blockedByPool: number
  readonly blockedByLimit: number
  readonly fits: boolean
  /** The same addresses bear so many times the rate, until too many find nothing. */
  readonly bears: number
  /** By formula, where there is one: the share blocked by the pool (Erlang B), the times that the rate is borne. */
  readonly byFormula: { readonly blocked: number; readonly bears: number } | null
}

/** Enough for a share of one in 10,000 to be seen some twenty times. */
const COUNTED = 200_000
const MOST_ADDRESSES = 1_048_576

export function planNat(request: NatPlanRequest): NatPlan {
  const hosts = request.classes.reduce((sum, one) => sum + one.hosts, 0)
  const rate = request.classes.reduce((sum, one) => sum + one.hosts * one.rate, 0)
  const addresses = request.addresses ?? leastAddresses(request, hosts)
  const run = runOn(request, hosts, addresses, 1)
  const [blockedByPool, blockedByLimit] = [run.refusedByPool, run.refusedByLimit].map(
    refused => refused / run.counted,
  ) as [number, number]
  return {
    hosts,
    rate,
    load: rate * request.hold,
    addresses,
    hostsPerAddress: Math.ceil(hosts / addresses),
    run,
    blockedByPool,
    blockedByLimit,
    fits: isGood(request, hosts, addresses, run),
    bears: mostRate(times => isGood(request, hosts, addresses, runOn(request, hosts, addresses, times))),
    byFormula: formula(request, hosts, rate, addresses),
  }
}

/** Hosts that fit on an address where each has its blocks for good. */
const reservedHosts = ({ blocks, ports }: NatPlanRequest): number =>
  Math.floor(ports / (blocks!.size * blocks!.perHost))

function isGood(request: NatPlanRequest, hosts: number, addresses: number, run: AddressRun): boolean {
  if (request.reserved === true && Math.ceil(hosts / addresses) > reservedHosts(request)) return false
  return (run.refusedByPool + run.refusedByLimit) / run.counted <= request.blocked
}

/** One address with its share of the hosts, which come so many times as often. */
function runOn(request: NatPlanRequest, hosts: number, addresses: number, times: number): AddressRun {
  const { classes, hold, ports, blocks, reserved, randomFor } = request
  return simulateAddress({
    classes: shareOf(classes, hosts, addresses).map(one => ({ ...one, rate: one.rate * times })),
    hold,
    // What is each host's own isn't taken from a pool: only its limit counts.
    ports: reserved === true ? Number.POSITIVE_INFINITY : ports,
    ...(blocks === undefined ? {} : { blocks }),
    arrivals: 'random',
    counted: COUNTED,
    random: randomFor(addresses),
  })
}

/** The fullest address: of each class its part, rounded so that no host is lost. */
function shareOf(classes: readonly HostClass[], hosts: number, addresses: number): readonly HostClass[] {
  const total = Math.ceil(hosts / addresses)
  let [before, given] = [0, 0]
  return classes
    .map(one => {
      before += one.hosts
      const until = Math.ceil((total * before) / hosts)
      const mine = until - given
      given = until
      return { ...one, hosts: mine }
    })
    .filter(one => one.hosts > 0)
}

function leastAddresses(request: NatPlanRequest, hosts: number): number {
  if (request.reserved === true) return Math.ceil(hosts / Math.max(1, reservedHosts(request)))
  const fits = (addresses: number): boolean => {
    const { refusedByPool, counted } = runOn(request, hosts, addresses, 1)
    return refusedByPool / counted <= request.blocked
  }
  const most = Math.min(hosts, MOST_ADDRESSES)
  let high = 1
  while (high < most && !fits(high)) high = Math.min(most, high * 2)
  let low = Math.floor(high / 2)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (fits(middle)) high = middle
    else low = middle
  }
  return high
}

/** The greatest multiple of the rate that is borne, to within half a percent. */
export function mostRate(bears: (times: number) => boolean): number {
  let [low, high] = [0, 1]
  while (high < 1024 && bears(high)) [low, high] = [high, high * 2]
  while (high - low > 0.005 * high) {
    const middle = (low + high) / 2
    if (bears(middle)) low = middle
    else high = middle
  }
  return low
}

/** Without blocks, what the hosts of an address have in use is one number, and Erlang's formula holds. */
function formula(
  { blocks, ports, blocked, hold }: NatPlanRequest,
  hosts: number,
  rate: number,
  addresses: number,
): NatPlan['byFormula'] {
  if (blocks !== undefined) return null
  const load = ((rate * hold) / hosts) * Math.ceil(hosts / addresses)
  return { blocked: erlangB(load, ports), bears: mostRate(times => erlangB(load * times, ports) <= blocked) }
}
