/**
 * A region: all packets whose every field is in some set of ranks. What rules changed on the way is kept beside it: a
 * field may stand for another one by now, or have one rank that is known.
 */
import type { Change, Program } from './program.ts'
import { hasRank, intersectRanks, type RankSet, ranksCover, ranksOverlap, subtractRanks } from './rank-set.ts'
import { ATOMS } from './universe.ts'

export interface Region {
  /** Least and greatest rank of each field. */
  readonly low: readonly number[]
  readonly high: readonly number[]
  /** Whole sets, of fields whose ranks have gaps. */
  readonly gaps: ReadonlyMap<number, RankSet>
  /** Atoms that are known to be so (1) or not (0). */
  readonly facts: ReadonlyMap<number, number>
  /** What fields have become. */
  readonly now: ReadonlyMap<number, Change['to']>
  /** Entries that changed something on the way. */
  readonly changed: readonly number[]
}

const NOTHING_CHANGED: Region['now'] = new Map()
const NO_FACTS: Region['facts'] = new Map()
const NO_GAPS: Region['gaps'] = new Map()

/** Everything, but what the bounds leave out. */
export function wholeRegion(program: Program, bounds: ReadonlyMap<number, RankSet>): Region {
  const { fields } = program.universe
  const low = fields.map(() => 0)
  const high = fields.map(({ size }) => size - 1)
  let region: Region = { low, high, gaps: NO_GAPS, facts: NO_FACTS, now: NOTHING_CHANGED, changed: [] }
  for (const [field, ranks] of bounds) region = withRanks(region, field, ranks)
  return region
}

export function ranksIn({ low, high, gaps, facts }: Region, field: number): RankSet {
  if (field >= ATOMS) {
    const fact = facts.get(field)
    return fact === undefined ? EITHER : [fact, fact]
  }
  return gaps.get(field) ?? [low[field]!, high[field]!]
}

const EITHER: RankSet = [0, 1]

export function withRanks(region: Region, field: number, ranks: RankSet): Region {
  if (field >= ATOMS) {
    if (ranks[0] !== ranks.at(-1)) return region
    return { ...region, facts: new Map(region.facts).set(field, ranks[0]!) }
  }
  const low = region.low.slice()
  const high = region.high.slice()
  low[field] = ranks[0]!
  high[field] = ranks.at(-1)!
  let { gaps } = region
  if (ranks.length > 2 || gaps.has(field)) {
    const copy = new Map(gaps)
    if (ranks.length > 2) copy.set(field, ranks)
    else copy.delete(field)
    gaps = copy
  }
  return { ...region, low, high, gaps }
}

export const ranksOfTerm = ({ low, high, set }: Program, at: number): RankSet =>
  set[at] ?? [low[at]!, high[at]!]

/** Whether some packet of the region matches the entry. */
export function overlaps(program: Program, e: number, region: Region): boolean {
  const { start, field, low, high, set } = program
  const plain = region.now.size === 0
  for (let at = start[e]!, end = start[e + 1]!; at < end; at++) {
    let f = field[at]!
    if (!plain) {
      const to = region.now.get(f)
      if (to !== undefined && 'rank' in to) {
        if (!hasRank(ranksOfTerm(program, at), to.rank)) return false
        continue
      }
      if (to !== undefined) f = to.source
    }
    if (f >= ATOMS) {
      const fact = region.facts.get(f)
      if (fact !== undefined && fact !== low[at]) return false
      continue
    }
    if (low[at]! > region.high[f]! || high[at]! < region.low[f]!) return false
    if (set[at] !== null || region.gaps.has(f)) {
      if (!ranksOverlap(ranksOfTerm(program, at), ranksIn(region, f))) return false
    }
  }
  return true
}

/** Whether all packets of the region match the entry. */
export function isCovered(program: Program, e: number, region: Region): boolean {
  const { start } = program
  for (let at = start[e]!, end = start[e + 1]!; at < end; at++) {
    if (plain(program, at, region)) {
      if (!holdsForAll(program, at, region)) return false
      continue
    }
    const place = placeOf(program, at, region)
    const ranks = ranksOfTerm(program, at)
    if (
      place.rank !== undefined
        ? !hasRank(ranks, place.rank)
        : !ranksCover(ranks, ranksIn(region, place.field))
    )
      return false
  }
  return true
}

const plain = ({ field, set }: Program, at: number, { now }: Region): boolean =>
  set[at] === null && now.size === 0 && field[at]! < ATOMS

/** A term without gaps holds for all of the region exactly where it holds for its least and its greatest rank. */
const holdsForAll = ({ field, low, high }: Program, at: number, region: Region): boolean =>
  low[at]! <= region.low[field[at]!]! && high[at]! >= region.high[field[at]!]!

export interface Split {
  /** Disjoint, and none of their packets matches the entry. */
  readonly outside: readonly Region[]
  /** Those that match; null for none. */
  readonly inside: Region | null
}

export function split(program: Program, e: number, region: Region, wantInside: boolean): Split {
  const { start } = program
  const outside: Region[] = []
  let inside = region
  for (let at = start[e]!, end = start[e + 1]!; at < end; at++) {
    if (plain(program, at, inside) && holdsForAll(program, at, inside)) continue
    const { field, rank } = placeOf(program, at, inside)
    const ranks = ranksOfTerm(program, at)
    if (rank !== undefined) {
      if (!hasRank(ranks, rank)) return { outside: [...outside, inside], inside: null }
      continue
    }
    const own = ranksIn(inside, field)
    const rest = subtractRanks(own, ranks)
    if (rest.length === 0) continue
    outside.push(withRanks(inside, field, rest))
    const both = intersectRanks(own, ranks)
    if (both.length === 0) return { outside, inside: null }
    if (wantInside || at + 1 < end) inside = withRanks(inside, field, both)
  }
  return { outside, inside }
}

/** The part of a region that matches an entry; null for none. */
export const within = (program: Program, e: number, region: Region): Region | null =>
  split(program, e, region, true).inside

function placeOf({ field }: Program, at: number, { now }: Region): { field: number; rank?: number } {
  const own = field[at]!
  const to = now.get(own)
  if (to === undefined) return { field: own }
  return 'rank' in to ? { field: own, rank: to.rank } : { field: to.source }
}

/** After an entry has changed fields. */
export function afterChanges(region: Region, e: number, changes: readonly Change[]): Region {
  const now = new Map(region.now)
  for (const { field, to } of changes) {
    // What stays as it is stays what it was made to be before.
    if ('source' in to && to.source === field) continue
    now.set(field, to)
  }
  return { ...region, now, changed: [...region.changed, e] }
}
