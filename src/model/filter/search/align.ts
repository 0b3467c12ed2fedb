/**
 * What two lists have in common, in order: equal beginnings and ends, and between them what is there once in each, as far as
 * it stands in the same order (the patience way to a common subsequence). Not always the longest one; what isn't aligned is
 * only more to look at.
 */

/** For each place of `a` the place of `b` that it is aligned with, -1 for none. */
export function align(a: readonly string[], b: readonly string[]): Int32Array {
  const pairs = new Int32Array(a.length).fill(-1)
  alignBetween(a, b, pairs, { from: 0, to: a.length }, { from: 0, to: b.length }, true)
  return pairs
}

interface Span {
  readonly from: number
  readonly to: number
}

function alignBetween(
  a: readonly string[],
  b: readonly string[],
  pairs: Int32Array,
  inA: Span,
  inB: Span,
  mayAnchor: boolean,
): void {
  let { from: i, to: endA } = inA
  let { from: j, to: endB } = inB
  while (i < endA && j < endB && a[i] === b[j]) pairs[i++] = j++
  while (i < endA && j < endB && a[endA - 1] === b[endB - 1]) pairs[--endA] = --endB
  if (!mayAnchor || i === endA || j === endB) return
  let [lastA, lastB] = [i, j]
  for (const [placeA, placeB] of [
    ...anchors(a, b, { from: i, to: endA }, { from: j, to: endB }),
    [endA, endB] as const,
  ]) {
    alignBetween(a, b, pairs, { from: lastA, to: placeA }, { from: lastB, to: placeB }, false)
    if (placeA < endA) pairs[placeA] = placeB
    lastA = placeA + 1
    lastB = placeB + 1
  }
}

/** Lines that each list has once, the longest run of them that ascends in both. */
function anchors(
  a: readonly string[],
  b: readonly string[],
  inA: Span,
  inB: Span,
): readonly (readonly [number, number])[] {
  const places = new Map<string, number>()
  for (let j = inB.from; j < inB.to; j++) places.set(b[j]!, places.has(b[j]!) ? -1 : j)
  const seen = new Map<string, number>()
  for (let i = inA.from; i < inA.to; i++) seen.set(a[i]!, seen.has(a[i]!) ? -1 : i)
  const both: [number, number][] = []
  for (const [line, i] of seen) {
    const j = places.get(line) ?? -1
    if (i >= 0 && j >= 0) both.push([i, j])
  }
  return ascending(both.sort((x, y) => x[0] - y[0]))
}

/** The longest subsequence whose second numbers ascend. */
function ascending(pairs: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const tails: number[] = []
  const before = new Int32Array(pairs.length).fill(-1)
  for (const [k, [, j]] of pairs.entries()) {
    let from = 0
    let to = tails.length
    while (from < to) {
      const middle = (from + to) >>> 1
      if (pairs[tails[middle]!]![1] < j) from = middle + 1
      else to = middle
    }
    if (from > 0) before[k] = tails[from - 1]!
    tails[from] = k
  }
  const run: (readonly [number, number])[] = []
  for (let k = tails.at(-1) ?? -1; k >= 0; k = before[k]!) run.push(pairs[k]!)
  return run.reverse()
}
