/** Finds the element of a set that has a known value, without looking at all of them. Made once for each list of elements. */
import type { Pattern, Scalar } from '../pattern.ts'
import type { Element } from '../ruleset.ts'
import { compareScalars } from '../scalar-order.ts'
import { lastOf } from './bits.ts'
import { patternHolds } from './pattern-region.ts'

export interface ElementIndex {
  /** Single values; of concatenations of single values, their parts joined. */
  readonly points: ReadonlyMap<Scalar, Element>
  /** Ranges and prefixes, ascending; they don't overlap, or the kernel refuses them. */
  readonly spans: readonly Span[]
  /** Concatenations with ranges in them, and names by their beginning. */
  readonly others: readonly Element[]
  readonly catchAll: Element | undefined
}

interface Span {
  readonly low: Scalar
  readonly high: Scalar
  readonly element: Element
}

const indexes = new WeakMap<readonly Element[], ElementIndex>()

export function indexOf(elements: readonly Element[]): ElementIndex {
  let index = indexes.get(elements)
  if (index === undefined) {
    index = build(elements)
    indexes.set(elements, index)
  }
  return index
}

/** Parts are told apart by what no name or number holds. */
export const joined = (parts: readonly Scalar[]): string =>
  parts.map(part => `${typeof part}${part}`).join('\0')

/** The element of a value all of which is known. */
export function lookUp(index: ElementIndex, value: Scalar | readonly Scalar[]): Element | undefined {
  const point = index.points.get(Array.isArray(value) ? joined(value) : (value as Scalar))
  if (point !== undefined) return point
  if (!Array.isArray(value)) {
    const span = spanOf(index.spans, value as Scalar)
    if (span !== undefined) return span
  }
  for (const element of index.others) {
    if (element.key !== '*' && keyHolds(element.key, value)) return element
  }
  return index.catchAll
}

function keyHolds(key: Pattern, value: Scalar | readonly Scalar[]): boolean {
  if (!Array.isArray(value)) return patternHolds(key, value as Scalar, 0)
  return (
    key.kind === 'tuple' &&
    key.parts.length === value.length &&
    key.parts.every((part, i) => patternHolds(part, value[i]!, 0))
  )
}

function spanOf(spans: readonly Span[], value: Scalar): Element | undefined {
  let from = 0
  let to = spans.length
  while (from < to) {
    const middle = (from + to) >> 1
    if (spans[middle]!.low <= value) from = middle + 1
    else to = middle
  }
  const span = spans[from - 1]
  return span !== undefined && value <= span.high ? span.element : undefined
}

function build(elements: readonly Element[]): ElementIndex {
  const points = new Map<Scalar, Element>()
  const spans: Span[] = []
  const others: Element[] = []
  let catchAll: Element | undefined
  for (const element of elements) {
    const { key } = element
    if (key === '*') catchAll = element
    else if (key.kind === 'value') points.set(key.value, element)
    else if (key.kind === 'range') spans.push({ low: key.low, high: key.high, element })
    else if (key.kind === 'prefix') {
      const high = lastOf(key.address, key.length, typeof key.address === 'bigint' ? 128 : 32)
      spans.push({ low: key.address, high, element })
    } else if (key.kind === 'tuple' && key.parts.every(part => part.kind === 'value'))
      points.set(joined(key.parts.map(part => part.value)), element)
    else others.push(element)
  }
  spans.sort((a, b) => compareScalars(a.low, b.low))
  return { points, spans, others, catchAll }
}
