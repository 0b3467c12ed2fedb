/** The routing tables that a host has by its addresses (the kernel's fib_add_ifaddr, addrconf), its gateway and what was written. */
import { type Address, familyOf, LOOPBACK_V4, LOOPBACK_V6, parseAddress } from '../../model/address.ts'
import { isFault } from '../../model/fault.ts'
import { addressScalar, scalarAddress } from '../../model/filter/address-scalar.ts'
import type { InterfaceFacts } from '../../model/filter/packet.ts'
import {
  type Host,
  LOCAL_TABLE,
  MAIN_TABLE,
  ROUTE_KINDS,
  type Route,
  type RoutingRule,
  usualRules,
} from '../../model/path/host.ts'
import { isWithin } from '../../model/path/routing.ts'
import { networkOf, type Prefix, prefixAddress } from '../../model/prefix.ts'
import type { IpFamily } from '../../model/protocol.ts'
import type { RoutingTables } from '../../model/route.ts'
import type { HostOptions } from './host-options.ts'
import type { ReadAddress } from './read-address.ts'
import { readRoute, readRule } from './read-route.ts'
import { refused } from './refused.ts'

export const LOOPBACK_ADDRESSES: readonly ReadAddress[] = [
  { device: 'lo', address: LOOPBACK_V4, prefixLength: 8 },
  { device: 'lo', address: LOOPBACK_V6, prefixLength: 128 },
]

/** ARPHRD numbers. */
const [ETHER, LOOPBACK] = [1, 772]
/** `IP6_RT_PRIO_KERN`, `IP6_RT_PRIO_USER`: metrics of IPv6 where nothing is said. */
const [KERNEL_METRIC, USER_METRIC] = [256, 1024]

/** `addresses`: all of them, loopback's too. Throws `E_SIM_NETWORK` for a gateway that no device leads to. */
export function hostOf(name: string, options: HostOptions, addresses: readonly ReadAddress[]): Host {
  const devices = [...new Set(addresses.map(({ device }) => device))]
  const written = [
    ...gatewaysOf(name, options).map(gateway => `default via ${gateway}`),
    ...(options.routes ?? []),
  ].map(readRoute)
  const routes: Route[] = addresses.flatMap(routesOf)
  for (const { via, ...route } of written) {
    const known = route.device !== undefined && !devices.includes(route.device)
    if (known)
      throw refused(`host ${name}: a route leads out by ${route.device}, and there is no such device`)
    const device = route.device ?? (via === undefined ? undefined : deviceTowards(name, addresses, via))
    const isPresetV6 = route.family === 'ipv6' && route.metric === 0
    routes.push({
      ...route,
      ...(device === undefined ? {} : { device }),
      ...(isPresetV6 ? { metric: USER_METRIC } : {}),
    })
  }
  const rules = options.rules?.map(readRule) ?? []
  const isLeft = isLeftBy(options.down ?? [])
  const forward = options.forward ?? false
  return {
    addresses: addresses
      .map(({ device, address, prefixLength }) => ({
        family: familyOf(address),
        address: addressScalar(address),
        prefixLength,
        device,
      }))
      .filter(isLeft),
    routes: routes.filter(
      route => isLeft(route) && (route.kind === 'local' || !options.down?.includes(route.device ?? '')),
    ),
    ...(rules.length === 0 ? {} : { rules: [...rules, ...usualRules('ipv4'), ...usualRules('ipv6')] }),
    interfaces: new Map(
      devices.map((device, i): [string, InterfaceFacts] => [
        device,
        { index: i + 1, type: device === 'lo' ? LOOPBACK : ETHER, group: 0 },
      ]),
    ),
    hopLimit: options.hopLimit ?? 64,
    forwards: { ipv4: forward, ipv6: forward },
  }
}

/** With a device that is set down go its routes, and its addresses of IPv6, but none of IPv4 (fib_disable_ip, addrconf_ifdown). */
const isLeftBy =
  (down: readonly string[]) =>
  ({ family, device }: { readonly family: IpFamily; readonly device?: string }): boolean =>
    family === 'ipv4' || device === undefined || !down.includes(device)

function gatewaysOf(name: string, { gateway = [] }: HostOptions): readonly Address[] {
  const all = typeof gateway === 'string' ? [gateway] : gateway
  return all.map(text => {
    try {
      return parseAddress(text)
    } catch (error) {
      if (isFault(error)) throw refused(`host ${name}: its gateway: ${error.message.split('\n', 1)[0]}`)
      throw error
    }
  })
}

