/** One way that a packet's journey can go, stage by stage, where what isn't known is assumed. */
import type { Step } from '../filter/decision.ts'
import type { EvaluateOptions } from '../filter/evaluate.ts'
import type { Conntrack, Packet, Surroundings } from '../filter/packet.ts'
import type { Hook, Ruleset } from '../filter/ruleset.ts'
import {
  type Choices,
  type HookResult,
  newTraversal,
  STATUS_BITS,
  type Traversal,
  usesConntrack,
  walkHook,
} from '../filter/walk/walk.ts'
import { answerPacket, attachedTo, withoutOwner } from './answer.ts'
import { trackedTuple } from './connection-tuple.ts'
import { type Connection, closed, isTaken, type Quoted, remembered, track } from './connections.ts'
import type { Host } from './host.ts'
import { RememberedPacket } from './linux-memory.ts'
import type { Travel } from './path.ts'
import { isWay, type RouteAnswer, routeFor } from './routing.ts'
import type { Stage } from './stage.ts'
import { surroundingsOf, usesTranslation } from './surroundings-of.ts'

export interface Journey {
  readonly end: 'delivered' | 'sent' | 'filtered' | 'no-route' | 'not-forwarding' | 'expired'
  readonly result: HookResult
  readonly walk: readonly Step[]
  readonly stages: readonly Stage[]
  readonly packet: Packet
  readonly surroundings: Surroundings
  readonly connections: readonly Connection[]
  readonly answered?: boolean
  /** Another connection has the port that answers would go to: the kernel chooses another, and the packet's is not known. */
  readonly displaced: boolean
  readonly quoted?: Quoted
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
  /** Undefined where the host doesn't remember, or nothing asks it to. */
  #known: RememberedPacket | undefined

  constructor(ruleset: Ruleset, host: Host, travel: Travel, choices: Choices, options: EvaluateOptions) {
    this.#ruleset = ruleset
    this.#choices = choices
    this.#options = options
    this.#host = host
    this.#travel = travel
    const hook = travel.from === null ? 'output' : 'prerouting'
    const { memory, packet, quoted, attached } = travel
    if (memory !== undefined && usesConntrack(ruleset, packet.family) && attached === undefined)
      this.#known = new RememberedPacket(memory, packet, quoted)
    this.#t = newTraversal(
      ruleset,
      hook,
      packet,
      surroundingsOf(host, travel, this.#known?.conntrack),
      choices,
      this.#known === undefined ? options : { ...options, bind: question => this.#known!.bind(question) },
    )
    if (attached !== undefined) this.#t.tracked = true
  }

