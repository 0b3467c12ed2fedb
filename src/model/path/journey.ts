/** One way that a packet's journey can go, stage by stage, where what isn't known is assumed. */
import { STATUS_BITS } from '../filter/conntrack-bits.ts'
import type { Step } from '../filter/decision.ts'
import type { EvaluateOptions } from '../filter/evaluate.ts'
import type { Packet, Surroundings } from '../filter/packet.ts'
import type { Hook, Ruleset } from '../filter/ruleset.ts'
import type { ElementChange } from '../filter/set-changes.ts'
import {
  type Choices,
  type HookResult,
  knownChanges,
  newTraversal,
  type Traversal,
  walkHook,
} from '../filter/walk/walk.ts'
import { answerPacket, attachedTo, withoutOwner } from './answer.ts'
import { trackedTuple } from './connection-tuple.ts'
import { type Connection, closed, isTaken, remembered, track } from './connections.ts'
import type { Host } from './host.ts'
import type { Travel } from './path.ts'
import { type RouteAnswer, routeFor, routingOf } from './routing.ts'

export type Stage =
  | {
      readonly kind: 'hook'
      readonly hook: Hook
      readonly result: HookResult['kind']
      readonly packet: Packet
    }
  | { readonly kind: 'routing'; readonly route: RouteAnswer; readonly packet: Packet }

export interface Journey {
  readonly end: 'delivered' | 'sent' | 'filtered' | 'no-route' | 'not-forwarding' | 'expired'
  readonly result: HookResult
  readonly walk: readonly Step[]
  readonly stages: readonly Stage[]
  readonly packet: Packet
  readonly surroundings: Surroundings
  readonly connections: readonly Connection[]
  readonly setChanges: readonly ElementChange[]
  readonly answered?: boolean
  /** Another connection has the port that answers would go to: the kernel chooses another, and the packet's is not known. */
  readonly displaced: boolean
}

const LOOPBACK = 'lo'
/** `IPS_CONFIRMED` */
const CONFIRMED = 8
const PASSED: HookResult = { kind: 'accept' }
const STOPPED: HookResult = { kind: 'drop' }

export function journey(
  ruleset: Ruleset,
  host: Host,
  travel: Travel,
  choices: Choices,
  options: EvaluateOptions,
): Journey {
  const road = new Road(ruleset, host, travel, choices, options)
  const end = travel.from === null ? road.fromHere() : road.arriving(travel.from)
  return road.finish(end)
}

class Road {
  readonly #host: Host
  readonly #travel: Travel
  readonly #t: Traversal
  readonly #stages: Stage[] = []
  readonly #ruleset: Ruleset
  readonly #choices: Choices
  readonly #options: EvaluateOptions
  #result: HookResult = PASSED
  #confirmed = false

  constructor(ruleset: Ruleset, host: Host, travel: Travel, choices: Choices, options: EvaluateOptions) {
    this.#ruleset = ruleset
    this.#choices = choices
    this.#options = options
    this.#host = host
    this.#travel = travel
    const hook = travel.from === null ? 'output' : 'prerouting'
    this.#t = newTraversal(ruleset, hook, travel.packet, surroundingsOf(host, travel), choices, options)
    if (travel.attached !== undefined) this.#t.tracked = true
    const { connections, quoted } = travel
    if (connections !== undefined && travel.surroundings?.conntrack === undefined)
      this.#t.retrack = (packet, zone) => track(connections, packet, quoted, zone).conntrack
  }

