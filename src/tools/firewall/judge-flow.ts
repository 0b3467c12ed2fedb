/**
 * What a filter says of one packet: on the machine itself its whole way, by addresses and routes; in a file of rules the way
 * that the question names; at one hook, only what stands there.
 */
import type { Endpoint } from '../../model/endpoint.ts'
import { scalarAddress } from '../../model/filter/address-scalar.ts'
import type { Decision, Unknown } from '../../model/filter/decision.ts'
import { decideAtHook } from '../../model/filter/evaluate.ts'
import type { Packet, Surroundings } from '../../model/filter/packet.ts'
import type { Hook, Ruleset } from '../../model/filter/ruleset.ts'
import { decideOnWay, type Way } from '../../model/path/assumed-way.ts'
import type { Host } from '../../model/path/host.ts'
import { type Arrival, pathOf } from '../../model/path/path.ts'
import { routeFor } from '../../model/path/routing.ts'
import type { Port } from '../../model/port.ts'
import type { Decider } from '../../os/os.ts'
import type { FlowQuestion } from './flow-question.ts'

export interface Judged {
  readonly ruleset: Ruleset
  /** Absent of a file: then nobody knows addresses and routes. */
  readonly host?: Host
  /** What decides outside of these rules. */
  readonly outside?: readonly Decider[]
}

export interface FlowAnswer {
  readonly question: FlowQuestion
  readonly decision: Decision
  /** Delivered here, passed on, made here; or one hook. */
  readonly way: Way | 'hook'
  /** Why it doesn't get there although no rule is against it. */
  readonly end?: Exclude<Arrival, 'delivered' | 'sent' | 'filtered'>
  /** The ends as they are afterwards, where a rule translated one. */
  readonly translated?: { readonly source: Endpoint; readonly destination: Endpoint }
}

export function judgeFlow(judged: Judged, question: FlowQuestion, hook?: Hook): FlowAnswer {
  const answer =
    hook !== undefined
      ? atHook(judged, question, hook)
      : judged.host !== undefined
        ? onMachine(judged, judged.host, question)
        : onPaper(judged, question)
  return { ...answer, decision: withDeciders(answer.decision, judged.outside ?? [], answer.way) }
}

function atHook({ ruleset }: Judged, question: FlowQuestion, hook: Hook): FlowAnswer {
  const { decision, packet } = decideAtHook(ruleset, hook, question.packet, surroundingsOf(question))
  return { question, decision, way: 'hook', ...translation(question, packet) }
}

function onPaper({ ruleset }: Judged, question: FlowQuestion): FlowAnswer {
  const { inputInterface, outputInterface } = question
  const asked: Way = outputInterface === undefined ? 'in' : inputInterface === undefined ? 'out' : 'through'
  const { decision, packet, way } = decideOnWay(ruleset, asked, question.packet, surroundingsOf(question))
  return { question, decision, way, ...translation(question, packet) }
}

function onMachine({ ruleset }: Judged, host: Host, question: FlowQuestion): FlowAnswer {
  const from = entryOf(host, question)
  const { decision, end, packet } = pathOf(ruleset, host, {
    packet: question.packet,
    from,
    surroundings: surroundingsOf(question),
  })
  const way: Way = from === null ? 'out' : isOwn(host, packet) ? 'in' : 'through'
  const stuck = end === 'delivered' || end === 'sent' || end === 'filtered' ? {} : { end }
  return { question, decision, way, ...stuck, ...translation(question, packet) }
}

/** The interface that was named; else none for what is made here, and the one towards the sender for the rest. */
export function entryOf(host: Host, { inputInterface, packet }: FlowQuestion): string | null {
  if (inputInterface !== undefined) return inputInterface
  const { family, source } = packet
  if (host.addresses.some(one => one.family === family && one.address === source)) return null
  const { device } = routeFor(host, { family, destination: source! })
  return device ?? null
}

const isOwn = (host: Host, { family, destination }: Packet): boolean =>
  destination !== undefined && routeFor(host, { family, destination }).kind === 'local'

function surroundingsOf(question: FlowQuestion): Surroundings {
  const { state, direction, inputInterface, outputInterface, mark } = question
  return {
    mark: mark ?? 0,
    conntrack: { state, direction, ...(state === 'new' ? { status: 0, mark: 0 } : {}) },
    ...(inputInterface === undefined ? {} : { inputInterface }),
    ...(outputInterface === undefined ? {} : { outputInterface }),
  }
}

function translation(
  { packet: before, source, destination }: FlowQuestion,
  after: Packet,
): Partial<FlowAnswer> {
  const changed =
    before.source !== after.source ||
    before.destination !== after.destination ||
    before.sourcePort !== after.sourcePort ||
    before.destinationPort !== after.destinationPort
  if (!changed || after.source === undefined || after.destination === undefined) return {}
  const end = (scalar: Packet['source'], port: number | undefined, was: Endpoint): Endpoint => ({
    address: scalarAddress(scalar as number | bigint, after.family),
    port: (port ?? was.port) as Port,
  })
  return {
    translated: {
      source: end(after.source, after.sourcePort, source),
      destination: end(after.destination, after.destinationPort, destination),
    },
  }
}

/** An accept is only these rules' accept where something else may drop the packet. */
export function withDeciders(
  decision: Decision,
  deciders: readonly Decider[],
  way: FlowAnswer['way'],
): Decision {
  if (decision.kind !== 'accept' || way === 'hook') return decision
  const concerned = deciders.filter(({ direction }) =>
    way === 'through' || direction === undefined ? true : (direction === 'ingress') === (way === 'in'),
  )
  if (concerned.length === 0) return decision
  const unknown = concerned.map(
    ({ kind, place, says }): Unknown => ({
      expression: `${WORDS[kind]} at ${place} lets it through (${says})`,
      unsupported: false,
      ifTrue: 'accept',
      ifFalse: 'drop',
    }),
  )
  return { ...decision, kind: 'depends', unknown }
}

const WORDS: Readonly<Record<Decider['kind'], string>> = {
  xdp: 'an XDP program',
  tc: 'a traffic control filter',
  cgroup: 'a program of a control group',
  systemd: 'systemd’s address list',
}
