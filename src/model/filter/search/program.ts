/**
 * The entries of one hook as columns of numbers, for loops over thousands of them: each entry's terms stand side by
 * side, a field, the least and greatest rank, and the whole set of ranks where that has gaps.
 */
import type { Hook, Rule, Ruleset } from '../ruleset.ts'
import { concerns } from './assigns.ts'
import type { Assign, Entry, Unfolded, UnfoldedRule } from './entry.ts'
import { type Field, presentRanks, rankOfValue } from './field.ts'
import { intersectRanks, type RankSet } from './rank-set.ts'
import { type UnfoldOptions, unfold } from './unfold.ts'
import { ATOMS, type Term, type Universe } from './universe.ts'

/** What becomes of a field: another rank, or what another field is. */
export interface Change {
  readonly field: number
  readonly to: { readonly rank: number } | { readonly source: number }
}

export interface Dense {
  readonly field: number
  readonly low: Int32Array
  readonly high: Int32Array
}

export interface Program {
  readonly hook: Hook
  readonly family: 'ip' | 'ip6'
  readonly ruleset: Ruleset
  readonly universe: Universe
  readonly entries: readonly Entry[]
  readonly chains: Unfolded['chains']
  readonly rules: ReadonlyMap<Rule, UnfoldedRule>
  readonly incomplete?: string
  readonly count: number
  /** Entry e has the terms from `start[e]` to `start[e + 1]`. */
  readonly start: Int32Array
  readonly field: Int32Array
  readonly low: Int32Array
  readonly high: Int32Array
  /** Null where low to high is all. */
  readonly set: readonly (RankSet | null)[]
  /** The two fields that tell most entries apart, with a range for each entry: wide where it doesn't ask. */
  readonly dense: readonly [Dense, Dense]
  /** Where an entry goes on: -1 for one that ends, `e + 1` for one that only changes something. */
  readonly target: Int32Array
  /** 1: no packet matches it. */
  readonly dead: Uint8Array
  readonly changes: ReadonlyMap<number, readonly Change[]>
  /** Base chain of each entry, as an index of `chains`. */
  readonly chainOf: Int32Array
}

/** First unfolds; ranks exist once the universe is sealed, so what is compared is unfolded before any is compiled. */
export function prepare(
  ruleset: Ruleset,
  hook: Hook,
  family: 'ip' | 'ip6',
  universe: Universe,
  options?: UnfoldOptions,
): () => Program {
  const unfolded = unfold(ruleset, hook, family, universe, options)
  return () => compile(ruleset, hook, family, universe, unfolded)
}

function compile(
  ruleset: Ruleset,
  hook: Hook,
  family: 'ip' | 'ip6',
  universe: Universe,
  unfolded: Unfolded,
): Program {
  universe.seal()
  const { entries } = unfolded
  const most = entries.reduce((sum, { terms }) => sum + terms.length, 0)
  const start = new Int32Array(entries.length + 1)
  const columns = { field: new Int32Array(most), low: new Int32Array(most), high: new Int32Array(most) }
  const sets: (RankSet | null)[] = []
  const target = new Int32Array(entries.length)
  const dead = new Uint8Array(entries.length)
  const changes = new Map<number, readonly Change[]>()
  let filled = 0
  for (const [e, { terms, effect }] of entries.entries()) {
    start[e] = filled
    const merged = mergedTerms(terms, universe)
    if (merged === null) dead[e] = 1
    for (const { field, ranks } of merged ?? []) {
      columns.field[filled] = field.id
      columns.low[filled] = ranks[0]!
      columns.high[filled] = ranks.at(-1)!
      sets[filled] = ranks.length > 2 ? ranks : null
      filled++
    }
    target[e] = effect.kind === 'ends' ? -1 : effect.kind === 'skips' ? effect.to.at : e + 1
    if (effect.kind !== 'ends' && effect.assigns.length > 0) {
      changes.set(
        e,
        effect.assigns.flatMap(assign => changesOf(assign, universe)),
      )
    }
  }
  start[entries.length] = filled
  const chainOf = new Int32Array(entries.length)
  for (const [i, { from }] of unfolded.chains.entries()) chainOf.fill(i, from)
  const dense = denseOf(universe, start, columns, dead, filled)
  const { chains, rules, incomplete } = unfolded
  const told = incomplete === undefined ? {} : { incomplete }
  const count = entries.length
  return {
    ...{ hook, family, ruleset, universe, entries, chains, rules, ...told },
    ...{ count, start, ...columns, set: sets, target, dead, changes, chainOf, dense },
  }
}

