/**
 * One thing that rules ask of a packet (a port, an interface's name, a mark), and its values cut into elementary
 * intervals: no rule tells two values of one interval apart, so a rank stands for each.
 *
 * A field that a packet may lack has one more rank, the last: a match on it holds for no set of values, nor for the
 * complement of one (nft breaks a rule at an expression that can't be read). An atom is a fact of two ranks, 0 no and
 * 1 yes, about which nothing else is known: what a limit will say, an extension that isn't understood.
 */
import type { Scalar } from '../pattern.ts'
import { following } from '../scalar-order.ts'
import { type RankSet, ranksOfPairs } from './rank-set.ts'
import { isInRanges, type ValueRange } from './value-range.ts'

/** What a rule wants of a field's value. `masked`: of the bits of a number that `mask` leaves. */
export type Predicate =
  | { readonly kind: 'in'; readonly ranges: readonly ValueRange[] }
  | { readonly kind: 'not-in'; readonly ranges: readonly ValueRange[] }
  | { readonly kind: 'masked'; readonly mask: number; readonly holds: (bits: number) => boolean }
  /** An atom that is so, or isn't. */
  | { readonly kind: 'is'; readonly truth: boolean }
  /** Everything else, that a packet lacks the field too. */
  | { readonly kind: 'not'; readonly of: Predicate }

export interface Field {
  readonly id: number
  /** In nft's words: `ip saddr`, `meta mark`, `limit rate 3/second`. */
  readonly key: string
  /** `line`: values in order, cut where rules cut them. `list`: few values, each a rank. */
  readonly shape: 'line' | 'list' | 'atom'
  /** Of what a rule made of another field, whatever that is: the other. */
  readonly origin?: Field
  /** Whether a packet may lack it. */
  readonly optional: boolean
  /** Of a line: the least value. Its type is the type of all. */
  readonly least: Scalar
  /** Of a line: the greatest, where there is one. */
  readonly most?: Scalar
  /** Of a list: its values. */
  readonly values: readonly number[]
  /** Of a line: where each interval begins, ascending. */
  cuts: Scalar[]
  /** How many ranks there are. Set when the universe is sealed. */
  size: number
  /** Of a line: ranks by the values where intervals begin. */
  rankOfCut: Map<Scalar, number>
}

/** The ranks for which the predicate holds. The universe that the field belongs to has been sealed. */
export function ranksOf(field: Field, predicate: Predicate): RankSet {
  if (predicate.kind === 'not') return complement(ranksOf(field, predicate.of), field.size - 1)
  if (field.shape === 'atom') return predicate.kind === 'is' && predicate.truth ? [1, 1] : [0, 0]
  if (field.shape === 'list') return listRanks(field, predicate)
  if (predicate.kind !== 'in' && predicate.kind !== 'not-in') return []
  const last = field.cuts.length - 1
  const pairs: [number, number][] = []
  for (const { low, high } of predicate.ranges) {
    if (low > high) continue
    const from = field.rankOfCut.get(low) ?? rankOfValue(field, low)
    // A single value's interval ends where it begins.
    const after = low === high && typeof low === 'number' ? from + 1 : field.rankOfCut.get(following(high))
    pairs.push([from, after === undefined ? last : after - 1])
  }
  const inside = ranksOfPairs(pairs)
  return predicate.kind === 'in' ? inside : complement(inside, last)
}

/** All values that a packet can have, without "it lacks it". */
export const presentRanks = (field: Field): RankSet => [0, field.size - (field.optional ? 2 : 1)]

/** Of a list that holds each byte: rank and value are the same. */
export const BYTES: readonly number[] = Array.from({ length: 256 }, (_, value) => value)

function listRanks(field: Field, predicate: Predicate): RankSet {
  const pairs: [number, number][] = []
  if (field.values === BYTES && predicate.kind === 'in') {
    for (const { low, high } of predicate.ranges) {
      if ((low as number) <= 255) pairs.push([low as number, Math.min(255, high as number)])
    }
    return ranksOfPairs(pairs)
  }
  for (const [rank, value] of field.values.entries()) {
    if (holdsFor(predicate, value)) pairs.push([rank, rank])
  }
  return ranksOfPairs(pairs)
}

export function holdsFor(predicate: Predicate, value: Scalar): boolean {
  switch (predicate.kind) {
    case 'in':
      return isInRanges(predicate.ranges, value)
    case 'not-in':
      return !isInRanges(predicate.ranges, value)
    case 'masked':
      return predicate.holds(((value as number) & predicate.mask) >>> 0)
    case 'is':
      return predicate.truth
    case 'not':
      return !holdsFor(predicate.of, value)
  }
}

/** The interval that a value of the field's type lies in. */
export const rankOfValue = ({ shape, values, cuts }: Field, value: Scalar): number =>
  shape === 'list' ? values.indexOf(value as number) : lastUpTo(cuts, value)

/** The place of the last of ascending values that isn't above this one; -1 where all are. */
export function lastUpTo(ascending: ArrayLike<Scalar>, value: Scalar): number {
  let from = 0
  let to = ascending.length
  while (from < to) {
    const middle = (from + to) >>> 1
    if (ascending[middle]! <= value) from = middle + 1
    else to = middle
  }
  return from - 1
}

function complement(set: RankSet, last: number): RankSet {
  const rest: number[] = []
  let from = 0
  for (let i = 0; i < set.length; i += 2) {
    if (set[i]! > from) rest.push(from, set[i]! - 1)
    from = set[i + 1]! + 1
  }
  if (from <= last) rest.push(from, last)
  return rest
}
