/**
 * What a packet's way depends on beside the rules, as a host tells it: addresses, routes, policy rules, interfaces, and
 * whether packets for others are passed on.
 *
 * A route over several next hops becomes one for each: which of them a flow takes is the kernel's choice.
 */

import { familyOf } from '../../model/address.ts'
import { addressScalar } from '../../model/filter/address-scalar.ts'
import type { InterfaceFacts } from '../../model/filter/packet.ts'
import { etherNumber } from '../../model/filter/symbols/symbols.ts'
import { type Known, known } from '../../model/known.ts'
import {
  type Host,
  ROUTE_KINDS,
  type Route,
  type RouteKind,
  type RoutingRule,
} from '../../model/path/host.ts'
import { type Prefix, prefixAddress, prefixLength } from '../../model/prefix.ts'
import type { IpFamily } from '../../model/protocol.ts'
import type { RoutingTables } from '../../model/route.ts'
import type { InterfaceAddress, OS } from '../../os/os.ts'
import { bridgesOf } from './bridges-of.ts'

/** A host, and what of its routing it can't say: a sentence each. */
export interface ReadHost extends Host {
  readonly leftOut: readonly string[]
}

const FORWARDING = { ipv4: 'net.ipv4.ip_forward', ipv6: 'net.ipv6.conf.all.forwarding' } as const

const LENDING = {
  ipv4: 'net.bridge.bridge-nf-call-iptables',
  ipv6: 'net.bridge.bridge-nf-call-ip6tables',
} as const

/** Unknown where the routes are. A setting that can't be read counts as off. */
export async function readHost(os: OS): Promise<Known<ReadHost>> {
  const [routing, addresses, settings] = await Promise.all([
    os.routes(),
    os.addresses(),
    os.tunables([...Object.values(FORWARDING), ...Object.values(LENDING)]),
  ])
  const forwards = (name: string): boolean => {
    const told = settings.get(name)
    return told?.known === true && told.value !== '0'
  }
  /** Without the module there is no such setting, and bridges keep what they pass on. */
  const lends = (name: string): boolean | undefined => {
    const told = settings.get(name)
    if (told?.known === true) return told.value !== '0'
    return told === undefined || told.reason === 'denied' ? undefined : false
  }
  if (!routing.known) return routing
  const forwardsFrom = await forwardingDevices(os, routing.value)
  return known({
    ...hostOf(routing.value, addresses, { ipv4: lends(LENDING.ipv4), ipv6: lends(LENDING.ipv6) }),
    forwards: { ipv4: forwards(FORWARDING.ipv4), ipv6: forwards(FORWARDING.ipv6) },
    forwardsFrom,
  })
}

/** Of IPv4, by the device that packets come in by: it can be switched for each. Names that no setting can have are left out. */
async function forwardingDevices(
  os: OS,
  { interfaces }: RoutingTables,
): Promise<ReadonlyMap<string, boolean>> {
  const names = interfaces.map(({ name }) => name).filter(name => /^[\w-]+$/.test(name))
  const setting = (name: string): string => `net.ipv4.conf.${name}.forwarding`
  const told = await os.tunables(names.map(setting))
  return new Map(
    names.flatMap(name => {
      const one = told.get(setting(name))
      return one?.known === true ? [[name, one.value !== '0'] as const] : []
    }),
  )
}

