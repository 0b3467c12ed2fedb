/**
 * IP of one simulated host: what arrives is delivered, passed on or refused, what is made here leaves, by addresses, routes and
 * rules (ip_rcv, ip_forward, ip_local_deliver, ip_output and their twins for IPv6).
 *
 * Left out: limits on the rate of ICMP errors, redirects, source routes, multicast beyond the link.
 */
import { type Address, familyOf, scopeOf } from '../../model/address.ts'
import { addressScalar, scalarAddress } from '../../model/filter/address-scalar.ts'
import type { Host } from '../../model/path/host.ts'
import type { LinuxRouter } from '../../model/path/linux-router.ts'
import { type RouteAnswer, routeFor } from '../../model/path/routing.ts'
import type { Datagram } from '../../wire/ip/datagram.ts'
import { datagramLength, fragmentsOf, Reassembly } from '../../wire/ip/ip.ts'
import type { Engine } from '../engine/engine.ts'
import type { Device } from '../link/link.ts'
import type { Sent } from '../transport/transport.ts'
import { icmpError, mayBeAnswered, type Trouble, typeAndCodeOf } from './icmp-error.ts'
import { judgedWay } from './judged-way.ts'
import type { Translator } from './translator.ts'

export interface NetworkLayerOptions {
  readonly engine: Engine
  readonly host: Host
  readonly devices: ReadonlyMap<string, Device>
  readonly judge?: LinuxRouter
  readonly translator?: Translator
  readonly reversePath: 'off' | 'loose' | 'strict'
  readonly processingMs: number
  /** Gets what is for this host, whole. */
  readonly deliver: (datagram: Datagram, device: string) => void
}

const LOOPBACK = 'lo'
/** MTU of loopback on Linux. */
const LOOPBACK_MTU = 65_536
/** Three unanswered requests, a second apart (`mcast_solicit`, `retrans_time`). */
const NEIGHBOUR_PATIENCE_MS = 3000
/** Routes are remembered by destination, up to so many. */
const MOST_REMEMBERED = 65_536

export class NetworkLayer {
  readonly #options: NetworkLayerOptions
  readonly #reassembly = new Reassembly()
  readonly #remembered = new Map<Address, Way>()
  #identification = 0

