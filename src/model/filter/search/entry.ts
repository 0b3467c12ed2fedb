/**
 * A rule set at one hook, unfolded to a list that is read from top to bottom: an entry whose terms all hold decides, or
 * goes on further down, or changes what later entries see. Past the end the packet is accepted.
 *
 * Accepting in a base chain is going on with the next one; so is a return, a goto's end, a negated concatenation.
 */
import type { Scalar } from '../pattern.ts'
import type { BaseChain, Chain, Rule, Table } from '../ruleset.ts'
import type { Statement } from '../statement.ts'
import type { Field } from './field.ts'
import type { Term } from './universe.ts'

/** Where an entry comes from. */
export interface Site {
  readonly table: Table
  readonly chain: Chain
  /** The base chain that led here. */
  readonly base: Chain & { readonly base: BaseChain }
  /** Absent for a policy. */
  readonly rule?: Rule
  /** Place of the rule in its chain, from 0. */
  readonly index: number
  /** The rule that jumped here. */
  readonly via?: Site
}

/** A place in the list, known when it is reached. */
export interface Label {
  at: number
}

/** What a field becomes: one value, its own bits `(old & and) ^ xor`, or nobody knows what. */
export interface Assign {
  readonly field: Field
  readonly to:
    | { readonly kind: 'value'; readonly value: Scalar }
    | { readonly kind: 'bits'; readonly and: number; readonly xor: number }
    | { readonly kind: 'unknown' }
  /** Words that name other fields which change with it (`fib …`). */
  readonly touches: readonly string[]
}

export type Ending = 'drop' | 'reject' | 'queue' | 'unsupported'

export type Effect =
  | { readonly kind: 'ends'; readonly with: Ending; readonly statement?: Statement }
  /** `accepts`: this base chain lets it pass. `translation`: after it was translated. */
  | {
      readonly kind: 'skips'
      readonly to: Label
      readonly accepts: boolean
      readonly assigns: readonly Assign[]
      readonly translation?: Statement
    }
  | { readonly kind: 'assigns'; readonly assigns: readonly Assign[] }

export interface Entry {
  readonly terms: readonly Term[]
  readonly effect: Effect
  readonly site: Site
  /** Part of how a rule was unfolded, not what it does. */
  readonly inner: boolean
}

/** A rule, where it was first met, and what it asks by itself: one conjunction of these. None: it never matches. */
export interface UnfoldedRule {
  readonly site: Site
  readonly conditions: readonly (readonly Term[])[]
}

export interface Unfolded {
  readonly entries: readonly Entry[]
  /** Where each base chain begins, in the order in which they are entered. */
  readonly chains: readonly { readonly site: Site; readonly from: number }[]
  /** Empty unless rules were to be marked. */
  readonly rules: ReadonlyMap<Rule, UnfoldedRule>
  /** Why some of it is missing. */
  readonly incomplete?: string
}
