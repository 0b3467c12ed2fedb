/**
 * What a rule does, in the order in which it does it (nft(8), "STATEMENTS"). A rule ends at its first statement that
 * doesn't hold; what stands before has happened.
 */
import type { Expression } from './expression.ts'
import type { Pattern } from './pattern.ts'
import type { Element } from './ruleset.ts'

/**
 * How the left side is compared. `any`: at least one bit of the right side is set (nft writes nothing: `ct state
 * new,established`, `tcp flags syn`). `none`: `!`, none is set.
 */
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'any' | 'none'

export type Verdict =
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'continue' }
  | { readonly kind: 'return' }
  | { readonly kind: 'jump'; readonly chain: string }
  | { readonly kind: 'goto'; readonly chain: string }
  | {
      readonly kind: 'queue'
      readonly low: number
      readonly high: number
      readonly bypass: boolean
      readonly fanout: boolean
    }

/** Where a map's elements are: `@name`, or between braces. */
export type MapSource =
  | { readonly kind: 'reference'; readonly set: string }
  | { readonly kind: 'elements'; readonly elements: readonly Element[] }

/** Times of a limit are seconds: 1, 60, 3600, 86400, 604800. */
export interface Limit {
  readonly kind: 'limit'
  readonly rate: number
  readonly per: number
  readonly burst: number
  readonly unit: 'packets' | 'bytes'
  /** Matches what goes beyond the rate. */
  readonly over: boolean
}

export type Reject =
  | { readonly kind: 'reject'; readonly with: 'tcp reset' }
  /** `code` as the ICMP of that family numbers it; `icmpx`: 0 no-route, 1 port, 2 host, 3 admin-prohibited. */
  | { readonly kind: 'reject'; readonly with: 'icmp' | 'icmpv6' | 'icmpx'; readonly code: number }

export interface Translate {
  readonly kind: 'snat' | 'dnat' | 'masquerade' | 'redirect'
  /** Of an `inet` table: `dnat ip to`. */
  readonly family?: 'ip' | 'ip6'
  /** A value, a range, or a map's answer (whose datum may hold address and port). */
  readonly address?: Expression | Pattern
  readonly port?: Expression | Pattern
  readonly flags: readonly ('random' | 'fully-random' | 'persistent' | 'netmap')[]
}

export type Statement =
  | {
      readonly kind: 'match'
      readonly left: Expression
      readonly op: Comparison
      readonly right: Pattern | Expression
    }
  | { readonly kind: 'verdict'; readonly verdict: Verdict }
  | { readonly kind: 'verdict-map'; readonly key: Expression; readonly map: MapSource }
  | Reject
  | Translate
  /** `meta mark set 1`, `ct mark set meta mark`, `ip dscp set 8`: the left side takes the value. */
  | { readonly kind: 'assign'; readonly target: Expression; readonly value: Expression }
  | { readonly kind: 'counter'; readonly packets?: number; readonly bytes?: number }
  | Limit
  | { readonly kind: 'quota'; readonly bytes: number; readonly used: number; readonly over: boolean }
  | { readonly kind: 'ct-count'; readonly count: number; readonly over: boolean }
  /** `counter name "x"`, `limit name …`, or by a map: `ct helper set tcp dport map …`. */
  | {
      readonly kind: 'object'
      readonly object:
        | 'counter'
        | 'quota'
        | 'limit'
        | 'ct helper'
        | 'ct timeout'
        | 'ct expectation'
        | 'synproxy'
        | 'secmark'
      readonly name: string | { readonly key: Expression; readonly map: MapSource }
    }
  | {
      readonly kind: 'log'
      readonly prefix?: string
      readonly level?: string
      readonly group?: number
      readonly flags: readonly string[]
      readonly snaplen?: number
      readonly queueThreshold?: number
    }
  /** `xtables`: iptables' NOTRACK, which leaves alone what the kernel sends in answer to a tracked or exempt packet. */
  | { readonly kind: 'notrack'; readonly xtables?: true }
  /** `add @set { ip saddr limit rate … }`: a statement of the element that doesn't hold ends the rule. */
  | {
      readonly kind: 'update-set'
      readonly op: 'add' | 'update' | 'delete'
      readonly set: string
      readonly key: Expression
      /** Seconds. */
      readonly timeout?: number
      /** Of a map: the datum. */
      readonly value?: Expression
      readonly statements: readonly Statement[]
    }
  | {
      readonly kind: 'tproxy'
      readonly family?: 'ip' | 'ip6'
      readonly address?: Expression | Pattern
      readonly port?: Expression | Pattern
    }
  | {
      readonly kind: 'synproxy'
      readonly mss?: number
      readonly wscale?: number
      readonly flags: readonly string[]
    }
  | { readonly kind: 'flow-add'; readonly flowtable: string }
  | { readonly kind: 'dup'; readonly address?: Expression; readonly device?: Expression }
  | {
      readonly kind: 'fwd'
      readonly family?: 'ip' | 'ip6'
      readonly address?: Expression
      readonly device: Expression
    }
  /** `last used 5s`: never fails. */
  | { readonly kind: 'last'; readonly used?: number }
  /** `reset tcp option sack-perm`. */
  | { readonly kind: 'reset-option'; readonly option: string }
  /**
   * Read and not understood, as written: an extension of iptables that has no equal in nftables, something newer than
   * this program. `matches`: it may end the rule; `ends`: it may have a verdict.
   */
  | { readonly kind: 'unsupported'; readonly text: string; readonly matches: boolean; readonly ends: boolean }
