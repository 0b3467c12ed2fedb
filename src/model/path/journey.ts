/** One way that a packet's journey can go, to its end: what is left of it, of its connection and of the answer to it. */
import type { Step } from '../filter/decision.ts'
import type { EvaluateOptions } from '../filter/evaluate.ts'
import type { Packet, Surroundings } from '../filter/packet.ts'
import type { Ruleset } from '../filter/ruleset.ts'
import { type Choices, type HookResult, STATUS_BITS } from '../filter/walk/walk.ts'
import { answerPacket, attachedTo, withoutOwner } from './answer.ts'
import { trackedTuple } from './connection-tuple.ts'
import { type Connection, closed, isTaken, remembered, track } from './connections.ts'
import type { Host } from './host.ts'
import { linkAnswerGetsOut } from './link-answer.ts'
import type { Travel } from './path.ts'
import { type End, Road, type Stage } from './road.ts'
import { routingOf } from './routing.ts'

export type { Stage } from './road.ts'

export interface Journey {
  readonly end: End
  readonly result: HookResult
  readonly walk: readonly Step[]
  readonly stages: readonly Stage[]
  readonly packet: Packet
  readonly surroundings: Surroundings
  readonly connections: readonly Connection[]
  readonly answered?: boolean
  /** Another connection has the port that answers would go to: the kernel chooses another, and the packet's is not known. */
  readonly displaced: boolean
}

const STOPPED: HookResult = { kind: 'drop' }

export function journey(
  ruleset: Ruleset,
  host: Host,
  travel: Travel,
  choices: Choices,
  options: EvaluateOptions,
): Journey {
  const road = new Road(ruleset, host, travel.packet, surroundingsOf(host, travel), choices, options)
  if (travel.attached !== undefined) road.t.tracked = true
  const end = travel.from === null ? road.fromHere() : road.arriving(travel.from)
  return finish(road, travel, end)
}

function finish(road: Road, travel: Travel, end: End): Journey {
  const got = end === 'delivered' || end === 'sent'
  const { packet, surroundings } = road.t
  const { conntrack } = surroundings
  const known = conntrack && { ...conntrack, status: (conntrack.status ?? 0) | done(road) }
  const { connections = [] } = travel
  const after = road.t.tracked
    ? remembered(connections, packet, known, got || road.confirmed, travel.attached)
    : connections
  const answer = road.result.kind === 'reject' ? answerGetsOut(road, travel, after) : undefined
  const displaced =
    known?.state === 'new' &&
    (known.status & STATUS_BITS.seenReply) === 0 &&
    usesTranslation(road.ruleset, packet.family) &&
    !connections.some(one => one.original === known.original) &&
    isTaken(connections, packet, known)
  return {
    displaced,
    end,
    result: got || end === 'filtered' ? road.result : STOPPED,
    walk: road.t.steps,
    stages: road.stages,
    packet,
    surroundings,
    connections: answer?.connections ?? after,
    ...(answer === undefined ? {} : { answered: answer.out }),
  }
}

/** The answer is a packet made here, and has to pass the rules for such. */
function answerGetsOut(
  road: Road,
  travel: Travel,
  connections: readonly Connection[],
): { out: boolean; connections: readonly Connection[] } {
  const { answer } = road.result
  const { packet, surroundings, tracked } = road.t
  if (answer === undefined) return { out: false, connections }
  const by = road.result.rule?.family
  if (by === 'netdev' || by === 'bridge') return { out: linkAnswerGetsOut(road, answer, by), connections }
  const reply = answerPacket(road.host, answer, packet)
  if (reply === undefined) return { out: false, connections }
  const status = (surroundings.conntrack?.status ?? 0) | done(road)
  const own = tracked ? attachedTo(surroundings.conntrack, status) : undefined
  const tuple = trackedTuple(packet)
  const protocol = travel.attached ?? packet.protocol ?? 0
  const quoted = tuple && { protocol: packet.protocol ?? 0, tuple }
  const way = journey(
    road.ruleset,
    road.host,
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
    road.choices,
    road.options,
  )
  const out = way.end === 'sent' || way.end === 'delivered'
  const isReset = own !== undefined && answer.kind === 'tcp reset'
  return { out, connections: isReset ? closed(way.connections, own) : way.connections }
}

function done({ t }: Road): number {
  const { source, destination } = t.translated
  return (source ? STATUS_BITS.sourceDone : 0) | (destination ? STATUS_BITS.destinationDone : 0)
}

const usesTranslation = ({ tables }: Ruleset, family: Packet['family']): boolean =>
  tables.some(
    table =>
      (table.family === 'inet' || table.family === (family === 'ipv4' ? 'ip' : 'ip6')) &&
      table.chains.some(({ base }) => base?.type === 'nat'),
  )

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
    ...(host.bridges === undefined ? {} : { bridges: host.bridges }),
    routing: surroundings.routing ?? routingOf(host),
  }
}
