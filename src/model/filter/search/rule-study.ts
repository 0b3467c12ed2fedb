/**
 * What becomes of each rule at one hook: whether its own matches can hold together, whether a packet comes as far as the
 * rule, what keeps them away if none does, and whether anything would change without it.
 */
import { placeOf } from '../hook-places.ts'
import type { Rule } from '../ruleset.ts'
import type { Budget } from './budget.ts'
import type { Site } from './entry.ts'
import { outcomeOf } from './outcome.ts'
import { boundsOf, mergedTerms, type Program } from './program.ts'
import { ranksOverlap } from './rank-set.ts'
import { candidates, reaching, taker } from './reach.ts'
import { isCovered, type Region, wholeRegion } from './region.ts'
import { Sampling } from './sampling.ts'

export type Answer = 'yes' | 'no' | 'unknown'

export interface Reached {
  readonly program: Program
  readonly entry: number
  readonly region: Region
}

export interface RuleFacts {
  readonly site: Site
  /** Its matches can hold together. */
  matchable: boolean
  reached: Answer
  /** Packets that come to it. */
  witness?: Reached
  /** What keeps packets away, where none comes. */
  readonly takers: { readonly program: Program; readonly entry: number; readonly of: number }[]
  /** Nothing would change without it. Absent: nobody has looked, as no packet came. */
  redundant?: Answer
  /** The policy or the first rule that would do the same. */
  instead?: Site
}

/** Pieces that one rule may take, and those to see whether it is redundant. */
const STEPS_OF_RULE = 4000
const MOST_PIECES = 64

/** Adds what the program says to what is known of its rules from other hooks and families. */
export function studyRules(program: Program, known: Map<Rule, RuleFacts>, budget: Budget): void {
  const bounds = boundsOf(program)
  const whole = wholeRegion(program, bounds)
  const own = entriesOfRules(program)
  const sampling = Sampling.of(program, whole)
  for (const [rule, { site, conditions }] of program.rules) {
    const facts = known.get(rule) ?? fresh(site)
    known.set(rule, facts)
    const matchable = conditions.some(terms => {
      const merged = mergedTerms(terms, program.universe)
      return merged?.every(({ field, ranks }) => ranksOverlap(bounds.get(field.id) ?? ranks, ranks)) ?? false
    })
    if (!matchable) continue
    facts.matchable = true
    study(program, own.get(rule) ?? [], whole, sampling, facts, budget.share(STEPS_OF_RULE))
    // Without the rest, what was proven is proven of some packets only.
    if (program.incomplete !== undefined && facts.reached === 'no') facts.reached = 'unknown'
  }
}

const fresh = (site: Site): RuleFacts => ({ site, matchable: false, reached: 'no', takers: [] })

function entriesOfRules({ entries, dead }: Program): ReadonlyMap<Rule, number[]> {
  const own = new Map<Rule, number[]>()
  for (const [e, { site, inner }] of entries.entries()) {
    if (site.rule === undefined || inner || dead[e] === 1) continue
    const list = own.get(site.rule)
    if (list === undefined) own.set(site.rule, [e])
    else list.push(e)
  }
  return own
}

function study(
  program: Program,
  entries: readonly number[],
  whole: Region,
  sampling: Sampling | null,
  facts: RuleFacts,
  budget: Budget,
): void {
  const mayRedundant = facts.redundant !== 'no'
  const takers = new Set<number>()
  for (const e of entries) {
    const needed = facts.reached !== 'yes' || mayRedundant
    if (!needed) return
    const chains = chainsUpTo(program, e)
    const point = sampling?.reach(e, chains) ?? null
    if (point !== null) {
      facts.reached = 'yes'
      facts.witness ??= { program, entry: e, region: point }
      const outcome = outcomeOf(program, e)
      if (outcome === null || hasEffects(program, e)) facts.redundant = 'no'
      if (facts.redundant === 'no') return
      if (entries.length === 1 && sampling!.differs(e, chains, outcome!)) {
        facts.redundant = 'no'
        return
      }
    }
    let pieces = 0
    for (const region of reaching(program, e, whole, budget, { takers, ...(chains && { chains }) })) {
      if (facts.reached !== 'yes') {
        facts.reached = 'yes'
        facts.witness = { program, entry: e, region }
      }
      if (facts.redundant === 'no') return
      const changes = changesWithout(program, e, entries, region, budget, facts)
      pieces++
      if (changes) facts.redundant = 'no'
      else if (pieces > MOST_PIECES) facts.redundant = 'unknown'
      else facts.redundant ??= 'yes'
      if (changes || pieces > MOST_PIECES) return
    }
    if (facts.reached === 'no')
      for (const taker of takers) facts.takers.push({ program, entry: taker, of: e })
    takers.clear()
  }
  if (budget.spent) {
    if (facts.reached === 'no') facts.reached = 'unknown'
    if (facts.redundant === 'yes') facts.redundant = 'unknown'
  }
}

/** Base chains that surely come before the entry's, and its own; undefined for all: no two share a priority. */
function chainsUpTo({ chains, chainOf }: Program, e: number): ReadonlySet<number> | undefined {
  if (chains.length === 1) return undefined
  const own = chainOf[e]!
  const place = placeOf(chains[own]!.site.base.base)
  const before = new Set([own])
  for (const [i, { site }] of chains.entries()) if (placeOf(site.base.base) < place) before.add(i)
  return before
}

/** Whether some packet of the region would come to something else without the rule. */
function changesWithout(
  program: Program,
  e: number,
  own: readonly number[],
  region: Region,
  budget: Budget,
  facts: RuleFacts,
): boolean {
  const outcome = outcomeOf(program, e)
  if (outcome === null || outcome.includes(',') || hasEffects(program, e)) return true
  const end = program.chains[program.chainOf[e]! + 1]?.from ?? program.count
  const all = candidates(program, e + 1, end, region)
  const last = program.changes.size === 0 ? taker(program, all, end - 1, region) : -1
  // No packet of the region goes past it.
  const among = last < 0 ? all : all.slice(0, all.indexOf(last) + 1)
  const others = own.length === 1 ? among : among.filter(t => !own.includes(t))
  for (let i = others.length - 1; i >= 0; i--) {
    const t = others[i]!
    const other = outcomeOf(program, t)
    if (other === null || other === outcome) continue
    for (const _ of reaching(program, t, region, budget, { from: e + 1, among })) return true
    if (budget.spent) return true
  }
  const instead = others.find(t => outcomeOf(program, t) === outcome && isCovered(program, t, region))
  const other = instead ?? others.find(t => outcomeOf(program, t) === outcome)
  if (other !== undefined) facts.instead ??= program.entries[other]!.site
  return false
}

/** The rule does more than decide. */
function hasEffects({ entries }: Program, e: number): boolean {
  const { rule } = entries[e]!.site
  return rule?.statements.some(({ kind }) => !PLAIN.has(kind)) ?? false
}

const PLAIN: ReadonlySet<string> = new Set(['match', 'verdict', 'verdict-map', 'reject', 'counter', 'last'])
