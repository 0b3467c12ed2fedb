/** Whether a match holds: the value on its left against the right (the kernel's cmp, range, bitwise and lookup expressions). */
import { datatypeOf } from '../datatype-of.ts'
import { isPattern } from '../is-pattern.ts'
import type { Pattern, Scalar } from '../pattern.ts'
import { following } from '../scalar-order.ts'
import type { Comparison, Statement } from '../statement.ts'
import { anyBit, applyBits } from './bits.ts'
import { ask, suppose } from './fact.ts'
import { inNamedSet, isSame, setNamed } from './lookup.ts'
import { patternHolds, regionOf } from './pattern-region.ts'
import { readExpression } from './read-expression.ts'
import { complement, type Region } from './region.ts'
import type { Traversal } from './traversal.ts'
import { ABSENT, isScalar, isTuple, isUntold, type Untold, type Value } from './value.ts'

type Match = Extract<Statement, { kind: 'match' }>

export function matchHolds(t: Traversal, { left, op, right }: Match): boolean {
  const value = readExpression(t, left)
  if (value === ABSENT) return false
  // By far the most matches: `tcp dport 22`.
  if (op === '==' && right.kind === 'value' && isScalar(value)) return right.value === value
  const { width } = datatypeOf(left)
  if (isPattern(right)) {
    if (op === '==') return patternMatches(t, value, right, width)
    if (op === '!=') return !patternMatches(t, value, right, width)
    if (right.kind !== 'value') return suppose(t, `a comparison with ${right.kind}`, true)
    return compared(t, value, op, right.value)
  }
  const other = readExpression(t, right)
  if (other === ABSENT) return false
  if (op === '==') return isSame(t, value, other)
  if (op === '!=') return !isSame(t, value, other)
  if (isScalar(other)) return compared(t, value, op, other)
  return suppose(t, `${isUntold(value) ? value.text : String(value)} ${op} an unknown value`)
}

function patternMatches(t: Traversal, value: Value, pattern: Pattern, width: number): boolean {
  if (pattern.kind === 'reference') {
    const set = setNamed(t, pattern.set)
    return set === undefined
      ? suppose(t, `@${pattern.set}, which isn't there`, true)
      : inNamedSet(t, value, set) !== undefined
  }
  if (isTuple(value)) {
    if (pattern.kind === 'set') return pattern.elements.some(one => patternMatches(t, value, one, 0))
    if (pattern.kind !== 'tuple' || pattern.parts.length !== value.length) return false
    return tupleMatches(t, value, pattern.parts)
  }
  if (isScalar(value)) return patternHolds(pattern, value, width)
  const region = regionOf(pattern, width)
  const open = value as Untold
  return region === undefined ? suppose(t, open.text, true) : ask(t, open, region)
}

/** What is known first: nothing is assumed of a tuple that can't match. */
function tupleMatches(t: Traversal, value: readonly Value[], parts: readonly Pattern[]): boolean {
  const known = value.every((part, i) => !isScalar(part) || patternMatches(t, part, parts[i]!, 0))
  return known && value.every((part, i) => isScalar(part) || patternMatches(t, part, parts[i]!, 0))
}

type Ordering = Exclude<Comparison, '==' | '!='>

function compared(t: Traversal, value: Value, op: Ordering, right: Scalar): boolean {
  if (isScalar(value)) return scalarsCompare(value, op, right)
  if (!isUntold(value)) return false
  const { domain, derive } = value
  if (domain !== undefined) {
    const whole = derive ?? ((fact: number) => fact)
    const region = domain
      .filter(one => scalarsCompare(whole(one), op, right))
      .toSorted((a, b) => a - b)
      .map(one => ({ low: one, after: one + 1 }))
    const { derive: _, ...base } = value
    return ask(t, base, region)
  }
  if (op !== 'any' && op !== 'none') return ask(t, value, ordered(op, right))
  const bits = { ...value, key: `${value.key} & ${right}`, text: `${value.text} & ${right}` }
  const nothing: Region = [
    { low: typeof right === 'bigint' ? 0n : 0, after: typeof right === 'bigint' ? 1n : 1 },
  ]
  return ask(t, bits, op === 'none' ? nothing : complement(nothing))
}

function scalarsCompare(left: Scalar, op: Ordering, right: Scalar): boolean {
  switch (op) {
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    case '>=':
      return left >= right
    case 'any':
      return anyBit(left, right)
    case 'none':
      return applyBits('&', left, right, 0) !== null && !anyBit(left, right)
  }
}

function ordered(op: '<' | '<=' | '>' | '>=', right: Scalar): Region {
  switch (op) {
    case '<':
      return [{ after: right }]
    case '<=':
      return [{ after: following(right) }]
    case '>':
      return [{ low: following(right) }]
    case '>=':
      return [{ low: right }]
  }
}
