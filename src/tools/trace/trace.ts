/**
 * A packet's way through a machine, stage by stage: what each did to it, by which rule, and how it looks afterwards, to the socket
 * and the process that get it, or the neighbour that it is sent to.
 *
 * Answers from rules, routes, tracked connections, sockets and neighbours as they are now, without sending anything. Doesn't answer
 * for what the wire does, nor for what stands outside of the rules: where such a thing is found, an accept depends on it.
 * Follows ip_rcv, ip_route_input_slow, ip_local_deliver, ip_forward and ip_output of Linux.
 */
import type { Decision } from '../../model/filter/decision.ts'
import type { EvaluateOptions } from '../../model/filter/evaluate.ts'
import type { Packet, Surroundings } from '../../model/filter/packet.ts'
import type { Scalar } from '../../model/filter/pattern.ts'
import { type Arrival, pathOf } from '../../model/path/path.ts'
import type { ReversePathAnswer } from '../../model/path/reverse-path.ts'
import { type StageName, stagesOf, type WayStage, type WhatStageDid } from '../../model/path/stages.ts'
import type { NeighbourState } from '../../model/route.ts'
import type { OS } from '../../os/os.ts'
import { entryOf, type FlowQuestion, heedDeciders, type Judged } from '../firewall/firewall.ts'
import type { ServiceNames } from '../sockets/sockets.ts'
import { nextOnLink } from './next-on-link.ts'
import { type Receiver, receiverOf } from './receiver.ts'
import { checkReversePath } from './reverse-path-check.ts'
import { connectionsNear } from './tracked-as-known.ts'

export { STAGE_NAMES, type StageName } from '../../model/path/stages.ts'
export type { Receiver } from './receiver.ts'

export interface TraceStage extends Omit<WayStage, 'did'> {
  readonly stage: StageName
  readonly did:
    | WhatStageDid
    | { readonly kind: 'checked'; readonly answer: ReversePathAnswer; readonly mode: 0 | 1 | 2 }
    | { readonly kind: 'received'; readonly receiver: Receiver }
    | {
        readonly kind: 'sent'
        readonly device: string
        /** Whom the frame goes to, where the link has addresses and it is known whom. */
        readonly to?: string
        /** Null: the link's address isn't known yet. Absent: nobody is asked on that link. */
        readonly neighbour?: { readonly state: NeighbourState; readonly hardware?: string } | null
      }
}

export interface Trace {
  readonly question: FlowQuestion
  /** The device that it comes in by; null of what is made here. */
  readonly from: string | null
  readonly stages: readonly TraceStage[]
  readonly decision: Decision
  /** `reverse-path`: it may not come from where it says. */
  readonly end: Arrival | 'reverse-path'
  /** As it is at its end. */
  readonly packet: Packet
  readonly receiver?: Receiver
  /** Whether tracked connections could be read; without them it is judged as what it says it is. */
  readonly tracked: boolean
}

export interface TraceOptions {
  readonly services?: ServiceNames
  readonly signal?: AbortSignal
  /** What is known of the packet beside its bytes, by nft's words: `meta skuid`. */
  readonly facts?: ReadonlyMap<string, Scalar>
  /** How what the rules leave open is taken: limits, queues, chains of one priority. */
  readonly evaluate?: EvaluateOptions
}

/** `judged` with the host that it has: rules alone have no way. Throws a TypeError without. */
export async function traceFlow(
  os: OS,
  judged: Judged,
  question: FlowQuestion,
  { services = () => null, signal, facts, evaluate = {} }: TraceOptions = {},
): Promise<Trace> {
  const { host, ruleset } = judged
  if (host === undefined) throw new TypeError('a way needs a host')
  const from = entryOf(host, question)
  const [tracked, routing] = await Promise.all([connectionsNear(os, question, signal), os.routes()])
  const tables = routing.known ? routing.value : { interfaces: [] }
  const asKnown = tracked.known && !question.saysState
  const { mark = 0, state, direction } = question
  const surroundings: Surroundings = { mark, ...(facts === undefined ? {} : { facts }) }
  const conntrack = { state, direction, ...(state === 'new' ? { status: 0, mark: 0 } : {}) }
  const path = pathOf(
    ruleset,
    host,
    {
      packet: question.packet,
      from,
      ...(asKnown
        ? { surroundings, connections: tracked.value }
        : { surroundings: { ...surroundings, conntrack } }),
    },
    evaluate,
  )
  const way = stagesOf(ruleset, question.packet, path)
  const before = { question, from, packet: path.packet, tracked: tracked.known }
  const checked = from === null ? null : await checkReversePath(os, host, way, from, mark)
  if (checked !== null && checked.stage.did.answer !== 'passed')
    return {
      ...before,
      stages: [...way.slice(0, checked.at), checked.stage],
      decision: { kind: 'drop', walk: path.decision.walk, unknown: [] },
      end: 'reverse-path',
      packet: checked.stage.packet,
    }
  const stages: TraceStage[] =
    checked === null ? [...way] : way.toSpliced(checked.at, 0, checked.stage as never)
  const { family, protocol } = question.packet
  const decision = heedDeciders(path.decision, judged.outside ?? [], {
    way: from === null ? 'out' : path.end === 'delivered' ? 'in' : 'through',
    family,
    local: from === null && path.end === 'delivered',
    ...(protocol === undefined ? {} : { protocol }),
  })
  const { packet, end } = path
  if (end === 'delivered') {
    const device = path.surroundings.inputInterface ?? 'lo'
    const receiver = await receiverOf(os, packet, device, tables.interfaces, services, signal)
    stages.push({ stage: 'socket', did: { kind: 'received', receiver }, packet })
    return { ...before, stages, decision, end, receiver }
  }
  if (end === 'sent') {
    const did = nextOnLink(way, tables, packet, path.surroundings.outputInterface)
    if (did !== null) stages.push({ stage: 'neighbour', did, packet })
  }
  return { ...before, stages, decision, end }
}
