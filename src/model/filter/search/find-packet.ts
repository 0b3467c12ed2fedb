/**
 * Is there a packet, among those that a condition describes, that the rules of a hook accept (or drop, or reject)? A
 * packet that was found has been through the evaluator; that there is none was proven by looking at every region; and
 * where neither could be done the answer is that it isn't known, and why.
 */
import type { Decision, DecisionKind } from '../decision.ts'
import { decideAtHook } from '../evaluate.ts'
import type { Hook, Ruleset } from '../ruleset.ts'
import { Budget } from './budget.ts'
import type { ConditionPart } from './condition.ts'
import { conditionTerms } from './condition-terms.ts'
import { plainlyOutside } from './plainly-outside.ts'
import { boundsOf, mergedTerms, type Program, prepare } from './program.ts'
import { intersectRanks } from './rank-set.ts'
import { candidates, reaching } from './reach.ts'
import { type Region, ranksIn, wholeRegion, withRanks } from './region.ts'
import { type Term, Universe } from './universe.ts'
import { type Witness, witnessOf } from './witness.ts'

export interface FindRequest {
  readonly hook: Hook
  /** Any of these will do: `['drop', 'reject']` is "not let through". */
  readonly wanted: readonly ('accept' | 'drop' | 'reject')[]
  /** All of them must hold. None: any packet. */
  readonly condition?: readonly ConditionPart[]
  readonly families?: readonly ('ip' | 'ip6')[]
  /** Pieces of regions that are looked at before the answer is "unknown". 20,000 where absent. */
  readonly steps?: number
}

export type Found =
  | { readonly found: 'yes'; readonly witness: Witness & { readonly decision: Decision } }
  /** Proven: every region was looked at. */
  | { readonly found: 'no'; readonly looked: number }
  /** `candidate`: a packet for which it depends, and on what (its decision). */
  | {
      readonly found: 'unknown'
      readonly why: string
      readonly candidate?: Witness & { readonly decision: Decision }
    }

export const STEPS = 20_000
/** Packets that are tried on the evaluator before the search gives up on facts that nobody knows. */
const MOST_TRIES = 200

export function findPacket(ruleset: Ruleset, request: FindRequest): Found {
  return searcherOf(ruleset, request.hook, request.condition, request.families).find(request)
}

export interface Searcher {
  find(request: Pick<FindRequest, 'wanted' | 'steps'>): Found
}

interface World {
  readonly program: Program
  readonly conjunctions: readonly (readonly Term[])[]
}

/** For several questions about the same rules and condition. */
export function searcherOf(
  ruleset: Ruleset,
  hook: Hook,
  condition: readonly ConditionPart[] = [],
  families: readonly ('ip' | 'ip6')[] = ['ip', 'ip6'],
): Searcher {
  const known = new Map<'ip' | 'ip6', World | null>()
  const worldOf = (family: 'ip' | 'ip6'): World | null => {
    let world = known.get(family)
    if (world === undefined) {
      const universe = new Universe()
      const conjunctions = conditionTerms(condition, hook, family, universe)
      // No packet of the family is meant.
      if (conjunctions.length === 0) world = null
      else {
        const remaining = plainlyOutside(ruleset, hook, family, conjunctions)
        const program = prepare(ruleset, hook, family, universe, { remaining })()
        world = { program, conjunctions }
      }
      known.set(family, world)
    }
    return world
  }
  return {
    find({ wanted, steps = STEPS }) {
      const budget = new Budget(steps)
      const search = new Search(wanted, budget)
      for (const family of families) {
        const world = worldOf(family)
        for (const terms of world?.conjunctions ?? []) {
          const witness = search.among(world!.program, terms)
          if (witness !== null) return { found: 'yes', witness }
        }
      }
      return search.failure(steps - budget.left)
    },
  }
}

class Search {
  readonly #wanted: ReadonlySet<DecisionKind>
  readonly #budget: Budget
  #tries = 0
  #why: string | undefined
  #candidate: (Witness & { readonly decision: Decision }) | undefined

  constructor(wanted: readonly DecisionKind[], budget: Budget) {
    this.#wanted = new Set(wanted)
    this.#budget = budget
  }

  among(program: Program, terms: readonly Term[]): (Witness & { readonly decision: Decision }) | null {
    const region = regionOf(program, terms)
    if (region === null) return null
    if (program.incomplete !== undefined) this.#why ??= program.incomplete
    // No chain, and nothing stands in the way.
    if (program.count === 0) return this.#wanted.has('accept') ? this.#check(program, region) : null
    const { targets, among } = this.#targets(program, region)
    for (const target of targets) {
      for (const piece of reaching(program, target, region, this.#budget, { among })) {
        const witness = this.#check(program, piece)
        if (witness !== null) return witness
        if (this.#tries >= MOST_TRIES) return null
      }
      if (this.#budget.spent) return null
    }
    return null
  }

  failure(looked: number): Found {
    const why = this.#budget.spent ? `the budget of ${looked} steps is spent` : this.#why
    if (why === undefined) return { found: 'no', looked }
    return { found: 'unknown', why, ...(this.#candidate && { candidate: this.#candidate }) }
  }

  /** Entries that give a wanted verdict, those first that ask nothing that nobody knows. */
  #targets(program: Program, region: Region): { targets: readonly number[]; among: readonly number[] } {
    const { count, entries } = program
    const among = program.changes.size > 0 ? everyEntry(count) : candidates(program, 0, count, region)
    const good: number[] = []
    const opaque: number[] = []
    for (const e of among) {
      const { effect, terms } = entries[e]!
      const is = effect.kind === 'ends' ? effect.with : program.target[e] === count ? 'accept' : null
      if (is === null) continue
      if (is === 'queue' || is === 'unsupported') opaque.push(e)
      else if (this.#wanted.has(is))
        (terms.some(({ field }) => field.shape === 'atom') ? opaque : good).push(e)
    }
    return { targets: [...good, ...opaque], among }
  }

  #check(program: Program, piece: Region): (Witness & { readonly decision: Decision }) | null {
    this.#tries++
    const witness = witnessOf(program, piece)
    if (witness === null) {
      this.#why ??= 'what is left asks for values that don’t fit together'
      return null
    }
    const { packet, surroundings } = witness
    const { decision } = decideAtHook(program.ruleset, program.hook, packet, surroundings, JUDGED)
    if (this.#wanted.has(decision.kind)) return { packet, surroundings, decision }
    const facts = decision.unknown.map(({ expression }) => expression).join(', ')
    this.#why =
      facts === ''
        ? 'what was found doesn’t stand up to the evaluator'
        : `it depends on what isn’t known: ${facts}`
    this.#candidate ??= { packet, surroundings, decision }
    return null
  }
}

const JUDGED = { ties: 'last-first', brief: true } as const

const everyEntry = (count: number): readonly number[] => Array.from({ length: count }, (_, e) => e)

/** What the condition leaves of all packets at the hook. Null for nothing. */
export function regionOf(program: Program, terms: readonly Term[]): Region | null {
  const narrowed = mergedTerms(terms, program.universe)
  if (narrowed === null) return null
  let region = wholeRegion(program, boundsOf(program))
  for (const { field, ranks } of narrowed) {
    const both = intersectRanks(ranksIn(region, field.id), ranks)
    if (both.length === 0) return null
    region = withRanks(region, field.id, both)
  }
  return region
}
