/**
 * IP of one simulated host: what arrives is delivered, passed on or refused, what is made here leaves, by addresses, routes and
 * rules (ip_rcv, ip_forward, ip_local_deliver, ip_output and their twins for IPv6).
 *
 * Left out: limits on the rate of ICMP errors, redirects, source routes, multicast beyond the link.
 */
import { type Address, familyOf } from '../../model/address.ts'
import type { Host } from '../../model/path/host.ts'
import type { LinuxRouter } from '../../model/path/linux-router.ts'
import type { RouteAnswer } from '../../model/path/routing.ts'
import type { Datagram } from '../../wire/ip/datagram.ts'
import { datagramLength, fragmentsOf, Reassembly } from '../../wire/ip/ip.ts'
import type { Engine } from '../engine/engine.ts'
import type { Device } from '../link/link.ts'
import type { Sent } from '../transport/transport.ts'
import { icmpError, mayBeAnswered, type Trouble, typeAndCodeOf } from './icmp-error.ts'
import { judgedWay } from './judged-way.ts'
import { Neighbours } from './neighbours.ts'
import { type CountedOfIp, Tally } from './tally.ts'
import type { Translator } from './translator.ts'
import { isWay, type Way, Ways } from './ways.ts'

export interface NetworkLayerOptions {
  readonly engine: Engine
  readonly host: Host
  readonly devices: ReadonlyMap<string, Device>
  readonly judge?: LinuxRouter
  readonly translator?: Translator
  readonly reversePath: 'off' | 'loose' | 'strict'
  readonly processingMs: number
  /** Hardware addresses of neighbours that were set by hand, by `device address`. */
  readonly fixedNeighbours: ReadonlyMap<string, string>
  /** Gets what is for this host, whole. */
  readonly deliver: (datagram: Datagram, device: string) => void
}

const LOOPBACK = 'lo'
/** RFC 919: everybody on the link. */
const LIMITED_BROADCAST = '255.255.255.255'

/** What is said where no way leads on; a black hole says nothing. */
const TROUBLES: Readonly<Partial<Record<RouteAnswer['kind'], Trouble>>> = {
  none: 'no-route',
  unreachable: 'host-unreachable',
  prohibit: 'prohibited',
}

export class NetworkLayer {
  readonly ways: Ways
  readonly neighbours: Neighbours
  readonly tally = new Tally()
  /** See each packet that stays on the host. */
  readonly keptWatchers = new Set<(datagram: Datagram) => void>()
  readonly #options: NetworkLayerOptions
  readonly #reassembly = new Reassembly()
  #identification = 0

  constructor(options: NetworkLayerOptions) {
    this.#options = options
    this.neighbours = new Neighbours({
      engine: options.engine,
      fixed: options.fixedNeighbours,
      giveUp: datagram => this.#say('host-unreachable', datagram),
    })
    this.ways = new Ways(options.host, options.devices, this.neighbours)
    for (const [name, device] of options.devices) {
      const late = { arrived: (datagram: Datagram) => this.#arrive(datagram, name) }
      device.receive =
        options.processingMs === 0
          ? late.arrived
          : datagram => options.engine.carry(options.processingMs, late, datagram)
    }
  }

  /** Made here. Whatever comes of it comes later, even where it stays on the host. */
  send(datagram: Datagram, device?: string): Sent {
    const whole = this.#numbered(datagram)
    const { judge, engine } = this.#options
    if (judge === undefined) {
      const way = this.ways.to(whole.destination, device === LOOPBACK ? undefined : device)
      return this.#leave(whole, way, device)
    }
    const way = judgedWay(judge, whole, null, engine.now())
    switch (way.kind) {
      case 'out':
        return this.#leave(way.datagram, this.ways.by(way.device, way.datagram.destination), way.device)
      case 'here':
        this.#keep(way.datagram, this.ways.holderOf(way.datagram.destination) ?? LOOPBACK)
        return 'sent'
      case 'filtered':
        // What the host's own rules reject is told to its own socket (nf_send_unreach, nf_send_reset), and no frame leaves.
        if (way.reject !== undefined) this.#complain(whole, way.reject)
        else if (way.answer !== undefined) this.#keep(way.answer, LOOPBACK)
        if (whole.payload.kind === 'udp') this.#count('discarded', whole)
        return 'filtered'
      default:
        this.#count('noRouteOut', whole)
        return 'no-route'
    }
  }

  #arrive(datagram: Datagram, device: string): void {
    const { judge, translator, engine, reversePath } = this.#options
    // Rules and NAT see whole packets (nf_defrag).
    const isWatched = judge !== undefined || translator !== undefined
    const whole = isWatched ? this.#reassembly.add(datagram, engine.now()) : datagram
    if (whole === undefined) return
    if (reversePath !== 'off' && !this.ways.comesBy(whole, device, reversePath)) {
      this.#count('received', whole)
      this.#count('reversePath', whole)
      return
    }
    if (judge !== undefined) {
      this.#judged(judge, whole, device)
      return
    }
    this.#count('received', whole)
    const arrived = translator?.arriving(whole, device) ?? { kind: 'passed', datagram: whole }
    if (arrived.kind === 'passed') this.#decide(arrived.datagram, whole, device)
    else if (arrived.answer !== undefined) this.#complain(whole, arrived.answer)
  }