  arriving(device: string): Journey['end'] {
    if (!this.#pass('ingress') || !this.#pass('prerouting')) return 'filtered'
    const route = this.#route(device)
    switch (route.kind) {
      case 'local':
      case 'broadcast':
      case 'anycast':
      case 'multicast':
        return this.#pass('input') ? 'delivered' : 'filtered'
      case 'unicast':
        return this.#forward(route)
      default:
        return 'no-route'
    }
  }

  fromHere(): Journey['end'] {
    let route = this.#route()
    if (!isWay(route)) return 'no-route'
    if (!this.#pass('output')) return 'filtered'
    if (this.#t.reroutes) route = this.#route()
    if (!isWay(route)) return 'no-route'
    if (!this.#pass('postrouting') || !this.#pass('egress')) return 'filtered'
    // The connection is confirmed now, whatever becomes of the packet on its way back in.
    this.#confirmed = true
    if (route.kind !== 'local') return 'sent'
    return this.#backOnLoopback()
  }

  #forward({ device }: RouteAnswer): Journey['end'] {
    const { family } = this.#t.packet
    if (!this.#host.forwards[family]) return 'not-forwarding'
    const key = family === 'ipv4' ? 'ip ttl' : 'ip6 hoplimit'
    const left = this.#t.packet.fields?.get(key)
    if (typeof left === 'number') {
      if (left <= 1) return 'expired'
      const fields = new Map(this.#t.packet.fields).set(key, left - 1)
      this.#t.packet = { ...this.#t.packet, fields }
    }
    if (device === undefined) return 'no-route'
    const passed = this.#pass('forward') && this.#pass('postrouting') && this.#pass('egress')
    return passed ? 'sent' : 'filtered'
  }

  /** What was sent by loopback comes in by it, with the connection that it has already. */
  #backOnLoopback(): Journey['end'] {
    const { conntrack } = this.#t.surroundings
    const confirmed =
      conntrack?.status === undefined
        ? {}
        : { conntrack: { ...conntrack, status: conntrack.status | CONFIRMED } }
    this.#t.surroundings = { ...this.#t.surroundings, inputInterface: LOOPBACK, ...confirmed }
    this.#t.tracked = true
    return this.#pass('ingress') && this.#pass('prerouting') && this.#pass('input') ? 'delivered' : 'filtered'
  }

  #pass(hook: Hook): boolean {
    this.#t.hook = hook
    const result = walkHook(this.#t)
    this.#stages.push({ kind: 'hook', hook, result: result.kind, packet: this.#t.packet })
    if (result.kind !== 'accept' || result.rule !== undefined || this.#result.rule === undefined) {
      if (result.kind !== 'accept' || result.rule !== undefined || result.policy !== undefined)
        this.#result = result
    }
    return result.kind === 'accept'
  }

  #route(inputInterface?: string): RouteAnswer {
    const { family, destination, source } = this.#t.packet
    const { mark } = this.#t.surroundings
    const route: RouteAnswer =
      destination === undefined
        ? { kind: 'none' }
        : routeFor(this.#host, {
            family,
            destination,
            ...(source === undefined ? {} : { source }),
            ...(mark === undefined ? {} : { mark }),
            ...(inputInterface === undefined ? {} : { inputInterface }),
          })
    this.#stages.push({ kind: 'routing', route, packet: this.#t.packet })
    const out = route.kind === 'local' ? LOOPBACK : (route.device ?? null)
    this.#t.surroundings = { ...this.#t.surroundings, outputInterface: out }
    return route
  }

  finish(end: Journey['end']): Journey {
    const got = end === 'delivered' || end === 'sent'
    const { packet, surroundings } = this.#t
    const { conntrack } = surroundings
    const known = conntrack && { ...conntrack, status: (conntrack.status ?? 0) | this.#done() }
    const { connections = [] } = this.#travel
    const after = this.#t.tracked
      ? remembered(connections, packet, known, got || this.#confirmed, this.#travel.attached)
      : connections
    const answer = this.#result.kind === 'reject' ? this.#answerGetsOut(after) : undefined
    const displaced =
      known?.state === 'new' &&
      (known.status & STATUS_BITS.seenReply) === 0 &&
      usesTranslation(this.#ruleset, packet.family) &&
      !connections.some(one => one.original === known.original) &&
      isTaken(connections, packet, known)
    return {
      displaced,
      end,
      result: got || end === 'filtered' ? this.#result : STOPPED,
      walk: this.#t.steps,
      stages: this.#stages,
      packet,
      surroundings,
      connections: answer?.connections ?? after,
      setChanges: [...knownChanges(this.#t), ...(answer?.setChanges ?? [])],
      ...(answer === undefined ? {} : { answered: answer.out }),
    }
  }

  /** The answer is a packet made here, and has to pass the rules for such. */
  #answerGetsOut(
    connections: readonly Connection[],
  ): Pick<Journey, 'connections' | 'setChanges'> & { out: boolean } {
    const { answer } = this.#result
    const { packet, surroundings, tracked } = this.#t
    if (answer === undefined) return { out: false, connections, setChanges: [] }
    const reply = answerPacket(this.#host, answer, packet)
    if (reply === undefined) return { out: false, connections, setChanges: [] }
    const status = (surroundings.conntrack?.status ?? 0) | this.#done()
    const own = tracked ? attachedTo(surroundings.conntrack, status) : undefined
    const tuple = trackedTuple(packet)
    const protocol = this.#travel.attached ?? packet.protocol ?? 0
    const quoted = tuple && { protocol: packet.protocol ?? 0, tuple }
    const way = journey(
      this.#ruleset,
      this.#host,
      {
        packet: reply,
        from: null,
        surroundings: {
          mark: 0,
          facts: withoutOwner(surroundings.facts),
          conntrack: own ?? track(connections, reply, quoted).conntrack,
        },
        ...(own === undefined ? {} : { attached: protocol }),
        connections,
      },
      this.#choices,
      this.#options,
    )
    const out = way.end === 'sent' || way.end === 'delivered'
    const isReset = own !== undefined && answer.kind === 'tcp reset'
    const { setChanges } = way
    return { out, connections: isReset ? closed(way.connections, own) : way.connections, setChanges }
  }

  #done(): number {
    const { source, destination } = this.#t.translated
    return (source ? STATUS_BITS.sourceDone : 0) | (destination ? STATUS_BITS.destinationDone : 0)
  }
}

const usesTranslation = ({ tables }: Ruleset, family: Packet['family']): boolean =>
  tables.some(
    table =>
      (table.family === 'inet' || table.family === (family === 'ipv4' ? 'ip' : 'ip6')) &&
      table.chains.some(({ base }) => base?.type === 'nat'),
  )

const isWay = ({ kind }: RouteAnswer): boolean =>
  kind === 'local' || kind === 'unicast' || kind === 'broadcast' || kind === 'multicast' || kind === 'anycast'

function surroundingsOf(
  host: Host,
  { packet, from, surroundings = {}, connections, quoted }: Travel,
): Surroundings {
  const conntrack =
    surroundings.conntrack ??
    (connections === undefined ? undefined : track(connections, packet, quoted).conntrack)
  return {
    ...surroundings,
    inputInterface: from,
    ...(conntrack === undefined ? {} : { conntrack }),
    ...(surroundings.interfaces !== undefined || host.interfaces === undefined
      ? {}
      : { interfaces: host.interfaces }),
    routing: surroundings.routing ?? routingOf(host),
  }
}
