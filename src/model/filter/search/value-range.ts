/**
 * Ranges of a datatype's values, and what a pattern stands for as a list of them: ascending, disjoint, both ends
 * belonging to each. Names are ordered by their characters, so that `eth*` is a range too.
 */
import type { Pattern, Scalar } from '../pattern.ts'
import type { NamedSet } from '../ruleset.ts'
import { compareScalars } from '../scalar-order.ts'

export interface ValueRange {
  readonly low: Scalar
  readonly high: Scalar
}

/** After every name that begins with the text before it. */
const LAST = '\uffff'

/** The sets of a table by name, and what their elements were worked out to be. */
export interface SetTable {
  readonly sets: ReadonlyMap<string, NamedSet>
  readonly known: Map<string, readonly ValueRange[]>
}

/** `null` where a part has a shape that isn't a range of single values: a tuple, or a set that isn't there. */
export function rangesOf(pattern: Pattern, width: number, table: SetTable): readonly ValueRange[] | null {
  switch (pattern.kind) {
    case 'value':
      return [{ low: pattern.value, high: pattern.value }]
    case 'range':
      return pattern.low > pattern.high ? [] : [{ low: pattern.low, high: pattern.high }]
    case 'prefix':
      return [prefixRange(pattern.address, pattern.length, width)]
    case 'beginning':
      return [{ low: pattern.text, high: pattern.text + LAST }]
    case 'set':
      return unite(pattern.elements.map(element => rangesOf(element, width, table)))
    case 'reference': {
      const known = table.known.get(pattern.set)
      if (known !== undefined) return known
      const set = table.sets.get(pattern.set)
      if (set === undefined) return null
      const ranges = unite(set.elements.map(({ key }) => (key === '*' ? null : rangesOf(key, width, table))))
      if (ranges !== null) table.known.set(pattern.set, ranges)
      return ranges
    }
    default:
      return null
  }
}

function prefixRange(address: Scalar, length: number, width: number): ValueRange {
  if (typeof address === 'bigint') {
    const host = (1n << BigInt(Math.max(0, (width > 48 ? width : 128) - length))) - 1n
    return { low: address & ~host, high: address | host }
  }
  if (typeof address === 'string') return { low: address, high: address }
  const size = 2 ** Math.max(0, width - length)
  const low = Math.floor(address / size) * size
  return { low, high: low + size - 1 }
}

function unite(lists: readonly (readonly ValueRange[] | null)[]): readonly ValueRange[] | null {
  const all: ValueRange[] = []
  for (const list of lists) {
    if (list === null) return null
    for (const range of list) all.push(range)
  }
  return mergeRanges(all)
}

/** Sorted, and those that overlap made one. */
export function mergeRanges(ranges: readonly ValueRange[]): readonly ValueRange[] {
  if (ranges.length < 2) return ranges
  const merged: { low: Scalar; high: Scalar }[] = []
  for (const { low, high } of ranges.toSorted((a, b) => compareScalars(a.low, b.low))) {
    const last = merged.at(-1)
    if (last !== undefined && low <= last.high) {
      if (high > last.high) last.high = high
    } else merged.push({ low, high })
  }
  return merged
}

export function isInRanges(ranges: readonly ValueRange[], value: Scalar): boolean {
  let from = 0
  let to = ranges.length
  while (from < to) {
    const middle = (from + to) >>> 1
    if (ranges[middle]!.high < value) from = middle + 1
    else to = middle
  }
  return from < ranges.length && ranges[from]!.low <= value
}
