/**
 * Base chains, and all that they jump to, unfolded to one list of entries. A jump's conditions are put into what it
 * leads to, so that each entry stands for itself; where a called chain changes what the conditions ask about, or they
 * are many, entries skip over it instead.
 */
import { STATE_BITS } from '../conntrack-bits.ts'
import type { Chain, Hook, Rule, Ruleset, Table } from '../ruleset.ts'
import type { Asking } from './ask.ts'
import { interfaceField, stateField } from './ask.ts'
import { baseChainsAt, type Entered, isBeforeConntrack } from './base-chains.ts'
import type { Effect, Entry, Label, Site, Unfolded, UnfoldedRule } from './entry.ts'
import type { Remaining } from './plainly-outside.ts'
import { unfoldRule } from './unfold-rule.ts'
import { emit, type Frame, type Unfolding } from './unfolding.ts'
import type { Term, Universe } from './universe.ts'

/** More entries than these are not made of one hook's chains. */
export const MOST_ENTRIES = 2_000_000
export interface UnfoldOptions {
  /** Sets that rules, programs or time fill are taken as unknown. */
  readonly liveSets?: boolean
  /**
   * Each rule is told by itself, too: those that decide nothing (a jump, a counter) leave an entry, which only stands for
   * them, and what each asks is kept (`rules`).
   */
  readonly marks?: boolean
  /** The only rules that a packet in question may match: others leave nothing. */
  readonly remaining?: Remaining | undefined
}

export function unfold(
  ruleset: Ruleset,
  hook: Hook,
  family: 'ip' | 'ip6',
  universe: Universe,
  { liveSets = false, marks = false, remaining }: UnfoldOptions = {},
): Unfolded {
  const entries: Entry[] = []
  const chains: { site: Site; from: number }[] = []
  const rules = new Map<Rule, UnfoldedRule>()
  const assigned = new Map<Chain, ReadonlySet<string>>()
  let incomplete: string | undefined
  let afterNat: Label = { at: -1 }
  const entered = baseChainsAt(ruleset, hook, family)
  for (const [i, one] of entered.entries()) {
    const { table, chain } = one
    const site: Site = { table, chain, base: chain, index: chain.rules.length }
    chains.push({ site, from: entries.length })
    const sets = { sets: new Map(table.sets.map(set => [set.name, set])), known: new Map() }
    const beforeConntrack = isBeforeConntrack(chain.base)
    const asking: Asking = {
      universe,
      family,
      hook,
      beforeConntrack,
      sets,
      liveSets,
      updated: updatedSets(table),
    }
    const next: Label = { at: -1 }
    const unfolding: Unfolding = {
      asking,
      entries,
      rules,
      assigned,
      next,
      afterNat,
      marks,
      remaining,
      enter: unfoldChain,
      problem: null,
    }
    unfoldBase(unfolding, one, site)
    next.at = entries.length
    if (entered[i + 1]?.chain.base.type !== 'nat') {
      afterNat.at = entries.length
      afterNat = { at: -1 }
    }
    incomplete ??= unfolding.problem?.says
  }
  if (entries.some(({ effect }) => effect.kind === 'assigns') && hasTies(entered))
    incomplete ??= 'chains of one priority change what others match, and their order isn’t known'
  return { entries, chains, rules, ...(incomplete === undefined ? {} : { incomplete }) }
}

/** Chains of one priority, of which no listing shows the order. */
const hasTies = (entered: readonly Entered[]): boolean =>
  entered.some(({ chain: { base } }, i) => {
    const before = entered[i - 1]?.chain.base
    return before?.priority === base.priority && before.type !== 'nat' && base.type !== 'nat'
  })

function unfoldBase(unfolding: Unfolding, { table, chain }: Entered, site: Site): void {
  const { asking, next } = unfolding
  const policy: Label = { at: -1 }
  const away: Effect = { kind: 'skips', to: next, accepts: true, assigns: [] }
  for (const terms of outside(chain.base, asking)) emit(unfolding, terms, away, site, true)
  unfoldChain(unfolding, chain, { site: { table, chain, base: chain }, path: [], exit: policy, depth: 0 })
  policy.at = unfolding.entries.length
  emit(unfolding, [], chain.base.policy === 'drop' ? { kind: 'ends', with: 'drop' } : away, site, false)
}

/** Packets that pass by a base chain: of other devices than its own; of a NAT chain, all but the first of a flow. */
function outside(
  { type, hook, devices }: Entered['chain']['base'],
  { universe }: Asking,
): readonly (readonly Term[])[] {
  if (type === 'nat') {
    const first = [{ low: STATE_BITS.new, high: STATE_BITS.new }]
    return [[universe.term(stateField(universe), { kind: 'not-in', ranges: first })]]
  }
  if (devices.length === 0) return []
  const ranges = devices.toSorted().map(name => ({ low: name, high: name }))
  const field = interfaceField(universe, hook === 'egress' ? 'oifname' : 'iifname')
  return [[universe.term(field, { kind: 'not-in', ranges })]]
}

/** Of the sets that there are; others are unknown by themselves. */
function updatedSets({ sets, chains }: Table): ReadonlySet<string> {
  const names = new Set<string>()
  if (sets.length === 0) return names
  for (const { rules } of chains) {
    for (const { statements } of rules) {
      for (const statement of statements) if (statement.kind === 'update-set') names.add(statement.set)
    }
  }
  return names
}

function unfoldChain(unfolding: Unfolding, chain: Chain, frame: Frame): void {
  const places = unfolding.remaining?.get(chain) ?? chain.rules.keys()
  for (const index of places) {
    if (unfolding.entries.length > MOST_ENTRIES) {
      unfolding.problem = { says: `the chains unfold to more than ${MOST_ENTRIES} entries` }
      return
    }
    const rule = chain.rules[index]!
    const site: Site = { ...frame.site, chain, rule, index }
    unfoldRule(unfolding, rule, site, frame)
  }
}
