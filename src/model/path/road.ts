/**
 * The stretches of a packet's way through a host, one after the other: hooks, routing, bridges on either side. What isn't known is
 * assumed, one way for each walk.
 */

import { STATUS_BITS } from '../filter/conntrack-bits.ts'
import type { EvaluateOptions } from '../filter/evaluate.ts'
import type { Conntrack, Packet, Surroundings } from '../filter/packet.ts'
import type { Hook, Ruleset } from '../filter/ruleset.ts'
import {
  type Answered,
  type BindQuestion,
  type Choices,
  type HookResult,
  type Inserted,
  newTraversal,
  type PlacePassed,
  type Traversal,
  walkHook,
} from '../filter/walk/walk.ts'
import type { Bridge } from './bridge.ts'
import { outByBridge, throughBridge } from './bridge-way.ts'
import { addressedTo, arrivedBy, framed, isForMany, isForOthers } from './frame-facts.ts'
import { nextHopAddress } from './frame-target.ts'
import type { Host } from './host.ts'
import type { RememberedPacket } from './linux-memory.ts'
import { looksAtFrames } from './looks-at-frames.ts'
import type { Passing } from './passing.ts'
import { isWay, type RouteAnswer, routeFor } from './routing.ts'
import type { End, Stage } from './stage.ts'

const LOOPBACK = 'lo'
/** `IPS_CONFIRMED` */
const CONFIRMED = 8
/** `NF_RECURSION_LIMIT` */
const MOST_HANDS = 2
const YES = [{ low: 1, after: 2 }]
const BOOLEAN = [{ low: 0, after: 2 }]

export class Road implements Passing {
  readonly host: Host
  readonly t: Traversal
  readonly wantedOut: string | undefined
  readonly ruleset: Ruleset
  readonly choices: Choices
  readonly options: EvaluateOptions
  readonly stages: Stage[] = []
  result: HookResult = { kind: 'accept' }
  confirmed = false
  /** Undefined where the host doesn't remember connections, or nothing asks it to. */
  known: RememberedPacket | undefined
  /** The port by which a packet came that its bridge lent to IP's chains. */
  lentBy: string | undefined
  /** A rule has handed it to that device; null where it isn't known which. */
  #handedTo: string | null | undefined

  constructor(
    ruleset: Ruleset,
    host: Host,
    packet: Packet,
    surroundings: Surroundings,
    choices: Choices,
    options: EvaluateOptions,
    known?: RememberedPacket,
    answers?: Answered,
  ) {
    this.known = known
    this.ruleset = ruleset
    this.choices = choices
    this.options = options
    this.host = host
    const hook = surroundings.inputInterface === null ? 'output' : 'prerouting'
    const binding =
      known === undefined ? options : { ...options, bind: (asked: BindQuestion) => this.known!.bind(asked) }
    this.t = newTraversal(ruleset, hook, packet, surroundings, choices, binding, answers)
    this.t.routeAgain = () => (this.wayOf().kind === 'local' ? 'here' : 'elsewhere')
    this.wantedOut = surroundings.outputInterface ?? undefined
  }

  arriving(device: string): End {
    const inside = this.host.bridges?.get(device)
    if (inside !== undefined && this.#minds(inside)) {
      // What comes in by a bridge has come in by a port of it.
      const port = this.choosePort(device, inside.ports, 'it came in by')
      if (port !== undefined) return this.#byPort(port, device, inside, true)
    }
    const name = this.host.interfaces?.get(device)?.bridge
    const bridge = name === undefined ? undefined : this.host.bridges?.get(name)
    if (name !== undefined && bridge !== undefined) return this.#byPort(device, name, bridge, false)
    this.t.surroundings = arrivedBy(this.host, device, this.t.packet, this.t.surroundings)
    return this.#byDevice(device, false)
  }