  arriving(device: string): Journey['end'] {
    if (!this.#pass('ingress') || !this.#pass('prerouting')) return 'filtered'
    const route = this.#route(device)
    switch (route.kind) {
      case 'local':
      case 'broadcast':
      case 'anycast':
      case 'multicast':
        return this.#pass('input') && this.#confirm() ? 'delivered' : 'filtered'
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
    if (!this.#pass('postrouting') || !this.#confirm() || !this.#pass('egress')) return 'filtered'
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
    const passed =
      this.#pass('forward') && this.#pass('postrouting') && this.#confirm() && this.#pass('egress')
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
    this.#t.tracked = !this.#looksAgain()
    return this.#pass('ingress') && this.#pass('prerouting') && this.#pass('input') ? 'delivered' : 'filtered'
  }

  /** What had no connection on its way out is looked at once more on its way in. */
  #looksAgain(): boolean {
    const { memory, quoted } = this.#travel
    const { conntrack } = this.#t.surroundings
    if (memory === undefined || this.#known === undefined || conntrack?.state !== 'invalid') return false
    this.#known = new RememberedPacket(memory, this.#t.packet, quoted)
    this.#t.surroundings = { ...this.#t.surroundings, conntrack: this.#known.conntrack }
    return true
  }

  #pass(hook: Hook): boolean {
    this.#t.hook = hook
    const result = walkHook(this.#t)
    this.#stages.push({ kind: 'hook', hook, result: result.kind, packet: this.#t.packet })
    if (result.kind !== 'accept' || result.rule !== undefined || this.#result.rule === undefined) {
      if (result.kind !== 'accept' || result.rule !== undefined || result.policy !== undefined)
        this.#result = result
    }
    if ((hook === 'prerouting' || hook === 'output') && this.#isTracked() && this.#known?.see() === false)
      return this.#lose()
    return result.kind === 'accept'
  }

  #isTracked(): boolean {
    return this.#t.tracked && !this.#t.exempt
  }

  /** Connection tracking loses it, without a rule's doing. */
  #lose(): boolean {
    this.#result = STOPPED
    return false
  }

  /** At the end of its way in or out the connection is put in the table, unless another one has its place. */
  #confirm(): boolean {
    const { surroundings } = this.#t
    if (this.#known === undefined || !this.#isTracked()) return true
    if (this.#known.hasMoved(surroundings.outputInterface)) return this.#lose()
    return this.#known.confirm(this.#conntrack()) || this.#lose()
  }

  #conntrack(): Conntrack | undefined {
    const { conntrack } = this.#t.surroundings
    return conntrack && { ...conntrack, status: (conntrack.status ?? 0) | this.#done() }
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
    const known = this.#conntrack()
    if (this.#isTracked()) this.#known?.keep(known)
    const { connections = [], memory } = this.#travel
    const after =
      this.#t.tracked && memory === undefined
        ? remembered(connections, packet, known, got || this.#confirmed, this.#travel.attached)
        : connections
    const answer = this.#result.kind === 'reject' ? this.#answerGetsOut(after) : undefined
    const quoted = got ? this.#quoted(known) : undefined
    const displaced =
      memory === undefined &&
      known?.state === 'new' &&
      ((known.status ?? 0) & STATUS_BITS.seenReply) === 0 &&
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
      ...(quoted === undefined ? {} : { quoted }),
      ...(answer === undefined ? {} : { answered: answer.out }),
    }
  }

  /** What an error quotes went the other way: it looks as packets of that direction do before they are translated. */
  #quoted(conntrack: Conntrack | undefined): Quoted | undefined {
    const { quoted } = this.#travel
    const tuple = conntrack?.direction === 'original' ? conntrack.reply : conntrack?.original
    if (quoted === undefined || conntrack?.state !== 'related' || tuple === undefined) return quoted
    return usesTranslation(this.#ruleset, this.#t.packet.family) ? { ...quoted, tuple } : quoted
  }

  /** The answer is a packet made here, and has to pass the rules for such. */
  #answerGetsOut(connections: readonly Connection[]): { out: boolean; connections: readonly Connection[] } {
    const { answer } = this.#result
    const { packet, surroundings, tracked } = this.#t
    if (answer === undefined) return { out: false, connections }
    const reply = answerPacket(this.#host, answer, packet)
    if (reply === undefined) return { out: false, connections }
    const status = (surroundings.conntrack?.status ?? 0) | this.#done()
    const own = tracked ? attachedTo(surroundings.conntrack, status) : undefined
    const tuple = trackedTuple(packet)
    const protocol = this.#travel.attached ?? packet.protocol ?? 0
    const { memory } = this.#travel
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
          ...(own === undefined && memory !== undefined
            ? {}
            : { conntrack: own ?? track(connections, reply, quoted).conntrack }),
        },
        ...(quoted === undefined ? {} : { quoted }),
        ...(memory === undefined ? {} : { memory }),
        ...(own === undefined ? {} : { attached: protocol }),
        connections,
      },
      this.#choices,
      this.#options,
    )
    const out = way.end === 'sent' || way.end === 'delivered'
    const isReset = own !== undefined && answer.kind === 'tcp reset'
    if (isReset) this.#known?.close()
    return { out, connections: isReset ? closed(way.connections, own) : way.connections }
  }

  #done(): number {
    const { source, destination } = this.#t.translated
    return (source ? STATUS_BITS.sourceDone : 0) | (destination ? STATUS_BITS.destinationDone : 0)
  }
}
