/** One packet on its way through the chains of a hook: what is known of it at this point, and what has happened. */

import { STATUS_BITS } from '../conntrack-bits.ts'
import type { Step } from '../decision.ts'
import type { Conntrack, Packet, Surroundings, Tuple, Zone } from '../packet.ts'
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

/** Of a packet that the kernel sends in answer to another: what that one leaves behind. */
export interface Answered {
  /** What it did to sets: one walk, as far as they go. */
  readonly setChanges: Traversal['setChanges']
  /** It had a connection, a template, or was exempt: the answer bears that (nf_ct_attach). */
  readonly marked: boolean
}

export type Layer = 'bridge' | 'ip'

export interface Traversal {
  readonly ruleset: Ruleset
  readonly choices: Choices
  readonly options: WalkOptions
  /** As it came; checksums are of this. */
  readonly arrived: Packet
  packet: Packet
  surroundings: Surroundings
  hook: Hook
  /** Whose chains are entered: those of a bridge, or those of IP. */
  layer: Layer
  /** A bridge has lent the packet to IP's hooks (br_netfilter). */
  lent: boolean
  /** The base chain that was entered, and the table. */
  base: BaseChain | undefined
  table: Table | undefined
  /** The last header of the link that this rule has asked for: what it asks of IP afterwards is asked within that. */
  frameAsked: 'ether' | 'vlan' | undefined
  /** The statement that is being judged: what isn't known is asked in its words. */
  statement: Statement | undefined
  /** Whether conntrack has seen the packet. Before, `ct state` is invalid and nothing else of `ct` is there. */
  tracked: boolean
  /** A rule took it out of conntrack's hands before the lookup. */
  exempt: boolean
  /** A zone that a rule chose before the lookup. */
  template: Zone | undefined
  /** The lookup again, where all connections are known: of what rules have changed before it, or in a zone. */
  retrack?: (packet: Packet, zone: Zone | undefined) => Conntrack
  /** The packet that `conntrack` of the surroundings was found for; undefined once the lookup is over. */
  sought: Packet | undefined
  readonly translated: Translated
  /** Facts that a rule set, by their keys, and to what. */
  readonly overridden: Map<string, Value>
  readonly setChanges: Map<NamedSet, SetChange[]>
  readonly steps: Step[]
  /** At `output`: a chain of type route, or a translation, has changed what the way out depends on. */
  reroutes: boolean
  /** Where the last routing decision led: it is for this host, or for somebody else. Undefined before the first. */
  routed: 'here' | 'elsewhere' | undefined
  /** Where a decision would lead now, where the routes are known. */
  routeAgain?: () => 'here' | 'elsewhere'
  readonly answers?: Answered
  /** How often chance was asked. */
  draws: number
}

export function newTraversal(
  ruleset: Ruleset,
  hook: Hook,
  packet: Packet,
  surroundings: Surroundings,
  choices: Choices,
  options: WalkOptions,
  answers?: Answered,
): Traversal {
  const status = surroundings.conntrack?.status ?? 0
  return {
    ruleset,
    choices,
    options,
    arrived: packet,
    packet,
    surroundings,
    hook,
    layer: 'ip',
    lent: false,
    base: undefined,
    table: undefined,
    statement: undefined,
    frameAsked: undefined,
    tracked: hook !== 'prerouting' && hook !== 'output' && hook !== 'ingress',
    exempt: false,
    template: undefined,
    sought: packet,
    translated: {
      source: (status & STATUS_BITS.sourceDone) !== 0,
      destination: (status & STATUS_BITS.destinationDone) !== 0,
    },
    overridden: new Map(),
    setChanges: answers?.setChanges ?? new Map(),
    ...(answers === undefined ? {} : { answers }),
    steps: [],
    reroutes: false,
    routed: undefined,
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
