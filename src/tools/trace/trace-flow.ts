/**
 * A packet's way through one machine, stage by stage, from rules, routes, tracked connections, sockets and neighbours as they are now.
 */
import type { Decision } from '../../model/filter/decision.ts'
import type { EvaluateOptions } from '../../model/filter/evaluate.ts'
import type { Packet, Surroundings } from '../../model/filter/packet.ts'
import type { Scalar } from '../../model/filter/pattern.ts'
import type { ForeseenMapping, WhyDropped } from '../../model/nat/nat-box.ts'
import type { Connection } from '../../model/path/connections.ts'
import { type Arrival, pathOf } from '../../model/path/path.ts'
import type { ReversePathAnswer } from '../../model/path/reverse-path.ts'
import { type StageName, stagesOf, type WayStage, type WhatStageDid } from '../../model/path/stages.ts'
import type { NeighbourState } from '../../model/route.ts'
import type { OS } from '../../os/os.ts'
import { entryOf, type FlowQuestion, heedDeciders, type Judged } from '../firewall/live.ts'
import type { ServiceNames } from '../sockets/sockets.ts'
import { nextOnLink } from './next-on-link.ts'
import { type Receiver, receiverOf } from './receiver.ts'
import { checkReversePath, loopbackLeavesAt } from './reverse-path-check.ts'
import { connectionsNear } from './tracked-as-known.ts'
import { withoutGuesses } from './without-guesses.ts'

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
        /** In a network: whose device it arrives at; null where nobody on the link has the address. */
        readonly arrives?: { readonly host: string; readonly device: string } | null
      }
    /** By a NAT box. */
    | { readonly kind: 'mapped'; readonly mapping: ForeseenMapping; readonly turns: boolean }
    | { readonly kind: 'unmapped'; readonly why: WhyDropped }
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
  /** Those that there are afterwards, as far as they have to do with it. */
  readonly connections: readonly Connection[]
  /** Whether tracked connections could be read; without them it is judged as what it says it is. */
  readonly tracked: boolean
}

export interface TraceOptions {
  readonly services?: ServiceNames
  readonly signal?: AbortSignal
  /** What is known of the packet beside its bytes, by nft's words: `meta skuid`. */
  readonly facts?: ReadonlyMap<string, Scalar>
  /** Connections that packets foreseen before would have made. */
  readonly connections?: readonly Connection[]
  /** Not to be held against it that it comes from an own address: a NAT has just put that there. */
  readonly anySource?: boolean
  /** How what the rules leave open is taken: limits, queues, chains of one priority. */
  readonly evaluate?: EvaluateOptions
}

/** `judged` with the host that it has: rules alone have no way. Throws a TypeError without. */
export async function traceFlow(
  os: OS,
  judged: Judged,
  question: FlowQuestion,
  {
    services = () => null,
    signal,
    facts,
    evaluate = {},
    connections: made = [],
    anySource = false,
  }: TraceOptions = {},
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
        ? { surroundings, connections: [...made, ...tracked.value] }
        : { surroundings: { ...surroundings, conntrack } }),
    },
    evaluate,
  )
  const { way, packet, connections } = withoutGuesses(
    stagesOf(ruleset, question.packet, path),
    path,
    question,
  )
  const before = { question, from, packet, connections, tracked: tracked.known }
  const checked = from === null || anySource ? null : await checkReversePath(os, host, way, from, mark)
  if (checked !== null && checked.stage.did.answer !== 'passed')
    return {
      ...before,
      stages: [...way.slice(0, checked.at), checked.stage],
      decision: { kind: 'drop', walk: path.decision.walk, unknown: [] },
      end: 'reverse-path',
      packet: checked.stage.packet,
    }
  const leaves = from === null ? await loopbackLeavesAt(os, way) : null
  if (leaves !== null)
    return {
      ...before,
      stages: [
        ...way.slice(0, leaves),
        { stage: 'routing', did: { kind: 'routed', route: { kind: 'none' } }, packet: way[leaves]!.packet },
      ],
      decision: { kind: 'drop', walk: path.decision.walk, unknown: [] },
      end: 'no-route',
      packet: way[leaves]!.packet,
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
  const { end } = path
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