  constructor(options: NetworkLayerOptions) {
    this.#options = options
    for (const [name, device] of options.devices) {
      device.receive = datagram => {
        if (options.processingMs === 0) this.#arrive(datagram, name)
        else options.engine.carry(options.processingMs, () => this.#arrive(datagram, name))
      }
    }
  }

  /** Made here. Whatever comes of it comes later, even where it stays on the host. */
  send(datagram: Datagram, device?: string): Sent {
    const whole = this.#numbered(datagram)
    const { judge, engine } = this.#options
    if (judge === undefined) {
      const route = this.route(whole.destination, device === LOOPBACK ? undefined : device)
      return this.#leave(whole, route, device)
    }
    const way = judgedWay(judge, whole, null, engine.now())
    if (way.kind === 'out')
      return this.#leave(way.datagram, this.#routeBy(way.device, way.datagram), way.device)
    if (way.kind === 'here') {
      const on = this.#holder(way.datagram.destination) ?? LOOPBACK
      engine.carry(0, () => this.#options.deliver(way.datagram, on))
      return 'sent'
    }
    if (way.kind !== 'filtered') return 'no-route'
    if (way.answer !== undefined) engine.carry(0, () => this.#options.deliver(way.answer!, LOOPBACK))
    return 'filtered'
  }

  /** The source of what is sent there; undefined where no route leads. */
  sourceFor(destination: Address): Address | undefined {
    const route = this.route(destination)
    const family = familyOf(destination)
    if (route.kind === 'local' && route.source === undefined) return destination
    return route.source === undefined || !isWay(route)
      ? undefined
      : scalarAddress(route.source as number | bigint, family)
  }

  /** Bytes that fit onto the first link. */
  mtuTo(destination: Address): number {
    const { kind, device } = this.route(destination)
    if (kind === 'local' || device === undefined) return LOOPBACK_MTU
    return this.#mtuOf(device)
  }

  /** Where a packet made here, without marks, goes. */
  route(destination: Address, device?: string): Way {
    const known = device === undefined ? this.#remembered.get(destination) : undefined
    if (known !== undefined) return known
    const family = familyOf(destination)
    const answer = wayOf(
      destination,
      routeFor(this.#options.host, {
        family,
        destination: addressScalar(destination),
        ...(device === undefined ? {} : { outputInterface: device }),
      }),
    )
    if (device !== undefined || this.#options.host.rules !== undefined) return answer
    if (this.#remembered.size >= MOST_REMEMBERED) this.#remembered.clear()
    this.#remembered.set(destination, answer)
    return answer
  }

  #arrive(datagram: Datagram, device: string): void {
    const { judge, translator, engine, reversePath } = this.#options
    // Rules and NAT see whole packets (nf_defrag).
    const isWatched = judge !== undefined || translator !== undefined
    const whole = isWatched ? this.#reassembly.add(datagram, engine.now()) : datagram
    if (whole === undefined) return
    if (reversePath !== 'off' && !this.#comesFrom(whole, device, reversePath)) return
    if (judge !== undefined) {
      this.#judged(judge, whole, device)
      return
    }
    const arrived = translator?.arriving(whole, device) ?? { kind: 'passed', datagram: whole }
    if (arrived.kind === 'passed') this.#decide(arrived.datagram, whole, device)
    else if (arrived.answer !== undefined) this.#complain(whole, arrived.answer)
  }

  /** `about`: as it arrived, which errors quote. */
  #decide(datagram: Datagram, about: Datagram, device: string): void {
    const { destination } = datagram
    const route = this.#routeOfArrived(datagram, device)
    const { kind } = route
    if (
      kind === 'local' ||
      kind === 'broadcast' ||
      kind === 'multicast' ||
      destination === '255.255.255.255'
    ) {
      const whole = this.#reassembly.add(datagram, this.#options.engine.now())
      if (whole !== undefined) this.#options.deliver(whole, device)
      return
    }
    if (!this.#options.host.forwards[familyOf(destination)]) return
    const trouble = isWay(route) ? (datagram.hopLimit <= 1 ? 'expired' : undefined) : TROUBLES[route.kind]
    if (trouble !== undefined) this.#say(trouble, about)
    else if (isWay(route))
      this.#forward({ ...datagram, hopLimit: datagram.hopLimit - 1 }, about, device, route)
  }

  #forward(datagram: Datagram, about: Datagram, from: string, route: Way): void {
    const device = route.device!
    if (this.#isTooBig(datagram, device)) {
      this.#say('too-big', about, this.#mtuOf(device))
      return
    }
    const { translator } = this.#options
    const left = translator?.leaving(datagram, from, device) ?? { kind: 'passed', datagram }
    if (left.kind === 'passed') this.#leave(left.datagram, route)
    else if (left.answer !== undefined) this.#complain(about, left.answer)
  }

  #judged(judge: LinuxRouter, datagram: Datagram, device: string): void {
    const way = judgedWay(judge, datagram, device, this.#options.engine.now())
    if (way.kind === 'here') this.#options.deliver(way.datagram, device)
    else if (way.kind === 'out') this.#pass(way.datagram, datagram, way.device)
    else if (way.kind !== 'filtered') this.#say(way.kind, datagram)
    else if (way.reject !== undefined) this.#complain(datagram, way.reject)
    else if (way.answer !== undefined) this.send(way.answer)
  }

  #pass(datagram: Datagram, about: Datagram, device: string): void {
    if (this.#isTooBig(datagram, device)) this.#say('too-big', about, this.#mtuOf(device))
    else this.#leave(datagram, this.#routeBy(device, datagram), device)
  }

  #routeOfArrived({ destination, source }: Datagram, device: string): Way {
    if (this.#options.host.rules === undefined) return this.route(destination)
    return wayOf(
      destination,
      routeFor(this.#options.host, {
        family: familyOf(destination),
        destination: addressScalar(destination),
        source: addressScalar(source),
        inputInterface: device,
      }),
    )
  }

  #routeBy(device: string, { destination }: Datagram): Way {
    const route = this.route(destination)
    return route.device === device ? route : this.route(destination, device)
  }

  #comesFrom({ source }: Datagram, device: string, mode: 'loose' | 'strict'): boolean {
    if (scopeOf(source) === 'unspecified' || scopeOf(source) === 'link-local') return true
    const back = this.route(source)
    return isWay(back) && back.kind !== 'local' && (mode === 'loose' || back.device === device)
  }

