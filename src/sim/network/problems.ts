/**
 * What is wrong with a network as a whole: an address that two have, a gateway that isn't there, routers that send a packet round in
 * a circle.
 */
import { type Address, familyOf } from '../../model/address.ts'
import { addressScalar, scalarAddress } from '../../model/filter/address-scalar.ts'
import type { Route } from '../../model/path/host.ts'
import { routeFor } from '../../model/path/routing.ts'
import type { SimHost } from '../host/host.ts'
import type { Device } from '../link/link.ts'

export interface Problem {
  readonly kind: 'duplicate-address' | 'unreachable-gateway' | 'route-loop'
  /** A sentence without its full stop. */
  readonly says: string
  readonly host: string
  /** The address or gateway that it is about. */
  readonly about?: Address
}

/** `translates`: hosts that part what is inside from what is outside. */
export function problemsOf(
  hosts: readonly SimHost[],
  translates: (host: SimHost) => boolean,
): readonly Problem[] {
  const holders = new Map(hosts.map(host => [host.name, host]))
  const gateways = hosts.flatMap(gatewayProblems)
  return [
    ...duplicates(hosts, translates),
    ...gateways,
    // Where gateways are missing, what goes round can't be told.
    ...(gateways.length > 0 ? [] : loops(hosts, holders)),
  ]
}

/** No two in one domain: everything that is joined by links and by routers that don't translate. */
function duplicates(hosts: readonly SimHost[], translates: (host: SimHost) => boolean): Problem[] {
  const domainOf = domains(hosts, translates)
  const seen = new Map<string, SimHost>()
  const found: Problem[] = []
  for (const host of hosts)
    for (const device of host.devices.values())
      for (const { address } of device.addresses) {
        const key = `${domainOf(device)} ${address}`
        const first = seen.get(key)
        if (first === undefined) seen.set(key, host)
        else
          found.push({
            kind: 'duplicate-address',
            says:
              first === host
                ? `host ${host.name} has the address ${address} twice`
                : `hosts ${first.name} and ${host.name} both have the address ${address}`,
            host: host.name,
            about: address,
          })
      }
  return found
}

/** A number for each device: equal where a packet could go from one to the other untranslated. */
function domains(
  hosts: readonly SimHost[],
  translates: (host: SimHost) => boolean,
): (device: Device) => number {
  const parents = new Map<Device, Device>()
  const rootOf = (device: Device): Device => {
    let at = device
    for (let up = parents.get(at); up !== undefined; up = parents.get(at)) at = up
    return at
  }
  const join = (a: Device, b: Device): void => {
    const [one, other] = [rootOf(a), rootOf(b)]
    if (one !== other) parents.set(one, other)
  }
  const numbers = new Map<Device, number>()
  for (const host of hosts) {
    const devices = [...host.devices.values()]
    for (const device of devices) for (const end of device.link?.ends ?? []) join(device, end)
    if (host.host.forwards.ipv4 && !translates(host)) for (const device of devices) join(devices[0]!, device)
  }
  return device => {
    const root = rootOf(device)
    if (!numbers.has(root)) numbers.set(root, numbers.size)
    return numbers.get(root)!
  }
}

function gatewayProblems(host: SimHost): Problem[] {
  const told = new Set<Address>()
  return host.host.routes.flatMap(({ gateway, device, family }): Problem[] => {
    if (gateway === undefined || device === undefined) return []
    const about = scalarAddress(gateway as number | bigint, family)
    if (told.has(about)) return []
    told.add(about)
    const { link } = host.devices.get(device) ?? {}
    const says =
      link === undefined
        ? `the gateway ${about} of host ${host.name} is unreachable: ${device} is on no link`
        : link.holderOf(about) === undefined
          ? `the gateway ${about} of host ${host.name} is unreachable: nobody on the link of ${device} has that address`
          : link.holderOf(about)!.host === host.name
            ? `the gateway ${about} of host ${host.name} is the host itself`
            : undefined
    return says === undefined ? [] : [{ kind: 'unreachable-gateway', says, host: host.name, about }]
  })
}

/** Addresses that no host has, one beyond each default route: TEST-NET-2 and the documentation prefix (RFC 5737, RFC 3849). */
const NOWHERE: readonly Address[] = ['198.51.100.254', '2001:db8:ffff::fffe'] as Address[]

function loops(hosts: readonly SimHost[], byName: ReadonlyMap<string, SimHost>): Problem[] {
  const routers = hosts.filter(({ host }) => host.forwards.ipv4 || host.forwards.ipv6)
  if (routers.length < 2) return []
  const destinations = new Set(
    hosts.flatMap(({ devices }) =>
      [...devices.values()].flatMap(one => one.addresses.map(({ address }) => address)),
    ),
  )
  for (const destination of [...destinations, ...NOWHERE]) {
    const circle = circleTo(destination, routers, byName)
    if (circle !== undefined) {
      const names = [...circle, circle[0]!].map(({ name }) => name)
      const to = NOWHERE.includes(destination) ? 'to anywhere else' : `to ${destination}`
      return [
        {
          kind: 'route-loop',
          says: `a packet ${to} goes round in a circle: ${names.join(' → ')}`,
          host: names[0]!,
        },
      ]
    }
  }
  return []
}

function circleTo(
  destination: Address,
  routers: readonly SimHost[],
  byName: ReadonlyMap<string, SimHost>,
): readonly SimHost[] | undefined {
  const done = new Set<SimHost>()
  for (const router of routers) {
    const way: SimHost[] = []
    for (
      let at: SimHost | undefined = router;
      at !== undefined && !done.has(at);
      at = nextHop(at, destination, byName)
    ) {
      const before = way.indexOf(at)
      if (before !== -1) return way.slice(before)
      way.push(at)
    }
    for (const one of way) done.add(one)
  }
  return undefined
}

/** The router that a packet is passed on to; undefined where it ends. */
function nextHop(
  from: SimHost,
  destination: Address,
  byName: ReadonlyMap<string, SimHost>,
): SimHost | undefined {
  const family = familyOf(destination)
  if (!from.host.forwards[family]) return undefined
  const { kind, device, gateway } = routeFor(from.host, { family, destination: addressScalar(destination) })
  if (kind !== 'unicast' || device === undefined) return undefined
  const next =
    gateway === undefined
      ? destination
      : scalarAddress(gateway as Exclude<Route['gateway'], string | undefined>, family)
  const holder = from.devices.get(device)?.link?.holderOf(next)
  return holder === undefined ? undefined : byName.get(holder.host)
}