function deviceTowards(name: string, addresses: readonly ReadAddress[], via: Address): string {
  const found = addresses.find(
    ({ device, address, prefixLength }) =>
      device !== 'lo' &&
      familyOf(address) === familyOf(via) &&
      isWithin(addressScalar(via), addressScalar(address), prefixLength),
  )
  if (found === undefined) throw refused(`host ${name}: the gateway ${via} is in no network of its devices`)
  return found.device
}

/** What an address brings: itself, its network, in IPv4 the broadcast addresses. */
function routesOf({ device, address, prefixLength }: ReadAddress): Route[] {
  const family = familyOf(address)
  const scalar = addressScalar(address)
  const network = addressScalar(prefixAddress(networkOf(address, prefixLength)))
  const local: Route = {
    family,
    kind: 'local',
    destination: scalar,
    prefixLength: family === 'ipv4' ? 32 : 128,
    device,
    metric: 0,
    table: LOCAL_TABLE,
    ...(family === 'ipv4' ? { source: scalar } : {}),
  }
  if (family === 'ipv6') {
    const metric = KERNEL_METRIC
    const own: Route = {
      family,
      kind: 'unicast',
      destination: network,
      prefixLength,
      device,
      metric,
      table: MAIN_TABLE,
    }
    const multicast: Route = {
      family,
      kind: 'multicast',
      destination: 0xff00n << 112n,
      prefixLength: 8,
      device,
      metric,
      table: LOCAL_TABLE,
    }
    return device === 'lo' ? [local] : [local, own, multicast]
  }
  if (device === 'lo') return [{ ...local, destination: network, prefixLength }, local]
  if (prefixLength >= 31)
    return [local, ...(prefixLength === 31 ? [unicast(network, prefixLength, device, scalar)] : [])]
  const broadcast = Number(network) + 2 ** (32 - prefixLength) - 1
  return [
    local,
    unicast(network, prefixLength, device, scalar),
    { ...local, kind: 'broadcast', destination: broadcast },
  ]
}

const unicast = (
  destination: number | bigint,
  prefixLength: number,
  device: string,
  source: number | bigint,
): Route => ({
  family: 'ipv4',
  kind: 'unicast',
  destination,
  prefixLength,
  device,
  metric: 0,
  table: MAIN_TABLE,
  source,
})

/** The same as the seam tells it. */
export function routingTablesOf(host: Host): RoutingTables {
  const indexOf = (device: string): number => host.interfaces?.get(device)?.index ?? 0
  const rules = host.rules ?? [...usualRules('ipv4'), ...usualRules('ipv6')]
  return {
    routes: host.routes.map(
      ({ family, kind, destination, prefixLength, device, gateway, source, metric, table }) => ({
        family,
        table,
        type: ROUTE_KINDS[kind],
        destination: prefixOf(destination, prefixLength, family),
        tos: 0,
        metric,
        ...(source === undefined ? {} : { preferredSource: addressOf(source, family) }),
        nexthops:
          device === undefined
            ? []
            : [
                {
                  interface: device,
                  index: indexOf(device),
                  ...(gateway === undefined ? {} : { gateway: addressOf(gateway, family) }),
                  weight: 1,
                },
              ],
      }),
    ),
    rules: rules.toSorted((a, b) => a.priority - b.priority).map(ruleOf),
    interfaces: [...(host.interfaces ?? [])].map(([name, { index, type = ETHER }]) => ({
      name,
      index,
      type,
      up: true,
      group: 0,
      ...(type === ETHER ? { kind: 'veth' } : {}),
    })),
  }
}

const addressOf = (scalar: Route['destination'], family: IpFamily): Address =>
  scalarAddress(scalar as number | bigint, family)
const prefixOf = (scalar: Route['destination'], length: number, family: IpFamily): Prefix =>
  networkOf(addressOf(scalar, family), length)

function ruleOf(rule: RoutingRule): RoutingTables['rules'][number] {
  const { family, priority, action, source, destination, mark, inputInterface, outputInterface } = rule
  return {
    family,
    priority,
    action: typeof action === 'number' ? 'table' : action,
    table: typeof action === 'number' ? action : 0,
    inverted: rule.not === true,
    ...(source === undefined ? {} : { source: prefixOf(source.address, source.prefixLength, family) }),
    ...(destination === undefined
      ? {}
      : { destination: prefixOf(destination.address, destination.prefixLength, family) }),
    ...(inputInterface === undefined ? {} : { inputInterface }),
    ...(outputInterface === undefined ? {} : { outputInterface }),
    tos: 0,
    ...(mark === undefined ? {} : { mark }),
  }
}