  #byPort(port: string, name: string, bridge: Bridge, up: boolean): End {
    this.t.surroundings = arrivedBy(this.host, port, this.t.packet, this.t.surroundings)
    if (!this.pass('ingress')) return this.stopped()
    this.t.surroundings = addressedTo(this.host, name, this.t.packet, this.t.surroundings)
    const { end, seen } = throughBridge(this, name, bridge, port, up)
    if (end === 'up') {
      this.t.surroundings = { ...this.t.surroundings, inputInterface: name }
      return this.#byDevice(name, seen)
    }
    return end === 'filtered' ? this.stopped() : end
  }

  /** `seen`: IP's prerouting has looked at it already. */
  #byDevice(device: string, seen: boolean): End {
    if (!this.pass('ingress')) return this.stopped()
    if (isForOthers(this.t.surroundings, this.t.packet)) return 'not-addressed'
    if (!seen && !this.pass('prerouting')) return this.stopped()
    const route = this.#route(device)
    switch (route.kind) {
      case 'local':
      case 'broadcast':
      case 'anycast':
      case 'multicast':
        return this.pass('input') && this.#confirm() ? 'delivered' : 'filtered'
      case 'unicast':
        return this.#forward(route)
      default:
        return 'no-route'
    }
  }

  fromHere(): End {
    let route = this.#route()
    if (!isWay(route)) return 'no-route'
    if (!this.pass('output')) return 'filtered'
    if (this.t.reroutes) route = this.#route()
    if (!isWay(route)) return 'no-route'
    if (!this.pass('postrouting') || !this.#confirm()) return 'filtered'
    // The connection is confirmed now, whatever becomes of the packet on its way back in.
    this.confirmed = true
    if (!this.#leaves(route)) return this.stopped()
    if (route.kind !== 'local') return 'sent'
    return this.#backOnLoopback()
  }

  #forward(route: RouteAnswer): End {
    const { family } = this.t.packet
    const { inputInterface } = this.t.surroundings
    const own = family === 'ipv4' ? this.host.forwardsFrom?.get(inputInterface ?? '') : undefined
    if (!(own ?? this.host.forwards[family])) return 'not-forwarding'
    if (isForMany(this.t.surroundings)) return 'not-addressed'
    const key = family === 'ipv4' ? 'ip ttl' : 'ip6 hoplimit'
    const left = this.t.packet.fields?.get(key)
    if (typeof left === 'number') {
      if (left <= 1) return 'expired'
      const fields = new Map(this.t.packet.fields).set(key, left - 1)
      this.t.packet = { ...this.t.packet, fields }
    }
    if (route.device === undefined) return 'no-route'
    if (!this.pass('forward') || !this.pass('postrouting') || !this.#confirm()) return 'filtered'
    return this.#leaves(route) ? 'sent' : this.stopped()
  }

  /** By the device, and by a port where that is a bridge. Its frame is a new one. */
  #leaves({ kind, device: out, gateway }: RouteAnswer): boolean {
    const device = kind === 'local' ? LOOPBACK : out
    const to = device === undefined ? undefined : nextHopAddress(this, device, gateway)
    if (device !== undefined) this.t.packet = framed(this.host, device, this.t.packet, to)
    if (!this.pass('egress')) return false
    const bridge = device === undefined ? undefined : this.host.bridges?.get(device)
    if (device === undefined || bridge === undefined) return true
    return outByBridge(this, device, bridge, to)
  }

  /** What was sent by loopback comes in by it, with the connection that it has already. */
  #backOnLoopback(): End {
    const { conntrack } = this.t.surroundings
    const confirmed =
      conntrack?.status === undefined
        ? {}
        : { conntrack: { ...conntrack, status: conntrack.status | CONFIRMED } }
    this.t.surroundings = { ...this.t.surroundings, inputInterface: LOOPBACK, ...confirmed }
    this.t.tracked = !this.#looksAgain()
    return this.pass('ingress') && this.pass('prerouting') && this.pass('input')
      ? 'delivered'
      : this.stopped()
  }

  /** What had no connection on its way out is looked at once more on its way in, in the zone that came too late. */
  #looksAgain(): boolean {
    const { conntrack } = this.t.surroundings
    const isLost = conntrack?.state === 'invalid' || this.t.template !== undefined
    if (isLost && this.t.retrack !== undefined) {
      this.confirmed = false
      this.t.sought = { ...this.t.packet }
      return true
    }
    if (this.known === undefined || conntrack?.state !== 'invalid') return this.t.template !== undefined
    this.known = this.known.again(this.t.packet)
    this.t.surroundings = { ...this.t.surroundings, conntrack: this.known.conntrack }
    return true
  }

  /** Handed to another device it leaves by that, through the chains there. */
  stopped(): End {
    for (let times = 0; this.#handedTo !== undefined; times++) {
      const device = this.#handedTo
      this.#handedTo = undefined
      this.t.layer = 'ip'
      // Handed round and round, it is lost.
      if (times > MOST_HANDS) {
        this.result = { ...this.result, kind: 'drop' }
        return 'filtered'
      }
      if (device === null) return 'sent'
      this.leaveBy(device)
      if (!this.host.interfaces?.has(device)) return 'sent'
      if (this.pass('egress')) return 'sent'
    }
    return 'filtered'
  }

  pass(hook: Hook, inserted?: Inserted): boolean {
    this.t.hook = hook
    const passed: PlacePassed[] = []
    const result = walkHook(this.t, inserted, passed)
    const { packet, surroundings } = this.t
    this.stages.push({ kind: 'hook', hook, result: result.kind, passed, surroundings, packet })
    if (result.kind !== 'accept' || result.rule !== undefined || this.result.rule === undefined) {
      if (result.kind !== 'accept' || result.rule !== undefined || result.policy !== undefined)
        this.result = result
    }
    this.#handedTo = result.handedTo
    const isTracking = this.t.layer === 'ip' && (hook === 'prerouting' || hook === 'output')
    if (isTracking && this.isTracked() && this.known?.see() === false) return this.#lose()
    return result.kind === 'accept' && result.handedTo === undefined
  }

  isTracked(): boolean {
    return this.t.tracked && !this.t.exempt
  }

  /** Its connection as rules have left it. */
  conntrack(): Conntrack | undefined {
    const { conntrack } = this.t.surroundings
    const { source, destination } = this.t.translated
    const done = (source ? STATUS_BITS.sourceDone : 0) | (destination ? STATUS_BITS.destinationDone : 0)
    return conntrack && { ...conntrack, status: (conntrack.status ?? 0) | done }
  }

  /** Connection tracking loses it, without a rule's doing. */
  #lose(): boolean {
    this.result = { kind: 'drop' }
    return false
  }

  /** At the end of its way in or out the connection is put in the table, unless another one has its place. */
  #confirm(): boolean {
    const { known } = this
    if (known === undefined || !this.isTracked()) return true
    if (known.hasMoved(this.t.surroundings.outputInterface)) return this.#lose()
    return known.confirm(this.conntrack()) || this.#lose()
  }

  /** Whether chains stand where its frames pass, that ask which port it is. */
  #minds = ({ ports }: Bridge): boolean => ports.length > 0 && looksAtFrames(this.ruleset, ports)

  suppose = (what: string): boolean =>
    this.choices.ask({ key: what, text: what, unsupported: false, region: YES, domain: BOOLEAN })

  choosePort(bridge: string, ports: readonly string[], says = `it leaves ${bridge} by`): string | undefined {
    const [first] = ports
    if (first === undefined || !looksAtFrames(this.ruleset, ports)) return first
    return ports.find((one, i) => i === ports.length - 1 || this.suppose(`${says} ${one}`))
  }

  leaveBy(device: string | null): void {
    this.t.surroundings = { ...this.t.surroundings, outputInterface: device }
  }

  wayOf(inputInterface?: string): RouteAnswer {
    const { family, destination, source } = this.t.packet
    const { mark } = this.t.surroundings
    if (destination === undefined) return { kind: 'none' }
    return routeFor(this.host, {
      family,
      destination,
      ...(source === undefined ? {} : { source }),
      ...(mark === undefined ? {} : { mark }),
      ...(inputInterface === undefined ? {} : { inputInterface }),
    })
  }

  #route(inputInterface?: string): RouteAnswer {
    const route = this.wayOf(inputInterface)
    this.stages.push({ kind: 'routing', route, packet: this.t.packet })
    this.t.routed = route.kind === 'local' ? 'here' : 'elsewhere'
    this.leaveBy(route.kind === 'local' ? LOOPBACK : (route.device ?? null))
    return route
  }
}