function hostOf(
  { routes, rules, interfaces, neighbours = [], bridgeEntries }: RoutingTables,
  addresses: readonly InterfaceAddress[],
  lends: Readonly<Record<IpFamily, boolean | undefined>>,
): Omit<ReadHost, 'forwards'> {
  return {
    addresses: addresses.map(({ address, prefix, interface: device }) => ({
      family: familyOf(address),
      address: addressScalar(address),
      prefixLength: prefix,
      device,
    })),
    leftOut: [...routes.flatMap(whyNotRoute), ...rules.flatMap(whyNotRule)],
    routes: routes.flatMap(routesOf),
    rules: rules.flatMap(ruleOf),
    interfaces: new Map(
      interfaces.map(({ name, index, type, group, kind, hardware, master }): [string, InterfaceFacts] => {
        const bridge = interfaces.find(one => one.index === master && one.kind === 'bridge')?.name
        return [
          name,
          {
            index,
            type,
            group,
            ...(kind === undefined ? {} : { kind }),
            ...(hardware === undefined ? {} : { hardware: etherNumber(hardware)! }),
            ...(bridge === undefined ? {} : { bridge }),
          },
        ]
      }),
    ),
    neighbours: neighbours.flatMap(({ interface: device, address, state, hardware }) =>
      hardware === undefined || state === 'failed' || state === 'incomplete'
        ? []
        : [{ device, address: addressScalar(address), hardware: etherNumber(hardware)! }],
    ),
    bridges: bridgesOf(interfaces, bridgeEntries, lends),
  }
}

const KINDS = new Map(
  Object.entries(ROUTE_KINDS).map(([kind, number]) => [number as number, kind as RouteKind]),
)

/** A route for packets of one source alone, or of one type of service, is no answer for all. */
const whyNotRoute = ({ destination, source, tos }: RoutingTables['routes'][number]): string[] =>
  source === undefined && tos === 0
    ? []
    : [
        `the route to ${destination} ${source === undefined ? `of type of service ${tos}` : `from ${source}`} is left out`,
      ]

function routesOf(route: RoutingTables['routes'][number]): Route[] {
  const kind = KINDS.get(route.type)
  if (kind === undefined || whyNotRoute(route).length > 0) return []
  const common = {
    family: route.family,
    kind,
    destination: addressScalar(prefixAddress(route.destination)),
    prefixLength: prefixLength(route.destination),
    metric: route.metric,
    table: route.table,
    ...(route.preferredSource === undefined ? {} : { source: addressScalar(route.preferredSource) }),
  }
  if (route.nexthops.length === 0) return [common]
  return route.nexthops.map(hop => ({
    ...common,
    device: hop.interface,
    ...(hop.gateway === undefined || familyOf(hop.gateway) !== route.family
      ? {}
      : { gateway: addressScalar(hop.gateway) }),
  }))
}

/** What a packet doesn't tell, or the way through the tables can't take. */
function whyNotRule(rule: RoutingTables['rules'][number]): string[] {
  const asks = Object.entries({
    'whose packet it is': rule.users,
    'the protocol': rule.protocol,
    ports: rule.sourcePorts ?? rule.destinationPorts,
    'the length of prefixes': rule.suppressPrefixLength,
    'the type of service': rule.tos === 0 ? undefined : rule.tos,
    'another rule': rule.action === 'goto' ? rule.target : undefined,
  }).flatMap(([what, value]) => (value === undefined ? [] : [what]))
  return asks.length === 0
    ? []
    : [`the routing rule with priority ${rule.priority} is left out: it asks for ${asks.join(', ')}`]
}

function ruleOf(rule: RoutingTables['rules'][number]): RoutingRule[] {
  if (rule.action === 'goto' || rule.action === 'nop' || whyNotRule(rule).length > 0) return []
  const place = (prefix: Prefix) => ({
    address: addressScalar(prefixAddress(prefix)),
    prefixLength: prefixLength(prefix),
  })
  return [
    {
      family: rule.family,
      priority: rule.priority,
      action: rule.action === 'table' ? rule.table : rule.action,
      ...(rule.source === undefined ? {} : { source: place(rule.source) }),
      ...(rule.destination === undefined ? {} : { destination: place(rule.destination) }),
      ...(rule.mark === undefined ? {} : { mark: rule.mark }),
      ...(rule.inputInterface === undefined ? {} : { inputInterface: rule.inputInterface }),
      ...(rule.outputInterface === undefined ? {} : { outputInterface: rule.outputInterface }),
      ...(rule.inverted ? { not: true } : {}),
    },
  ]
}
