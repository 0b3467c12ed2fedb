/**
 * A packet's whole way through a host: the hooks that it meets for what comes in, is passed on, goes out, or stays on
 * loopback; connection tracking, translation and the routing decisions between them.
 *
 * It answers whether the packet gets through and what decides, and how the packet looks after each stage. Whether anybody
 * listens, neighbours and what the wire does are not its business.
 *
 * Follows ip_rcv, ip_forward, ip_local_deliver, __ip_local_out and ip_output of Linux, and their twins for IPv6.
 */
import type { Decision } from '../filter/decision.ts'
import { type EvaluateOptions, MOST_WAYS } from '../filter/evaluate.ts'
import { joinLeaves } from '../filter/join-leaves.ts'
import type { Packet, Surroundings } from '../filter/packet.ts'
import type { Ruleset } from '../filter/ruleset.ts'
import { explore } from '../filter/walk/walk.ts'
import type { Connection, Quoted } from './connections.ts'
import type { Host } from './host.ts'
import { type Journey, journey } from './journey.ts'
import type { LinuxMemory } from './linux-memory.ts'
import type { Stage } from './stage.ts'

export interface Travel {
  readonly packet: Packet
  /** The device that it comes in by; null when it is made here. */
  readonly from: string | null
  /** Facts that the host and the connections don't have. What is said of conntrack here wins over `connections`. */
  readonly surroundings?: Surroundings
  /** All connections that there are. Absent: not known, unless `surroundings` says. */
  readonly connections?: readonly Connection[]
  /** It is the kernel's answer to another packet, and has that one's connection, of this protocol, from the beginning. */
  readonly attached?: number
  /** Of an ICMP error: what it is about. */
  readonly quoted?: Quoted
  /** Of a host that remembers (`linux-router.ts`): its connections, instead of a list of them. */
  readonly memory?: LinuxMemory
}

/** What became of it, the rules aside: there may be no way for it, or its time is over. */
export type Arrival = Journey['end']

export interface Path {
  readonly decision: Decision
  readonly end: Arrival
  readonly stages: readonly Stage[]
  /** At its end, or where it was stopped. */
  readonly packet: Packet
  readonly surroundings: Surroundings
  /** With this packet's, where it got through. */
  readonly connections: readonly Connection[]
  /** Of a rejected packet: whether the answer to it gets out, which it may not. Absent where that depends. */
  readonly answered?: boolean
  /** See `Journey`: the packet's source port as told here isn't the one that the kernel gives it. */
  readonly displaced: boolean
  /** Of an ICMP error that gets through: what it quotes by then, translated like the connection that it is about. */
  readonly quoted?: Quoted
}

export function pathOf(ruleset: Ruleset, host: Host, travel: Travel, options: EvaluateOptions = {}): Path {
  const { leaves, complete } = explore(
    choices => journey(ruleset, host, travel, choices, options),
    options.ways ?? MOST_WAYS,
  )
  const decision = joinLeaves(
    leaves.map(({ choices, result: { result, walk } }) => ({ choices, result, walk })),
    complete,
  )
  const { end, stages, packet, surroundings, connections, answered, displaced, quoted } = leaves[0]!.result
  return {
    decision,
    end,
    stages,
    packet,
    surroundings,
    connections,
    displaced,
    ...(quoted === undefined ? {} : { quoted }),
    ...(answered === undefined || !leaves.every(({ result }) => result.answered === answered)
      ? {}
      : { answered }),
  }
}
