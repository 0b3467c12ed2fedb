/** One packet on its way through the chains of a hook: what is known of it at this point, and what has happened. */

import type { Step } from '../decision.ts'
import type { ConntrackState, Packet, Surroundings, Tuple } from '../packet.ts'
import type { BaseChain, Hook, NamedSet, Ruleset, Table } from '../ruleset.ts'
import type { Statement } from '../statement.ts'
import type { Binder } from './bind.ts'
import type { Choices } from './choices.ts'
import type { Value } from './value.ts'

/** What isn't a fact about the packet, and decides all the same. Absent: unknown, both ways are looked at. */
export interface WalkOptions {
  /** What `limit` and `ct count` allow is not used up yet, or it is. */
  readonly rates?: 'within' | 'beyond'
  /** What becomes of a packet that is queued: nobody listens, or the program that does says so. */
  readonly queue?: 'nobody' | 'accepts' | 'drops'
  /**
   * Order of base chains of one priority, which no listing shows: `last-first` as Linux does it, where chains are listed in
   * the order in which they were made. Absent: every order is looked at.
   */
  readonly ties?: 'last-first'
  /** Rules that don't match are left out of the walk: for thousands of rules that is most of the work. */
  readonly brief?: boolean
  /** Says which addresses and ports a connection gets. Absent: what a rule leaves open stays open. */
  readonly bind?: Binder
}

/** Which ends of a connection have their translation already (`IPS_SRC_NAT_DONE`, `IPS_DST_NAT_DONE`). */
export interface Translated {
  source: boolean
  destination: boolean
}

/** What a rule added to a set, or took out, while the packet passed. */
export interface SetChange {
  readonly op: 'add' | 'delete'
  readonly key: Value
  readonly value?: Value
}

export interface Traversal {
  readonly ruleset: Ruleset
  readonly choices: Choices
  readonly options: WalkOptions
  packet: Packet
  surroundings: Surroundings
  hook: Hook
  /** The base chain that was entered, and the table. */
  base: BaseChain | undefined
  table: Table | undefined
  /** The statement that is being judged: what isn't known is asked in its words. */
  statement: Statement | undefined
  /** Whether conntrack has seen the packet. Before, `ct state` is invalid and nothing else of `ct` is there. */
  tracked: boolean
  /** A rule took it out of conntrack's hands before the lookup. */
  exempt: boolean
  readonly translated: Translated
  /** Facts that a rule set, by their keys, and to what. */
  readonly overridden: Map<string, Value>
  readonly setChanges: Map<NamedSet, SetChange[]>
  readonly steps: Step[]
  /** At `output`: a chain of type route, or a translation, has changed what the way out depends on. */
  reroutes: boolean
  /** How often chance was asked. */
  draws: number
}

/** Bits of `ct state` (`NF_CT_STATE_BIT`, `NF_CT_STATE_UNTRACKED_BIT`). */
export const STATE_BITS: Readonly<Record<ConntrackState, number>> = {
  invalid: 1,
  established: 2,
  related: 4,
  new: 8,
  untracked: 64,
}

/** `IPS_SRC_NAT`, `IPS_DST_NAT`, `IPS_SRC_NAT_DONE`, `IPS_DST_NAT_DONE` (include/uapi/linux/netfilter/nf_conntrack_common.h). */
export const STATUS_BITS = {
  seenReply: 2,
  snat: 16,
  dnat: 32,
  sourceDone: 128,
  destinationDone: 256,
} as const

export function newTraversal(
  ruleset: Ruleset,
  hook: Hook,
  packet: Packet,
  surroundings: Surroundings,
  choices: Choices,
  options: WalkOptions,
): Traversal {
  const status = surroundings.conntrack?.status ?? 0
  return {
    ruleset,
    choices,
    options,
    packet,
    surroundings,
    hook,
    base: undefined,
    table: undefined,
    statement: undefined,
    tracked: hook !== 'prerouting' && hook !== 'output' && hook !== 'ingress',
    exempt: false,
    translated: {
      source: (status & STATUS_BITS.sourceDone) !== 0,
      destination: (status & STATUS_BITS.destinationDone) !== 0,
    },
    overridden: new Map(),
    setChanges: new Map(),
    steps: [],
    reroutes: false,
    draws: 0,
  }
}

/** The tuple that the packet's headers make, with what is known of it; undefined without both addresses. */
export function tupleOf({ source, destination, sourcePort, destinationPort }: Packet): Tuple | undefined {
  if (source === undefined || destination === undefined) return undefined
  return {
    source,
    destination,
    ...(sourcePort === undefined ? {} : { sourcePort }),
    ...(destinationPort === undefined ? {} : { destinationPort }),
  }
}