  /** Onto the link, in pieces if it must be and may be. */
  #leave(datagram: Datagram, route: Way, device = route.device): Sent {
    const { engine } = this.#options
    const { destination } = datagram
    if (route.kind === 'local') {
      const on = device === LOOPBACK ? LOOPBACK : (this.#holder(destination) ?? LOOPBACK)
      engine.carry(0, () => this.#options.deliver(datagram, on))
      return 'sent'
    }
    const out = device === undefined ? undefined : this.#options.devices.get(device)
    const isBroadcast = route.kind === 'broadcast' || route.kind === 'multicast'
    if (out?.link === undefined || !(isWay(route) || destination === '255.255.255.255')) return 'no-route'
    if (this.#isTooBig(datagram, out.name)) {
      const error = this.#error('too-big', datagram, this.#mtuOf(out.name))
      if (error !== undefined) engine.carry(0, () => this.#options.deliver(error, LOOPBACK))
      return 'sent'
    }
    const next = isBroadcast || destination === '255.255.255.255' ? null : route.next
    const { link } = out
    const { mtu } = link.character
    // Most fit: nothing is cut, and no list is made.
    const pieces = datagramLength(datagram) <= mtu ? undefined : fragmentsOf(datagram, mtu)
    const fate =
      pieces === undefined
        ? link.send(datagram, out, next)
        : pieces.map(piece => link.send(piece, out, next)).at(-1)
    if (fate === 'no-neighbour')
      engine.carry(NEIGHBOUR_PATIENCE_MS, () => this.#say('host-unreachable', datagram))
    return 'sent'
  }

  /** The device that has an address of this host. */
  #holder(address: Address): string | undefined {
    for (const [name, { addresses }] of this.#options.devices)
      if (addresses.some(one => one.address === address)) return name
    return undefined
  }

  #mtuOf(device: string): number {
    return this.#options.devices.get(device)?.link?.character.mtu ?? LOOPBACK_MTU
  }

  #isTooBig(datagram: Datagram, device: string): boolean {
    const mayNotBeCut = datagram.dontFragment === true || familyOf(datagram.source) === 'ipv6'
    return mayNotBeCut && datagramLength(datagram) > this.#mtuOf(device)
  }

  /** Pieces are told apart by a number (RFC 6864: only packets that may be cut need one). */
  #numbered(datagram: Datagram): Datagram {
    if (datagram.dontFragment === true || datagram.identification !== undefined) return datagram
    if (datagramLength(datagram) <= this.mtuTo(datagram.destination)) return datagram
    this.#identification = (this.#identification % 0xffff) + 1
    return { ...datagram, identification: this.#identification }
  }

  #say(trouble: Trouble, about: Datagram, rest = 0): void {
    const error = this.#error(trouble, about, rest)
    if (error !== undefined) this.send(error)
  }

  #complain(about: Datagram, typeAndCode: { readonly type: number; readonly code: number }): void {
    const source = this.sourceFor(about.source)
    if (source !== undefined && mayBeAnswered(about))
      this.send(icmpError(about, typeAndCode, source, { hopLimit: this.#options.host.hopLimit ?? 64 }))
  }

  #error(trouble: Trouble, about: Datagram, rest = 0): Datagram | undefined {
    const source = this.sourceFor(about.source)
    if (source === undefined || !mayBeAnswered(about)) return undefined
    const { hopLimit = 64 } = this.#options.host
    return icmpError(about, typeAndCodeOf(trouble, about), source, { rest, hopLimit })
  }
}

/** A route, and who on the link gets the packet. */
interface Way extends RouteAnswer {
  readonly next: Address
}

const wayOf = (destination: Address, route: RouteAnswer): Way => ({
  ...route,
  next:
    route.gateway === undefined
      ? destination
      : scalarAddress(route.gateway as number | bigint, familyOf(destination)),
})

const isWay = ({ kind }: RouteAnswer): boolean =>
  kind === 'local' || kind === 'unicast' || kind === 'broadcast' || kind === 'multicast' || kind === 'anycast'

/** What is said where no way leads on; a black hole says nothing. */
const TROUBLES: Readonly<Partial<Record<RouteAnswer['kind'], Trouble>>> = {
  none: 'no-route',
  unreachable: 'host-unreachable',
  prohibit: 'prohibited',
}
