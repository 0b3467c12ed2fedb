/**
 * A packet filter's rule set as a value: tables, chains, rules, sets and objects, in the shape that nftables gives
 * them (nft(8)). iptables' tables are the same with another maker.
 *
 * It holds what was written and nothing derived: implied protocol checks are the evaluator's business, addresses
 * are numbers, symbols are numbers too (`datatypes.ts`). Values never change: an edit makes a new rule set.
 */
import type { Pattern } from './pattern.ts'
import type { Statement } from './statement.ts'

export const TABLE_FAMILIES = ['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev'] as const
export type TableFamily = (typeof TABLE_FAMILIES)[number]

/** Places where the kernel asks (`enum nf_inet_hooks`, `enum nf_dev_hooks`). */
export const HOOKS = ['ingress', 'prerouting', 'input', 'forward', 'output', 'postrouting', 'egress'] as const
export type Hook = (typeof HOOKS)[number]

/**
 * Who keeps a table: nftables itself, iptables on top of it (`iptables-nft`), or the older `ip_tables` of the kernel,
 * whose hooks nft doesn't show. Of the last two, rules were read from iptables' own listing.
 */
export type Backend = 'nftables' | 'iptables-nft' | 'iptables-legacy'

export interface Ruleset {
  readonly tables: readonly Table[]
}

export interface Table {
  readonly family: TableFamily
  readonly name: string
  readonly handle?: number
  readonly backend: Backend
  /** Set aside with all its chains: `flags dormant`. */
  readonly dormant: boolean
  readonly chains: readonly Chain[]
  readonly sets: readonly NamedSet[]
  readonly objects: readonly NamedObject[]
  readonly flowtables: readonly Flowtable[]
  readonly comment?: string
}

export interface Chain {
  readonly name: string
  readonly handle?: number
  /** Only base chains have one: where and when the kernel enters. */
  readonly base?: BaseChain
  readonly rules: readonly Rule[]
  readonly comment?: string
}

export interface BaseChain {
  readonly type: 'filter' | 'nat' | 'route'
  readonly hook: Hook
  /** Ascending order at a hook, -2³¹ to 2³¹-1. */
  readonly priority: number
  readonly policy: 'accept' | 'drop'
  /** Of `netdev` tables and `inet` ingress: the interfaces; otherwise empty. */
  readonly devices: readonly string[]
}

export interface Rule {
  readonly handle?: number
  readonly statements: readonly Statement[]
  readonly comment?: string
  /** As its own program lists it, where that isn't what the printer writes: an iptables rule. */
  readonly text?: string
  /** Line of the file it was read from, counted from 1. */
  readonly line?: number
}

/** A set or, with `mapTo`, a map (`nft add set`, `add map`). */
export interface NamedSet {
  readonly name: string
  readonly handle?: number
  /** Names of datatypes, one for each part of a concatenation: `['ipv4_addr', 'inet_service']`. */
  readonly key: readonly DatatypeName[]
  /** A datatype, or of a verdict map the word `verdict`. Empty for a set. */
  readonly mapTo: readonly (DatatypeName | 'verdict')[]
  /** Of a map to counters and the like: the kind of object. */
  readonly objectKind?: ObjectKind
  readonly flags: readonly ('constant' | 'interval' | 'timeout' | 'dynamic')[]
  readonly autoMerge: boolean
  /** Seconds. */
  readonly timeout?: number
  readonly size?: number
  /** Seconds between the kernel's clearings. */
  readonly gcInterval?: number
  readonly policy?: 'performance' | 'memory'
  /** What each element gets when a rule adds it: `counter`, `limit rate …`. */
  readonly statements?: readonly Statement[]
  readonly elements: readonly Element[]
  readonly comment?: string
}

/** What `type` of nft names: `ipv4_addr`, `inet_service`, `mark`, `ifname` … (`datatypes.ts` has them all). */
export type DatatypeName = string

export interface Element {
  /** `'*'` of the catch-all element. */
  readonly key: Pattern | '*'
  /** Of a map: the datum, or what is done. */
  readonly value?: MapValue
  /** Seconds. */
  readonly timeout?: number
  /** Seconds until it is gone. */
  readonly expires?: number
  readonly comment?: string
  /** Per element: statements that run on each hit. */
  readonly statements?: readonly Statement[]
}

/** A datum of a map: one value (a range where NAT may choose), several for a concatenation, a verdict, or an object. */
export type MapValue =
  | { readonly kind: 'datum'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'verdict'; readonly statement: Statement }
  | { readonly kind: 'object'; readonly name: string }

export const OBJECT_KINDS = [
  'counter',
  'quota',
  'limit',
  'ct helper',
  'ct timeout',
  'ct expectation',
  'synproxy',
  'secmark',
  'tunnel',
] as const
export type ObjectKind = (typeof OBJECT_KINDS)[number]

/** A counter, limit and so on with a name, shared by all rules that refer to it. */
export interface NamedObject {
  readonly kind: ObjectKind
  readonly name: string
  readonly handle?: number
  /** The statement that it is: a counter with its count, a limit … Absent where only its text is known. */
  readonly statement?: Statement
  /** What stands between its braces, as listed, for the printer. */
  readonly text?: string
  readonly comment?: string
}

export interface Flowtable {
  readonly name: string
  readonly handle?: number
  readonly hook: Hook
  readonly priority: number
  readonly devices: readonly string[]
  readonly flags: readonly string[]
}
