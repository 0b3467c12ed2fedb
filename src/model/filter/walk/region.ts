/**
 * Sets of values as intervals: what an unknown value may still be. Ends are half open, so that numbers, addresses and
 * names (in the order of their code units) are treated alike.
 */
import type { Scalar } from '../pattern.ts'
import { compareScalars, following } from '../scalar-order.ts'

/** From `low`, included, to `after`, excluded. An end that is absent is open. */
export interface Interval {
  readonly low?: Scalar
  readonly after?: Scalar
}

/** Ascending, none touching the next. */
export type Region = readonly Interval[]

export const EVERYTHING: Region = [{}]

export const between = (low: Scalar, high: Scalar): Region => [{ low, after: following(high) }]
export const pointRegion = (value: Scalar): Region => between(value, value)
export const unionOf = (regions: readonly Region[]): Region => regions.reduce(union, [])

export function holds(region: Region, value: Scalar): boolean {
  for (const { low, after } of region) {
    if ((low === undefined || low <= value) && (after === undefined || value < after)) return true
  }
  return false
}

export function intersection(one: Region, other: Region): Region {
  const both: Interval[] = []
  for (const a of one) {
    for (const b of other) {
      const low = a.low === undefined || (b.low !== undefined && b.low > a.low) ? b.low : a.low
      const after = a.after === undefined || (b.after !== undefined && b.after < a.after) ? b.after : a.after
      if (low === undefined || after === undefined || low < after) both.push(interval(low, after))
    }
  }
  return both.sort(byLow)
}

export function complement(region: Region): Region {
  const gaps: Interval[] = []
  let from: Scalar | undefined
  let open = true
  for (const { low, after } of region) {
    if (low !== undefined && (open || from! < low)) gaps.push(interval(open ? undefined : from, low))
    if (after === undefined) return gaps
    from = after
    open = false
  }
  gaps.push(interval(open ? undefined : from, undefined))
  return gaps
}

export const difference = (one: Region, other: Region): Region => intersection(one, complement(other))

function union(one: Region, other: Region): Region {
  const merged: Interval[] = []
  for (const next of [...one, ...other].sort(byLow)) {
    const last = merged.at(-1)
    if (last === undefined) merged.push(next)
    else if (last.after === undefined) break
    else if (next.low !== undefined && last.after < next.low) merged.push(next)
    else if (next.after === undefined || next.after > last.after)
      merged[merged.length - 1] = interval(last.low, next.after)
  }
  return merged
}

const interval = (low: Scalar | undefined, after: Scalar | undefined): Interval => ({
  ...(low === undefined ? {} : { low }),
  ...(after === undefined ? {} : { after }),
})

const byLow = (a: Interval, b: Interval): number =>
  a.low === undefined
    ? b.low === undefined
      ? 0
      : -1
    : b.low === undefined
      ? 1
      : compareScalars(a.low, b.low)
