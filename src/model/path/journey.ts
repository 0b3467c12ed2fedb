/** One way that a packet's journey can go, to its end: what is left of it, of its connection and of the answer to it. */
import { STATUS_BITS } from '../filter/conntrack-bits.ts'
import type { Step } from '../filter/decision.ts'
import type { EvaluateOptions } from '../filter/evaluate.ts'
import type { Conntrack, Packet, Surroundings } from '../filter/packet.ts'
import type { Ruleset } from '../filter/ruleset.ts'
import type { ElementChange } from '../filter/set-changes.ts'
import {
  type Answered,
  type Choices,
  type HookResult,
  knownChanges,
  usesConntrack,
} from '../filter/walk/walk.ts'
import { answerPacket, attachedTo, withoutOwner } from './answer.ts'
import { trackedTuple } from './connection-tuple.ts'
import { type Connection, closed, isTaken, type Quoted, remembered, track } from './connections.ts'
import type { Host } from './host.ts'
import { linkAnswerGetsOut } from './link-answer.ts'
import { RememberedPacket } from './linux-memory.ts'
import type { Travel } from './path.ts'
import { Road } from './road.ts'
import type { End, Stage } from './stage.ts'
import { surroundingsOf, usesTranslation } from './surroundings-of.ts'

export interface Journey {
  readonly end: End
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
  readonly quoted?: Quoted
}

const STOPPED: HookResult = { kind: 'drop' }

export function journey(
  ruleset: Ruleset,
  host: Host,
  travel: Travel,
  choices: Choices,
  options: EvaluateOptions,
  answers?: Answered,
): Journey {
  const { memory, packet, connections, quoted, attached } = travel
  const remembers = memory !== undefined && usesConntrack(ruleset, packet.family) && attached === undefined
  const known = remembers ? new RememberedPacket(memory, packet, quoted) : undefined
  const surroundings = surroundingsOf(host, travel, known?.conntrack)
  const road = new Road(ruleset, host, packet, surroundings, choices, options, known, answers)
  if (attached !== undefined) road.t.tracked = true
  if (connections !== undefined && travel.surroundings?.conntrack === undefined)
    road.t.retrack = (packet, zone) => track(connections, packet, quoted, zone).conntrack
  const end = travel.from === null ? road.fromHere() : road.arriving(travel.from)
  return finish(road, travel, end)
}

function finish(road: Road, travel: Travel, end: End): Journey {
  const got = end === 'delivered' || end === 'sent'
  const { packet, surroundings } = road.t
  const known = road.conntrack()
  if (road.isTracked()) road.known?.keep(known)
  const { connections = [], memory } = travel
  const after =
    road.t.tracked && memory === undefined
      ? remembered(connections, packet, known, got || road.confirmed, travel.attached)
      : connections
  const answer = road.result.kind === 'reject' ? answerGetsOut(road, travel, after) : undefined
  const quoted = got ? quotedAfter(road, travel, known) : undefined
  const displaced =
    memory === undefined &&
    known?.state === 'new' &&
    ((known.status ?? 0) & STATUS_BITS.seenReply) === 0 &&
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
    setChanges: knownChanges(road.t),
    ...(quoted === undefined ? {} : { quoted }),
    ...(answer === undefined ? {} : { answered: answer.out }),
  }
}

/** What an error quotes went the other way: it looks as packets of that direction do before they are translated. */
function quotedAfter(road: Road, { quoted }: Travel, conntrack: Conntrack | undefined): Quoted | undefined {
  const tuple = conntrack?.direction === 'original' ? conntrack.reply : conntrack?.original
  if (quoted === undefined || conntrack?.state !== 'related' || tuple === undefined) return quoted
  return usesTranslation(road.ruleset, road.t.packet.family) ? { ...quoted, tuple } : quoted
}

/** The answer is a packet made here, and has to pass the rules for such. */
function answerGetsOut(
  road: Road,
  travel: Travel,
  connections: readonly Connection[],
): Pick<Journey, 'connections'> & { readonly out: boolean } {
  const { answer } = road.result
  // Of a zone that came too late the answer has the template (nf_conntrack_attach).
  const { packet, surroundings, tracked, routed, template } = road.t
  if (answer === undefined) return { out: false, connections }
  const by = road.result.rule?.family
  if (by === 'netdev' || by === 'bridge') return { out: linkAnswerGetsOut(road, answer, by), connections }
  const reply = answerPacket(road.host, answer, packet, { routed })
  if (reply === undefined) return { out: false, connections }
  const status = road.conntrack()?.status ?? 0
  const own = tracked ? attachedTo(surroundings.conntrack, status) : undefined
  if (answer.kind === 'tcp reset' && road.lentBy !== undefined)
    return {
      out: linkAnswerGetsOut(road, answer, 'netdev', road.lentBy),
      connections: own === undefined ? connections : closed(connections, own),
    }
  const tuple = trackedTuple(packet)
  const protocol = travel.attached ?? packet.protocol ?? 0
  const { memory } = travel
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
        ...(own === undefined && memory !== undefined
          ? {}
          : { conntrack: own ?? track(connections, reply, quoted, template).conntrack }),
      },
      ...(quoted === undefined ? {} : { quoted }),
      ...(memory === undefined ? {} : { memory }),
      ...(own === undefined ? {} : { attached: protocol }),
      connections,
    },
    road.choices,
    road.options,
    { setChanges: road.t.setChanges, marked: own !== undefined || template !== undefined || road.t.exempt },
  )
  const out = way.end === 'sent' || way.end === 'delivered'
  const isReset = own !== undefined && answer.kind === 'tcp reset'
  if (isReset) road.known?.close()
  return {
    out,
    connections: isReset ? closed(way.connections, own) : way.connections,
  }
}
