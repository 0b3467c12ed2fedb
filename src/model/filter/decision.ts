/**
 * The answer to one packet: the verdict, the rule that decided, and every rule that was looked at on the way.
 */
import type { Hook, TableFamily } from './ruleset.ts'

export const DECISIONS = ['accept', 'drop', 'reject', 'depends', 'unsupported'] as const
export type DecisionKind = (typeof DECISIONS)[number]

/** Where a rule stands, and what it says. */
export interface RuleReference {
  readonly family: TableFamily
  readonly table: string
  readonly chain: string
  /** Absent in a rule set that was read from a file without handles. */
  readonly handle?: number
  /** Place in its chain, from 0. */
  readonly index: number
  readonly text: string
}

/** A chain's policy decided, not a rule. */
export interface PolicyReference {
  readonly family: TableFamily
  readonly table: string
  readonly chain: string
  readonly hook: Hook
  readonly policy: 'accept' | 'drop'
}

export interface Step {
  readonly family: TableFamily
  readonly table: string
  readonly chain: string
  readonly hook: Hook
  /** Absent at the end of a chain: then `outcome` is a policy or a return. */
  readonly rule?: RuleReference
  /** What came of it. `no-match` with the statement that didn't hold. */
  readonly outcome:
    | 'no-match'
    | 'match'
    | 'accept'
    | 'drop'
    | 'reject'
    | 'jump'
    | 'goto'
    | 'return'
    | 'queue'
    | 'policy-accept'
    | 'policy-drop'
    | 'end'
    | 'translate'
    /** Handed to another device, past all else. */
    | 'forward'
    | 'assumed-match'
    | 'assumed-no-match'
  /** The statement that decided this step, as text. */
  readonly because?: string
}

/** What the sender of a rejected packet gets. */
export type RejectAnswer =
  | { readonly kind: 'tcp reset' }
  | { readonly kind: 'icmp' | 'icmpv6'; readonly type: number; readonly code: number }

/** A fact that was needed and not given: the expression that asks for it, and what follows either way. */
export interface Unknown {
  readonly expression: string
  readonly unsupported: boolean
  readonly ifTrue: DecisionKind
  readonly ifFalse: DecisionKind
}

export interface Decision {
  readonly kind: DecisionKind
  readonly rejectWith?: RejectAnswer
  /** The rule that decided; absent when a policy did, or nothing stood in the way. */
  readonly rule?: RuleReference
  readonly policy?: PolicyReference
  readonly walk: readonly Step[]
  readonly unknown: readonly Unknown[]
}