function denseOf(
  universe: Universe,
  start: Int32Array,
  { field, low, high }: { field: Int32Array; low: Int32Array; high: Int32Array },
  dead: Uint8Array,
  filled: number,
): readonly [Dense, Dense] {
  const uses = new Map<number, number>()
  for (let at = 0; at < filled; at++)
    if (field[at]! < ATOMS) uses.set(field[at]!, (uses.get(field[at]!) ?? 0) + 1)
  const worth = (one: number): number => uses.get(one)! * Math.log2(universe.fields[one]!.size)
  const [first = 0, second = first] = [...uses.keys()].sort((a, b) => worth(b) - worth(a))
  const column = (of: number): Dense => {
    const dense = {
      field: of,
      low: new Int32Array(dead.length),
      high: new Int32Array(dead.length).fill(NEVER_REACHED),
    }
    for (let e = 0; e < dead.length; e++) {
      if (dead[e] === 1) dense.low[e] = NEVER_REACHED
      for (let at = start[e]!; at < start[e + 1]!; at++) {
        if (field[at] !== of) continue
        dense.low[e] = low[at]!
        dense.high[e] = high[at]!
      }
    }
    return dense
  }
  return [column(first), column(second)]
}

/** Above every rank. */
const NEVER_REACHED = 0x7fffffff

interface Narrowed {
  readonly field: Field
  readonly ranks: RankSet
}

/** One for each field, those that rule out most first; null where no packet can match. */
export function mergedTerms(terms: readonly Term[], universe: Universe): readonly Narrowed[] | null {
  const merged: Narrowed[] = []
  for (const term of terms) {
    const ranks = universe.ranks(term)
    if (ranks.length === 0) return null
    let at = 0
    while (at < merged.length && merged[at]!.field !== term.field) at++
    if (at === merged.length) {
      const isAll = ranks[0] === 0 && ranks[1] === term.field.size - 1
      if (!isAll) merged.push({ field: term.field, ranks })
      continue
    }
    if (merged[at]!.ranks === ranks) continue
    const both = intersectRanks(merged[at]!.ranks, ranks)
    if (both.length === 0) return null
    merged[at] = { field: term.field, ranks: both }
  }
  return inOrder(merged)
}

/** By insertion: there are two or three, in thousands of entries. */
function inOrder(merged: Narrowed[]): readonly Narrowed[] {
  for (let i = 1; i < merged.length; i++) {
    const one = merged[i]!
    let at = i
    for (; at > 0 && comesBefore(one, merged[at - 1]!); at--) merged[at] = merged[at - 1]!
    merged[at] = one
  }
  return merged
}

const comesBefore = (a: Narrowed, b: Narrowed): boolean =>
  (share(a) - share(b) || a.field.id - b.field.id) < 0

const share = ({ field, ranks }: Narrowed): number => (ranks.at(-1)! - ranks[0]! + 1) / field.size

function changesOf({ field, to, touches }: Assign, universe: Universe): readonly Change[] {
  const changes: Change[] = []
  for (const one of [...universe.fields, ...universe.sharedAtoms]) {
    if (one.origin !== undefined) continue
    if (one === field || concerns(field.key, one)) changes.push(changeOf(one, field, to, universe))
    else if (touches.some(word => concerns(word, one))) changes.push(fresh(one, universe))
  }
  return changes
}

function changeOf(one: Field, field: Field, to: Assign['to'], universe: Universe): Change {
  const mask = one === field ? undefined : maskIn(one, field)
  if (one !== field && mask === undefined) return fresh(one, universe)
  if (to.kind === 'value' && typeof to.value === typeof field.least) {
    const value = mask === undefined ? to.value : ((to.value as number) & mask) >>> 0
    const rank = rankOfValue(one, value)
    if (rank >= 0) return { field: one.id, to: { rank } }
  }
  if (to.kind === 'bits' && mask !== undefined) {
    if ((to.and & mask) === 0) return { field: one.id, to: { rank: rankOfValue(one, (to.xor & mask) >>> 0) } }
    if ((to.and & mask) >>> 0 === mask && (to.xor & mask) === 0)
      return { field: one.id, to: { source: one.id } }
  }
  return fresh(one, universe)
}

export function maskIn(one: Field, field: Pick<Field, 'key'>): number | undefined {
  const beginning = `${field.key} & `
  return one.key.startsWith(beginning) ? Number(one.key.slice(beginning.length)) : undefined
}

const fresh = (field: Field, universe: Universe): Change => ({
  field: field.id,
  to: { source: universe.copy(field).id },
})

/** Values that a packet at the hook can have. What is missing can have any. */
export function boundsOf({
  hook,
  universe,
}: Pick<Program, 'hook' | 'universe'>): ReadonlyMap<number, RankSet> {
  const bounds = new Map<number, RankSet>()
  for (const field of universe.fields) {
    const empty = field.key === 'meta iifname' || field.key === 'meta oifname'
    const ranks = empty ? interfaceBounds(field, hook) : null
    if (ranks !== null) bounds.set(field.id, ranks)
    if (field.key === 'ct state before conntrack') bounds.set(field.id, [0, 0])
  }
  return bounds
}

/** A packet made here came in by none; before routing, and in input, it leaves by none. */
function interfaceBounds(field: Field, hook: Hook): RankSet | null {
  const none: RankSet = [0, 0]
  const some: RankSet = [1, presentRanks(field)[1]!]
  if (field.key === 'meta iifname')
    return hook === 'output' ? none : hook === 'postrouting' || hook === 'egress' ? null : some
  return hook === 'prerouting' || hook === 'input' || hook === 'ingress' ? none : some
}
