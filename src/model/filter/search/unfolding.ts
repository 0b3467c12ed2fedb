/** What is handed from rule to rule while chains are unfolded, and how entries are added. */
import type { Chain, Rule } from '../ruleset.ts'
import type { Asking } from './ask.ts'
import type { Effect, Entry, Label, Site, UnfoldedRule } from './entry.ts'
import type { Remaining } from './plainly-outside.ts'
import type { Term } from './universe.ts'

/** What has been unfolded so far, and where new entries go. */
export interface Unfolding {
  readonly asking: Asking
  readonly entries: Entry[]
  readonly rules: Map<Rule, UnfoldedRule>
  readonly assigned: Map<Chain, ReadonlySet<string>>
  /** The next base chain. */
  readonly next: Label
  /** The next one that isn't of type nat: only one of these translates a packet. */
  readonly afterNat: Label
  readonly marks: boolean
  readonly remaining: Remaining | undefined
  /** Unfolds a chain that is called. */
  readonly enter: (unfolding: Unfolding, chain: Chain, frame: Frame) => void
  problem: { says: string } | null
}

/** One call of a chain. */
export interface Frame {
  readonly site: Omit<Site, 'rule' | 'index'>
  /** What holds for every packet that comes here; nothing within changes it. */
  readonly path: readonly Term[]
  /** Where a return goes. */
  readonly exit: Label
  readonly depth: number
}

export function emit(
  { entries }: Unfolding,
  terms: readonly Term[],
  effect: Effect,
  site: Site,
  inner: boolean,
): void {
  entries.push({ terms, effect, site, inner })
}

/** Stands for a rule that a packet meets, and changes nothing. */
export function mark(unfolding: Unfolding, conditions: readonly (readonly Term[])[], site: Site): void {
  if (!unfolding.marks) return
  for (const terms of conditions)
    emit(unfolding, terms, passing({ at: unfolding.entries.length + 1 }), site, false)
}

export const passing = (to: Label): Effect => ({ kind: 'skips', to, accepts: false, assigns: [] })
