/**
 * Sets of ranks: small whole numbers that stand for the elementary intervals of a field's values. Kept as pairs of
 * first and last, ascending, disjoint, with a gap between neighbours: `[2, 4, 7, 7]` is 2, 3, 4 and 7.
 */
export type RankSet = readonly number[]

export const NO_RANKS: RankSet = []

export function intersectRanks(a: RankSet, b: RankSet): RankSet {
  const both: number[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const low = Math.max(a[i]!, b[j]!)
    const high = Math.min(a[i + 1]!, b[j + 1]!)
    if (low <= high) both.push(low, high)
    if (a[i + 1]! < b[j + 1]!) i += 2
    else j += 2
  }
  return both
}

/** What is in `a` and not in `b`. */
export function subtractRanks(a: RankSet, b: RankSet): RankSet {
  const rest: number[] = []
  for (let i = 0, j = 0; i < a.length; i += 2) {
    let low = a[i]!
    const high = a[i + 1]!
    while (j < b.length && b[j + 1]! < low) j += 2
    for (let k = j; k < b.length && b[k]! <= high && low <= high; k += 2) {
      if (low < b[k]!) rest.push(low, b[k]! - 1)
      low = b[k + 1]! + 1
    }
    if (low <= high) rest.push(low, high)
  }
  return rest
}

export function ranksOverlap(a: RankSet, b: RankSet): boolean {
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i]! <= b[j + 1]! && b[j]! <= a[i + 1]!) return true
    if (a[i + 1]! < b[j + 1]!) i += 2
    else j += 2
  }
  return false
}

/** Whether all of `b` is in `a`. */
export function ranksCover(a: RankSet, b: RankSet): boolean {
  for (let i = 0, j = 0; j < b.length; j += 2) {
    while (i < a.length && a[i + 1]! < b[j]!) i += 2
    if (i >= a.length || a[i]! > b[j]! || a[i + 1]! < b[j + 1]!) return false
  }
  return true
}

export function hasRank(set: RankSet, rank: number): boolean {
  let from = 0
  let to = set.length / 2
  while (from < to) {
    const middle = (from + to) >>> 1
    if (set[2 * middle + 1]! < rank) from = middle + 1
    else to = middle
  }
  return 2 * from < set.length && set[2 * from]! <= rank
}

/** Pairs in any order, overlapping or not, as a set. */
export function ranksOfPairs(pairs: readonly (readonly [low: number, high: number])[]): RankSet {
  if (pairs.length === 1) return pairs[0]!
  const set: number[] = []
  for (const [low, high] of pairs.toSorted((a, b) => a[0] - b[0])) {
    const last = set.length - 1
    if (last > 0 && low <= set[last]! + 1) set[last] = Math.max(set[last]!, high)
    else set.push(low, high)
  }
  return set
}

export function countRanks(set: RankSet): number {
  let count = 0
  for (let i = 0; i < set.length; i += 2) count += set[i + 1]! - set[i]! + 1
  return count
}

/** The n-th of its ranks, counted from 0; there are that many. */
export function nthRank(set: RankSet, n: number): number {
  let left = n
  for (let i = 0; i < set.length; i += 2) {
    const count = set[i + 1]! - set[i]! + 1
    if (left < count) return set[i]! + left
    left -= count
  }
  return set[0]!
}
