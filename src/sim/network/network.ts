/**
 * A simulated network: hosts, routers, NAT boxes and the links between them, on one clock and one source of chance.
 *
 *     const network = createNetwork({ seed: 1 })
 *     const a = network.host('a', { addresses: ['192.0.2.1/24'] })
 *     const b = network.host('b', { addresses: ['192.0.2.2/24'] })
 *     network.link(a, b, { delayMs: 20 })
 *     await a.ping('192.0.2.2')
 *
 * The same seed and the same calls give the same packets at the same times, byte for byte.
 */
import type { Address } from '../../model/address.ts'
import { addressScalar } from '../../model/filter/address-scalar.ts'
import { type NatBehaviour, NatBox } from '../../model/nat/nat-box.ts'
import { NAT_PROFILES, type NatProfileName } from '../../model/nat/profiles.ts'
import { Engine } from '../engine/engine.ts'
import { type HostOptions, natTranslator, readAddress, refused, type SimHost } from '../host/host.ts'
import { Link, type LinkOptions } from '../link/link.ts'
import { type Capture, type CaptureClock, captureHost, captureLinks } from './capture.ts'
import { chooseDevices, type LinkEnd } from './choose-devices.ts'
import { type Problem, problemsOf } from './problems.ts'

export type { Capture, CapturedDatagram } from './capture.ts'
export { type NetworkView, networkView } from './network-view.ts'
export type { Problem } from './problems.ts'

export interface NetworkOptions {
  /** What chance is made of: a number or a text. The same seed, the same run. 1. */
  readonly seed?: number | string
  /**
   * `by-itself`: simulated time goes on by itself, as fast as it can. `by-hand`: only in `advance`, `run` and `settled`.
   * `by-itself`.
   */
  readonly clock?: 'by-hand' | 'by-itself'
  /**
   * By itself, while no packet is on its way: simulated milliseconds for each real one at most. Programs that are busy with other
   * things aren't timed out at once. `Infinity` leaps. 1000.
   */
  readonly speed?: number
  /** Milliseconds since 1970 when simulated time begins: 2026-01-02 03:04:05 UTC. */
  readonly startAt?: number
}

export interface NatBoxDescription extends Omit<HostOptions, 'addresses' | 'forward' | 'nft'> {
  /** Device, address and prefix length of the inside, `192.168.1.1/24`; without a device, `lan0`. */
  readonly inside: string | readonly string[]
  /** Of the outside: what is translated to are these addresses. Without a device, `wan0`. */
  readonly outside: string | readonly string[]
}

/** A host, its name, or `name:device`. */
export type Joint<Host extends SimHost> = Host | string

export class Network<Host extends SimHost = SimHost> {
  readonly engine: Engine
  readonly startAt: number
  readonly #hosts = new Map<string, Host>()
  readonly #links: Link[] = []
  readonly #boxes = new Map<string, NatBox>()
  /** Of NAT boxes, the device that is their outside. */
  readonly #outsides = new Map<string, string>()
  readonly #make: HostMaker<Host>

  constructor(make: HostMaker<Host>, options: NetworkOptions = {}) {
    const { seed = 1, clock = 'by-itself', speed = 1000, startAt = START } = options
    if (!(speed > 0)) throw refused(`the speed ${speed} is not over 0`)
    this.#make = make
    this.startAt = startAt
    this.engine = new Engine({ seed, clock, speed })
  }

  get hosts(): ReadonlyMap<string, Host> {
    return this.#hosts
  }

  get links(): readonly Link[] {
    return this.#links
  }

  /** A host. Throws `E_SIM_NETWORK` for what can't be, `E_RULES_SYNTAX` for its rules. */
  host(name: string, options: HostOptions = {}): Host {
    return this.#add(name, options)
  }

  /** A host that passes on what is for others. */
  router(name: string, options: HostOptions = {}): Host {
    return this.#add(name, { forward: true, ...options })
  }

