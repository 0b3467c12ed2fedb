/**
 * What a host tells of its packet filters: the listings of each program, since none of them tells all, and what decides
 * outside of their rules.
 */
import type { Hook } from '../model/filter/ruleset.ts'
import { type Known, type UnknownReason, unknown } from '../model/known.ts'
import type { IpFamily } from '../model/protocol.ts'

export const FILTER_VIEWS = [
  'nft-json',
  'nft-text',
  'iptables-nft',
  'ip6tables-nft',
  'iptables-legacy',
  'ip6tables-legacy',
  'ipset',
  'nft-hooks',
] as const
export type FilterViewName = (typeof FILTER_VIEWS)[number]

export interface FilterViewQuery {
  /** Which listings are wanted: all, when left out. The others are not asked for. */
  readonly views?: readonly FilterViewName[]
  readonly signal?: AbortSignal
}

export interface FilterView {
  /** What the program wrote, whole. Empty where there is nothing to list. */
  readonly text: Known<string>
  /** The command; where there is no text, also why, in the system's words. */
  readonly says: string
}

/** `tc`: filters of traffic control. `tcx`, `netkit`, `netfilter`: BPF programs attached there. `sk-lookup`: which socket gets it. */
export const DECIDER_KINDS = [
  'xdp',
  'tc',
  'tcx',
  'netkit',
  'netfilter',
  'sk-lookup',
  'cgroup',
  'systemd',
] as const
export type DeciderKind = (typeof DECIDER_KINDS)[number]

/** Those that decide for everybody in the namespace, whose socket it may be. */
export const GENERAL_DECIDERS: readonly DeciderKind[] = [
  'xdp',
  'tc',
  'tcx',
  'netkit',
  'netfilter',
  'sk-lookup',
]

/** A BPF program: its number, and where that may be known its type (as bpftool names it) and name. */
export interface DecidingProgram {
  readonly id: number
  readonly type?: string
  readonly name?: string
}

/** Something that may drop or let through packets and is no rule of a packet filter. */
export interface Decider {
  readonly kind: DeciderKind
  /** Name of the interface, path of the control group, name of the unit, hook of netfilter, `this network namespace`. */
  readonly place: string
  readonly direction?: 'ingress' | 'egress'
  /** Only packets of this family; of both where absent. */
  readonly family?: IpFamily
  /** Only these transports; all where absent. */
  readonly protocols?: readonly ('tcp' | 'udp')[]
  /** Only at this hook of netfilter. */
  readonly hook?: Hook
  /** What is known of it: `xdp program 17 "guard"`, `matchall`, `IPAddressDeny=any`. */
  readonly says: string
  readonly programs?: readonly DecidingProgram[]
}

export interface FilterViews {
  readonly views: Readonly<Record<FilterViewName, FilterView>>
  /** For each kind: those that there are, or why that can't be told. */
  readonly outside: Readonly<Record<DeciderKind, Known<readonly Decider[]>>>
}

/** The answer of a host that can tell none of it. */
export function noFilterViews(reason: UnknownReason, says: string): FilterViews {
  const view: FilterView = { text: unknown(reason), says }
  return {
    views: Object.fromEntries(FILTER_VIEWS.map(name => [name, view])) as FilterViews['views'],
    outside: Object.fromEntries(
      DECIDER_KINDS.map(kind => [kind, unknown(reason)]),
    ) as unknown as FilterViews['outside'],
  }
}
