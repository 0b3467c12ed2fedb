/**
 * The routing decision: where a packet for an address goes (the kernel's fib_lookup, ip6_route_lookup). The first policy
 * rule whose table has a route decides; in a table the longest prefix, then the lowest metric.
 */
import type { Routing } from '../filter/packet.ts'
import type { Scalar } from '../filter/pattern.ts'
import type { IpFamily } from '../protocol.ts'
import {
  type Host,
  type HostAddress,
  ROUTE_KINDS,
  type Route,
  type RouteKind,
  type RoutingRule,
  usualRules,
} from './host.ts'

export interface RouteQuestion {
  readonly family: IpFamily
  readonly destination: Scalar
  readonly source?: Scalar
  readonly mark?: number
  readonly inputInterface?: string
  /** Only ways out by this device. */
  readonly outputInterface?: string
}

/** `none`: no table has a route. */
export interface RouteAnswer {
  readonly kind: RouteKind | 'none'
  readonly device?: string
  readonly gateway?: Scalar
  readonly source?: Scalar
}

/** Whether a packet gets anywhere by it. */
export const isWay = ({ kind }: RouteAnswer): boolean =>
  kind === 'local' || kind === 'unicast' || kind === 'broadcast' || kind === 'multicast' || kind === 'anycast'

export function routeFor(host: Host, question: RouteQuestion): RouteAnswer {
  const rules = host.rules?.filter(({ family }) => family === question.family) ?? usualRules(question.family)
  for (const rule of rules.toSorted((a, b) => a.priority - b.priority)) {
    if (!ruleHolds(rule, question)) continue
    if (typeof rule.action !== 'number') return { kind: rule.action }
    const route = best(host.routes, rule.action, question)
    if (route !== undefined && route.kind !== 'throw') return answerOf(host, route, question)
  }
  return { kind: 'none' }
}

function answerOf(host: Host, route: Route, { family, destination }: RouteQuestion): RouteAnswer {
  const { kind, device, gateway } = route
  const source =
    route.source ?? (device === undefined ? undefined : deviceAddress(host, family, device, destination))
  return {
    kind,
    ...(device === undefined ? {} : { device }),
    ...(gateway === undefined ? {} : { gateway }),
    ...(source === undefined || source === null ? {} : { source }),
  }
}

function best(routes: readonly Route[], table: number, question: RouteQuestion): Route | undefined {
  let found: Route | undefined
  for (const route of routes) {
    if (route.table !== table || route.family !== question.family) continue
    if (question.outputInterface !== undefined && route.device !== question.outputInterface) continue
    if (!isWithin(question.destination, route.destination, route.prefixLength)) continue
    if (
      found === undefined ||
      route.prefixLength > found.prefixLength ||
      (route.prefixLength === found.prefixLength && route.metric < found.metric)
    )
      found = route
  }
  return found
}

function ruleHolds(rule: RoutingRule, question: RouteQuestion): boolean {
  const { source, destination, mark, inputInterface, outputInterface } = rule
  const matches =
    (source === undefined ||
      (question.source !== undefined && isWithin(question.source, source.address, source.prefixLength))) &&
    (destination === undefined ||
      isWithin(question.destination, destination.address, destination.prefixLength)) &&
    (mark === undefined || ((question.mark ?? 0) & mark.mask) >>> 0 === mark.value) &&
    (inputInterface === undefined || question.inputInterface === inputInterface) &&
    (outputInterface === undefined || question.outputInterface === outputInterface)
  return matches !== (rule.not === true)
}

/** Whether the first `length` bits are the same. */
export function isWithin(address: Scalar, network: Scalar, length: number): boolean {
  if (typeof address === 'bigint' && typeof network === 'bigint') {
    const left = BigInt(128 - length)
    return address >> left === network >> left
  }
  const size = 2 ** (32 - length)
  return Math.floor(Number(address) / size) === Math.floor(Number(network) / size)
}

/**
 * The address that a device lends: its first. For a destination (inet_select_addr), one that is known beyond the host, of the
 * destination's network where it can be, and another device's before none. Null for none.
 */
export function deviceAddress(
  host: Host,
  family: IpFamily,
  device: string,
  destination?: Scalar,
): Scalar | null {
  const primary = host.addresses.filter(one => one.family === family && one.secondary !== true)
  const own = primary.filter(one => one.device === device)
  if (destination === undefined) return own[0]?.address ?? null
  const near = own.find(({ address, prefixLength }) => isWithin(destination, address, prefixLength))
  if (family === 'ipv6') return sourceFor(primary, device, BigInt(destination))
  const isWide = ({ address }: HostAddress): boolean => !isWithin(address, LOOPBACK_NETWORK, 8)
  const chosen = near !== undefined && isWide(near) ? near : (own.find(isWide) ?? primary.find(isWide))
  return chosen?.address ?? null
}

/** Of RFC 6724 section 5: rules 1 (the same), 2 (of its scope), 5 (of the device) and 8 (the longest prefix in common). */
function sourceFor(all: readonly HostAddress[], device: string, destination: bigint): Scalar | null {
  const worth = ({ address, device: at }: HostAddress): readonly number[] => [
    address === destination ? 1 : 0,
    (address === LOOPBACK_V6) === (destination === LOOPBACK_V6) ? 1 : 0,
    at === device ? 1 : 0,
    128 - (BigInt(address) ^ destination).toString(2).length,
  ]
  const [best] = all.toSorted((a, b) => compare(worth(b), worth(a)))
  return best?.address ?? null
}

const compare = (a: readonly number[], b: readonly number[]): number => {
  const at = a.findIndex((one, i) => one !== b[i])
  return at === -1 ? 0 : a[at]! - b[at]!
}

const LOOPBACK_V6 = 1n
/** 127.0.0.0/8: addresses of scope host. */
const LOOPBACK_NETWORK = 0x7f000000

/** The host's tables as the rules of a filter ask them. */
export function routingOf(host: Host): Routing {
  return {
    addressType(family, address, device) {
      const { kind, device: at } = routeFor(host, { family, destination: address })
      if (kind === 'none') return ROUTE_KINDS.unreachable
      return device === undefined || at === device || kind === 'unicast'
        ? ROUTE_KINDS[kind]
        : ROUTE_KINDS.unicast
    },
    outputInterface(family, address, device) {
      // The way is looked up first, and then whether it leads by that device (nft_fib4_eval).
      const { kind, device: out } = routeFor(host, { family, destination: address })
      if (kind !== 'unicast' || out === undefined) return null
      return device === undefined || device === out ? out : null
    },
    deviceAddress: (family, device, destination) => deviceAddress(host, family, device, destination),
  }
}
