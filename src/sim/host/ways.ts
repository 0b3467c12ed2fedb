/** Where the packets of a host go: its routes, looked up and remembered, with the device and the neighbour that each leads to. */
import { type Address, familyOf, scopeOf } from '../../model/address.ts'
import { addressScalar, scalarAddress } from '../../model/filter/address-scalar.ts'
import type { Host } from '../../model/path/host.ts'
import { type RouteAnswer, routeFor } from '../../model/path/routing.ts'
import type { IpFamily } from '../../model/protocol.ts'
import type { Datagram } from '../../wire/ip/datagram.ts'
import type { Device } from '../link/link.ts'
import type { Neighbours, Sought } from './neighbours.ts'

/** A route, and who on the link gets the packet. */
export interface Way extends RouteAnswer {
  readonly next: Address
  /** Found when first needed: links are joined once, and stay. */
  out?: Device | undefined
  neighbour?: Sought | undefined
}

const REFUSALS: Readonly<Partial<Record<RouteAnswer['kind'], string>>> = {
  unreachable: 'EHOSTUNREACH',
  prohibit: 'EACCES',
  blackhole: 'EINVAL',
}

/** MTU of loopback on Linux. */
const LOOPBACK_MTU = 65_536
/** Routes are remembered by destination, up to so many. */
const MOST_REMEMBERED = 65_536

export const isWay = ({ kind }: RouteAnswer): boolean =>
  kind === 'local' || kind === 'unicast' || kind === 'broadcast' || kind === 'multicast' || kind === 'anycast'

export class Ways {
  readonly #host: Host
  readonly #devices: ReadonlyMap<string, Device>
  readonly #neighbours: Neighbours
  readonly #remembered = new Map<Address, Way>()
  readonly #byGateway = new Map<string, Way>()

  constructor(host: Host, devices: ReadonlyMap<string, Device>, neighbours: Neighbours) {
    this.#host = host
    this.#devices = devices
    this.#neighbours = neighbours
  }

  /** Where a packet made here, without marks, goes; `device`: the only one that it may leave by. */
  to(destination: Address, device?: string): Way {
    const known = device === undefined ? this.#remembered.get(destination) : undefined
    if (known !== undefined) return known
    const way = this.#look(destination, device === undefined ? {} : { outputInterface: device })
    if (device !== undefined || this.#host.rules !== undefined) return way
    if (this.#remembered.size >= MOST_REMEMBERED) this.#remembered.clear()
    this.#remembered.set(destination, way)
    return way
  }

  /** Where a packet that came in goes: with policy rules that may depend on where it is from. */
  onward({ destination, source }: Datagram, device: string): Way {
    if (this.#host.rules === undefined) return this.to(destination)
    return this.#look(destination, { source: addressScalar(source), inputInterface: device })
  }

  /** The way to there by a device that was chosen already. */
  by(device: string, destination: Address): Way {
    const way = this.to(destination)
    return way.device === device ? way : this.to(destination, device)
  }

  /** The source of what is sent there; undefined where no route leads. */
  sourceFor(destination: Address): Address | undefined {
    const way = this.to(destination)
    if (way.kind === 'local' && way.source === undefined) return destination
    return way.source === undefined || !isWay(way)
      ? undefined
      : scalarAddress(way.source as number | bigint, familyOf(destination))
  }

  /** Why no route leads there, as who connects or sends is told (`fib_props`, net/ipv4/fib_semantics.c); null where one does. */
  refusal(destination: Address): string | null {
    const way = this.to(destination)
    return isWay(way) && way.device !== undefined ? null : this.refusalBy(way.kind, familyOf(destination))
  }

  /** The same of a route that was looked up. */
  refusalBy(kind: RouteAnswer['kind'], family: IpFamily): string {
    // Without any address of IPv6 the search for a source fails before that for a route (ip6_dst_lookup_tail).
    const isOff = family === 'ipv6' && this.#host.addresses.every(one => one.family === 'ipv4')
    return isOff ? 'EADDRNOTAVAIL' : (REFUSALS[kind] ?? 'ENETUNREACH')
  }

  /** Whether what says that it is from there may have come by that device (RFC 3704 sections 2.2 and 2.4). */
  comesBy({ source }: Datagram, device: string, mode: 'loose' | 'strict'): boolean {
    const scope = scopeOf(source)
    if (scope === 'unspecified' || scope === 'link-local') return true
    const back = this.to(source)
    return isWay(back) && back.kind !== 'local' && (mode === 'loose' || back.device === device)
  }

  deviceOf(way: Way): Device | undefined {
    way.out ??= this.#devices.get(way.device ?? '')
    return way.out
  }

  /** Who on the link of that device, the route's own or another, gets what goes that way. */
  neighbourOf(way: Way, device: Device): Sought {
    if (device !== way.out) return this.#neighbours.of(device, way.next)
    way.neighbour ??= this.#neighbours.of(device, way.next)
    return way.neighbour
  }

  /** The device that has an address of this host. */
  holderOf(address: Address): string | undefined {
    for (const [name, { addresses }] of this.#devices)
      if (addresses.some(one => one.address === address)) return name
    return undefined
  }

  /** Bytes that fit onto the first link towards there. */
  mtuTo(destination: Address): number {
    const way = this.to(destination)
    return way.kind === 'local' ? LOOPBACK_MTU : (this.deviceOf(way)?.mtu ?? LOOPBACK_MTU)
  }

  #look(destination: Address, more: object): Way {
    const family = familyOf(destination)
    const route = routeFor(this.#host, { family, destination: addressScalar(destination), ...more })
    const { kind, device, gateway, source } = route
    if (gateway === undefined) return { ...route, next: destination }
    // Whatever goes by one gateway goes one way: hosts have many destinations and few of those.
    const key = `${kind} ${device} ${gateway} ${source}`
    const known = this.#byGateway.get(key)
    if (known !== undefined) return known
    const way: Way = { ...route, next: scalarAddress(gateway as number | bigint, family) }
    this.#byGateway.set(key, way)
    return way
  }
}
