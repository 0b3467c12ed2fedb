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
import { heedDeciders } from './concerned-deciders.ts'
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
  /** From this machine and for itself: it stays on loopback. */
  readonly local?: boolean
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
  const { way, decision, local = false } = answer
  if (way === 'hook') return answer
  const { family, protocol } = question.packet
  const packet = { way, family, local, ...(protocol === undefined ? {} : { protocol }) }
  return { ...answer, decision: heedDeciders(decision, judged.outside ?? [], packet) }
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
  if (from !== null && isGroup(question.packet)) return toGroup(ruleset, question, from)
  const { decision, end, packet } = pathOf(ruleset, host, {
    packet: question.packet,
    from,
    surroundings: surroundingsOf(question),
  })
  // What is for this machine leaves it only where a rule hands it to another device.
  const way: Way = from === null ? 'out' : isOwn(host, packet) && end !== 'sent' ? 'in' : 'through'
  const inside = from === null || from === LOOPBACK
  const local = inside && isOwn(host, question.packet) ? { local: true } : {}
  const stuck = end === 'delivered' || end === 'sent' || end === 'filtered' ? {} : { end }
  return { question, decision, way, ...local, ...stuck, ...translation(question, packet) }
}

/** 224.0.0.0/4, RFC 5771. Of IPv6 the table of local routes tells. */
const isGroup = ({ family, destination }: Packet): boolean =>
  family === 'ipv4' && Number(destination) >= 0xe0000000 && Number(destination) < 0xf0000000

/** What is for a group of IPv4 is delivered where the host joined it on that device, and else dropped (`ip_check_mc_rcu`). */
function toGroup(ruleset: Ruleset, question: FlowQuestion, from: string): FlowAnswer {
  const around = { ...surroundingsOf(question), inputInterface: from }
  const { decision, packet, way } = decideOnWay(ruleset, 'in', question.packet, around)
  const expression = `this host has joined ${question.destination.address} at ${from}`
  const joined: Unknown = { expression, unsupported: false, ifTrue: 'accept', ifFalse: 'drop' }
  const told: Decision =
    decision.kind === 'accept' || decision.kind === 'depends'
      ? { ...decision, kind: 'depends', unknown: [...decision.unknown, joined] }
      : decision
  return { question, decision: told, way, ...translation(question, packet) }
}

/** The interface that was named; else none for what is made here, and the one towards the sender for the rest. */
export function entryOf(host: Host, { inputInterface, packet }: FlowQuestion): string | null {
  if (inputInterface !== undefined) return inputInterface
  const { family, source } = packet
  if (host.addresses.some(one => one.family === family && one.address === source)) return null
  const { device } = routeFor(host, { family, destination: source! })
  return device ?? null
}

const LOOPBACK = 'lo'

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