  /** A router that translates what leaves by its outside, as a profile or a behaviour of one's own says. */
  natBox(name: string, profile: NatProfileName | NatBehaviour, description: NatBoxDescription): Host {
    const { inside, outside, ...options } = description
    const behaviour = typeof profile === 'string' ? profileOf(profile) : profile
    const inner = texts(inside).map(text => readAddress(text, 'lan0'))
    const outer = texts(outside).map(text => readAddress(text, 'wan0'))
    const device = outer[0]?.device
    if (device === undefined || outer.some(one => one.device !== device))
      throw refused(`NAT ${name}: its outside is one device, with an address at least`)
    if (inner.some(one => one.device === device))
      throw refused(`NAT ${name}: ${device} can't be inside and outside`)
    const external = outer.map(({ address }) => address).filter(one => !one.includes(':'))
    if (external.length === 0) throw refused(`NAT ${name}: its outside has no IPv4 address to translate to`)
    const addresses = [...inner, ...outer].map(one => `${one.device} ${one.address}/${one.prefixLength}`)
    const box = new NatBox(behaviour, {
      external: external.map(one => addressScalar(one) as number),
      random: this.engine.random,
    })
    const host = this.#add(name, { ...options, addresses, forward: true }, made =>
      natTranslator({
        box,
        outside: device,
        external: new Set<Address>(external),
        now: () => this.engine.now(),
        isOwn: datagram => made.waitsFor?.(datagram) === true,
      }),
    )
    this.#boxes.set(name, box)
    this.#outsides.set(name, device)
    return host
  }

  /** The NATs of the NAT boxes, by name. */
  get natBoxes(): ReadonlyMap<string, NatBox> {
    return this.#boxes
  }

  /** The NAT of a NAT box: what it has mapped. */
  natOf(host: Joint<Host>): NatBox {
    const name = typeof host === 'string' ? host : host.name
    const found = this.#boxes.get(name)
    if (found === undefined) throw refused(`${name} is no NAT box`)
    return found
  }

  /** The device that is the outside of a NAT box; undefined of what is none. */
  outsideOf(name: string): string | undefined {
    return this.#outsides.get(name)
  }

  /** Joins two hosts. Which of their devices is found by their networks, unless it is said: `gate:eth1`. */
  link(a: Joint<Host>, b: Joint<Host>, options: LinkOptions = {}): Link {
    return this.lan([a, b], options)
  }

  /** Joins as many as there are, as a switch does. */
  lan(ends: readonly Joint<Host>[], options: LinkOptions = {}): Link {
    if (ends.length < 2) throw refused('a link has two ends at least')
    const link = new Link(this.engine, chooseDevices(ends.map(end => this.#endOf(end))), options)
    this.#links.push(link)
    return link
  }

  /** What is wrong with it as a whole: nothing, for a network that can work. */
  problems(): readonly Problem[] {
    return problemsOf([...this.#hosts.values()], ({ name }) => this.#boxes.has(name))
  }

  /** Of a link, a host, or all links. */
  capture(of?: Link | Host): Capture {
    const clock: CaptureClock = { now: () => this.engine.now(), startAt: this.startAt }
    if (of === undefined) return captureLinks(clock, this.#links)
    return of instanceof Link ? captureLinks(clock, [of]) : captureHost(clock, of)
  }

  /** Simulated milliseconds since the beginning. */
  now(): number {
    return this.engine.now()
  }

  /** Lets so many milliseconds pass, and everything in them happen; programs have their turn at each moment. */
  advance(ms: number): Promise<void> {
    if (!(ms >= 0)) throw refused(`time goes on, and not by ${ms} ms`)
    return this.engine.advance(ms)
  }

  /** Until nothing is to come any more, or so many simulated milliseconds have passed. An hour. */
  run(atMostMs = 3_600_000): Promise<void> {
    return this.engine.run(atMostMs)
  }

  /** Until no packet is on its way. Timers that come later are left. */
  settled(): Promise<void> {
    return this.engine.settled()
  }

  /** Nothing happens any more. */
  close(): void {
    this.engine.close()
  }

  #add(name: string, options: HostOptions, translator?: Parameters<HostMaker<Host>>[0]['translator']): Host {
    if (!/^[\w.-]+$/.test(name))
      throw refused(`"${name}" is no name for a host: use letters, digits, "-", "_" and "."`)
    if (this.#hosts.has(name)) throw refused(`there are two hosts called ${name}`)
    const host = this.#make({
      name,
      options,
      engine: this.engine,
      startAt: this.startAt,
      ...(translator && { translator }),
    })
    this.#hosts.set(name, host)
    return host
  }

  #endOf(end: Joint<Host>): LinkEnd {
    if (typeof end !== 'string') return { host: end }
    const [name = '', device] = end.split(':')
    const host = this.#hosts.get(name)
    if (host === undefined) throw refused(`there is no host ${name}`)
    return { host, ...(device === undefined ? {} : { device }) }
  }
}

export type HostMaker<Host extends SimHost> = (description: {
  readonly name: string
  readonly options: HostOptions
  readonly engine: Engine
  readonly startAt: number
  readonly translator?: ConstructorParameters<typeof SimHost>[3]
}) => Host

/** 2026-01-02 03:04:05 UTC. */
const START = Date.UTC(2026, 0, 2, 3, 4, 5)

const texts = (of: string | readonly string[]): readonly string[] => (typeof of === 'string' ? [of] : of)

function profileOf(name: string): NatBehaviour {
  if (Object.hasOwn(NAT_PROFILES, name)) return NAT_PROFILES[name as NatProfileName]
  throw refused(`"${name}" is no NAT profile: there are ${Object.keys(NAT_PROFILES).join(', ')}`)
}