  /** `about`: as it arrived, which errors quote. */
  #decide(datagram: Datagram, about: Datagram, device: string): void {
    const { destination } = datagram
    const way = this.ways.onward(datagram, device)
    const { kind } = way
    if (
      kind === 'local' ||
      kind === 'broadcast' ||
      kind === 'multicast' ||
      destination === LIMITED_BROADCAST
    ) {
      const whole = this.#reassembly.add(datagram, this.#options.engine.now())
      if (whole !== undefined) this.#options.deliver(whole, device)
      return
    }
    if (!this.#options.host.forwards[familyOf(destination)]) {
      this.#count('notOurs', about)
      return
    }
    if (!isWay(way)) this.#nowhere(kind, about)
    else if (datagram.hopLimit <= 1) this.#expired(about)
    else this.#forward({ ...datagram, hopLimit: datagram.hopLimit - 1 }, about, device, way)
  }

  #forward(datagram: Datagram, about: Datagram, from: string, way: Way): void {
    if (this.#tooBigFor(this.ways.deviceOf(way), datagram, about)) return
    const { translator } = this.#options
    const left = translator?.leaving(datagram, from, way.device!) ?? { kind: 'passed', datagram }
    this.#count('forwarded', about)
    if (left.kind === 'passed') this.#leave(left.datagram, way)
    else if (left.answer !== undefined) this.#complain(about, left.answer)
  }

  #judged(judge: LinuxRouter, datagram: Datagram, device: string): void {
    const way = judgedWay(judge, datagram, device, this.#options.engine.now())
    if (way.kind !== 'filtered' || way.atIngress !== true) this.#count('received', datagram)
    if (way.kind === 'here') this.#options.deliver(way.datagram, device)
    else if (way.kind === 'out') {
      const on = this.ways.by(way.device, way.datagram.destination)
      if (!this.#tooBigFor(this.#options.devices.get(way.device), way.datagram, datagram)) {
        this.#count('forwarded', datagram)
        this.#leave(way.datagram, on, way.device)
      }
    } else if (way.kind === 'expired') this.#expired(datagram)
    else if (way.kind === 'not-forwarding') this.#count('notOurs', datagram)
    else if (way.kind === 'no-route') this.#nowhere(way.route, datagram)
    else if (way.reject !== undefined) this.#complain(datagram, way.reject)
    else if (way.answer !== undefined) this.send(way.answer)
  }

  /** No way leads on; a black hole says nothing, and of IPv4 only the lack of a route is counted (ip_error, ip6_pkt_drop). */
  #nowhere(kind: RouteAnswer['kind'], about: Datagram): void {
    const trouble = TROUBLES[kind]
    if (trouble === undefined) return
    if (trouble === 'no-route' || familyOf(about.source) === 'ipv6') this.#count('noRouteOnward', about)
    this.#say(trouble, about)
  }

  #expired(about: Datagram): void {
    this.#count('expired', about)
    this.#count('toldExpired', about)
    this.#say('expired', about)
  }

  #count(what: CountedOfIp, { source }: Datagram): void {
    this.tally.ip(what, familyOf(source))
  }

  /** Onto the link, in pieces if it must be and may be. */
  #leave(datagram: Datagram, way: Way, device = way.device): Sent {
    const { engine, devices } = this.#options
    const { destination } = datagram
    if (way.kind === 'local') {
      this.#keep(datagram, device === LOOPBACK ? LOOPBACK : (this.ways.holderOf(destination) ?? LOOPBACK))
      return 'sent'
    }
    const isUsual = device === way.device
    const out = isUsual ? this.ways.deviceOf(way) : devices.get(device ?? '')
    const link = out?.link
    const isLimited = destination === LIMITED_BROADCAST
    if (link === undefined || !(isWay(way) || isLimited)) {
      this.#count('noRouteOut', datagram)
      return 'no-route'
    }
    const mtu = out!.mtu!
    if (isTooBig(datagram, mtu)) {
      const error = this.#error('too-big', datagram, mtu)
      if (error !== undefined) this.#keep(error, LOOPBACK)
      return 'sent'
    }
    const isForAll = isLimited || way.kind === 'broadcast' || way.kind === 'multicast'
    const sought = isForAll ? null : this.ways.neighbourOf(way, out!)
    if (sought !== null) sought.usedAt = engine.now()
    const to = sought === null ? null : sought.holder
    // Most fit: nothing is cut, and no list is made.
    const pieces = datagramLength(datagram) <= mtu ? undefined : fragmentsOf(datagram, mtu)
    const fate =
      pieces === undefined
        ? link.send(datagram, out!, to)
        : pieces.map(piece => link.send(piece, out!, to)).at(-1)
    if (fate === 'no-neighbour') this.neighbours.wait(sought!, datagram)
    return 'sent'
  }

  /** It stays here, and arrives at this instant, after what is queued already. */
  #keep(datagram: Datagram, device: string): void {
    for (const watch of this.keptWatchers) watch(datagram)
    this.#count('received', datagram)
    this.#options.engine.carry(0, { arrived: one => this.#options.deliver(one, device) }, datagram)
  }

  /** Pieces are told apart by a number (RFC 6864: only packets that may be cut need one). */
  #numbered(datagram: Datagram): Datagram {
    if (datagram.dontFragment === true || datagram.identification !== undefined) return datagram
    if (datagramLength(datagram) <= this.ways.mtuTo(datagram.destination)) return datagram
    this.#identification = (this.#identification % 0xffff) + 1
    return { ...datagram, identification: this.#identification }
  }

  /** Whether it was refused for its size, and its sender told. */
  #tooBigFor(device: Device | undefined, datagram: Datagram, about: Datagram): boolean {
    const mtu = device?.mtu
    if (mtu === undefined || !isTooBig(datagram, mtu)) return false
    this.#count('tooBig', about)
    this.#count('tooBigToPass', about)
    this.#say('too-big', about, mtu)
    return true
  }

  #say(trouble: Trouble, about: Datagram, rest = 0): void {
    const error = this.#error(trouble, about, rest)
    if (error !== undefined) this.send(error)
  }

  #complain(about: Datagram, typeAndCode: { readonly type: number; readonly code: number }, rest = 0): void {
    const error = this.#errorOf(typeAndCode, about, rest)
    if (error !== undefined) this.send(error)
  }

  #error(trouble: Trouble, about: Datagram, rest: number): Datagram | undefined {
    return this.#errorOf(typeAndCodeOf(trouble, about), about, rest)
  }

  #errorOf(
    of: { readonly type: number; readonly code: number },
    about: Datagram,
    rest: number,
  ): Datagram | undefined {
    const source: Address | undefined = this.ways.sourceFor(about.source)
    if (source === undefined || !mayBeAnswered(about)) return undefined
    return icmpError(about, of, source, { rest, hopLimit: this.#options.host.hopLimit ?? 64 })
  }
}

/** Whether it doesn't fit and may not be cut. */
function isTooBig(datagram: Datagram, mtu: number): boolean {
  const mayNotBeCut = datagram.dontFragment === true || familyOf(datagram.source) === 'ipv6'
  return mayNotBeCut && datagramLength(datagram) > mtu
}
