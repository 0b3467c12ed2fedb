/**
 * Base chains, and all that they jump to, unfolded to one list of entries. A jump's conditions are put into what it
 * leads to, so that each entry stands for itself; where a called chain changes what the conditions ask about, or they
 * are many, entries skip over it instead.
 */
import type { Chain, Hook, Rule, Ruleset, Table } from '../ruleset.ts'
import type { Asking } from './ask.ts'
import { CT_STATES, interfaceField, stateField } from './ask.ts'
import { assignedIn, concerns } from './assigns.ts'
import { baseChainsAt, type Entered, isBeforeConntrack } from './base-chains.ts'
import type { Effect, Entry, Label, Site, Unfolded, UnfoldedRule } from './entry.ts'
import { unfoldRule } from './unfold-rule.ts'
import type { Term, Universe } from './universe.ts'

/** More entries than these are not made of one hook's chains. */
export const MOST_ENTRIES = 2_000_000
/** `NFT_JUMP_STACK_SIZE` of the kernel. */
const DEEPEST = 16

export interface UnfoldOptions {
  /** Sets that rules, programs or time fill are taken as unknown. */
  readonly liveSets?: boolean
  /** Rules that decide nothing by themselves (a jump, a counter) leave an entry too, which only stands for them. */
  readonly marks?: boolean
}

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

export function unfold(
  ruleset: Ruleset,
  hook: Hook,
  family: 'ip' | 'ip6',
  universe: Universe,
  { liveSets = false, marks = false }: UnfoldOptions = {},
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
    const asking: Asking = { universe, family, hook, beforeConntrack, sets, liveSets, updated: updatedSets(table) }
    const next: Label = { at: -1 }
    const unfolding: Unfolding = { asking, entries, rules, assigned, next, afterNat, marks, problem: null }
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
function outside({ type, hook, devices }: Entered['chain']['base'], { universe }: Asking): readonly (readonly Term[])[] {
  if (type === 'nat') {
    const first = [{ low: CT_STATES.new, high: CT_STATES.new }]
    return [[universe.term(stateField(universe), { kind: 'not-in', ranges: first })]]
  }
  if (devices.length === 0) return []
  const ranges = devices.toSorted().map(name => ({ low: name, high: name }))
  const field = interfaceField(universe, hook === 'egress' ? 'oifname' : 'iifname')
  return [[universe.term(field, { kind: 'not-in', ranges })]]
}

function updatedSets({ chains }: Table): ReadonlySet<string> {
  const names = new Set<string>()
  for (const { rules } of chains) {
    for (const { statements } of rules) {
      for (const statement of statements) if (statement.kind === 'update-set') names.add(statement.set)
    }
  }
  return names
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
  for (const terms of conditions) emit(unfolding, terms, passing({ at: unfolding.entries.length + 1 }), site, false)
}

export function unfoldChain(unfolding: Unfolding, chain: Chain, frame: Frame): void {
  for (const [index, rule] of chain.rules.entries()) {
    if (unfolding.entries.length > MOST_ENTRIES) {
      unfolding.problem = { says: `the chains unfold to more than ${MOST_ENTRIES} entries` }
      return
    }
    const site: Site = { ...frame.site, chain, rule, index }
    unfoldRule(unfolding, rule, site, frame)
  }
}

/** A jump or goto under conditions, one conjunction or several. */
export function unfoldCall(
  unfolding: Unfolding,
  to: { readonly kind: 'jump' | 'goto'; readonly chain: string },
  conditions: readonly (readonly Term[])[],
  site: Site,
  frame: Frame,
): void {
  const { assigned } = unfolding
  const called = site.table.chains.find(one => one.name === to.chain)
  if (called === undefined || frame.depth >= DEEPEST) {
    const statement = { kind: 'verdict', verdict: to } as const
    for (const terms of conditions) emit(unfolding, terms, { kind: 'ends', with: 'unsupported', statement }, site, false)
    return
  }
  const end: Label = { at: -1 }
  const exit = to.kind === 'jump' ? end : frame.exit
  const { table, base } = frame.site
  const inside = { table, chain: called, base, via: site }
  const changes = assignedIn(called, site.table, assigned)
  const [only] = conditions
  const steady = !only?.some(({ field }) => [...changes].some(key => concerns(key, field)))
  if (conditions.length === 1 && steady) {
    unfoldChain(unfolding, called, { site: inside, path: only!, exit, depth: frame.depth + 1 })
    if (to.kind === 'goto') emit(unfolding, only!, passing(exit), site, true)
  } else {
    const body: Label = { at: -1 }
    for (const terms of conditions) emit(unfolding, terms, passing(body), site, true)
    emit(unfolding, [], passing(end), site, true)
    body.at = unfolding.entries.length
    unfoldChain(unfolding, called, { site: inside, path: [], exit, depth: frame.depth + 1 })
    if (to.kind === 'goto') emit(unfolding, [], passing(exit), site, true)
  }
  end.at = unfolding.entries.length
}

export const passing = (to: Label): Effect => ({ kind: 'skips', to, accepts: false, assigns: [] })

