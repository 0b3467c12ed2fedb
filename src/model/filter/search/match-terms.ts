/**
 * A rule's match as terms over fields: all of `terms` must hold, one of the conjunctions of `oneOf` (elements of a
 * concatenation), and none of those of `noneOf`.
 */
import type { Expression } from '../expression.ts'
import { isPattern } from '../is-pattern.ts'
import type { Pattern, Scalar } from '../pattern.ts'
import type { Comparison, Statement } from '../statement.ts'
import { PORTED } from '../transports.ts'
import { valueText } from '../value-text.ts'
import { type Asked, type Asking, ask, expressionText, protocolField } from './ask.ts'
import { type Field, holdsFor, type Predicate } from './field.ts'
import type { Term } from './universe.ts'
import { rangesOf, type ValueRange } from './value-range.ts'

export interface Condition {
  readonly terms: readonly Term[]
  readonly oneOf?: readonly (readonly Term[])[]
  readonly noneOf?: readonly (readonly Term[])[]
}

/** No packet in question can match. */
export const NEVER = 'never'
export const ALWAYS: Condition = { terms: [] }

type Match = Extract<Statement, { kind: 'match' }>

export function matchTerms(match: Match, asking: Asking): Condition | typeof NEVER {
  const { left, op, right } = match
  if (!isPattern(right)) return opaque(asking, match, [])
  if (left.kind === 'tuple') return tupleTerms(left.parts, op, right, match, asking)
  if (left.kind === 'bits') {
    const masked = maskedTerms(left, op, right, match, asking)
    if (masked !== undefined) return masked
  }
  return compare(ask(left, asking), op, right, match, asking)
}

function compare(
  asked: Asked,
  op: Comparison,
  right: Pattern,
  match: Match,
  asking: Asking,
): Condition | typeof NEVER {
  if (asked.kind === 'never') return NEVER
  if (asked.kind === 'opaque') return opaque(asking, match, asked.needs)
  const needs = asked.kind === 'field' ? asked.needs : []
  if (right.kind === 'reference' && isLive(right.set, asking))
    return membership(match, right.set, op, needs, asking)
  const predicate = predicateOf(op, right, asked.kind === 'field' ? asked.width : 16, asking)
  if (predicate === null) return opaque(asking, match, needs)
  if (asked.kind === 'constant') return holdsFor(predicate, asked.value) ? ALWAYS : NEVER
  const condition = fieldTerms(asked.field, predicate, needs, match, asking)
  return condition !== NEVER && readsAnyTransport(match.left)
    ? orOther(condition.terms, match, asking)
    : condition
}

const readsAnyTransport = (left: Expression): boolean => left.kind === 'payload' && left.protocol === 'th'

/** `th dport` of a protocol without ports reads what happens to stand there. */
function orOther(terms: readonly Term[], match: Match, asking: Asking): Condition {
  const { universe } = asking
  const ranges = PORTED.map(value => ({ low: value, high: value }))
  const other = universe.term(protocolField(universe), { kind: 'not-in', ranges })
  return { terms: [], oneOf: [terms, opaque(asking, match, [other]).terms] }
}

function fieldTerms(
  field: Field,
  predicate: Predicate,
  needs: readonly Term[],
  match: Match,
  asking: Asking,
): Condition | typeof NEVER {
  const { universe } = asking
  if (predicate.kind === 'masked' && field.shape === 'line') {
    if (typeof field.least !== 'number') return opaque(asking, match, needs)
    const zero: readonly ValueRange[] = [{ low: 0, high: 0 }]
    const kind = predicate.holds(0) ? 'in' : 'not-in'
    return {
      terms: [...needs, universe.term(maskedField(field, predicate.mask, asking), { kind, ranges: zero })],
    }
  }
  if ((predicate.kind === 'in' || predicate.kind === 'not-in') && !isOfType(predicate.ranges, field.least))
    return opaque(asking, match, needs)
  return { terms: [...needs, universe.term(field, predicate)] }
}

/** The bits of a field that a mask leaves, as a field of its own. */
const maskedField = (field: Field, mask: number, { universe }: Asking): Field =>
  universe.field(`${field.key} & 0x${mask.toString(16)}`, {
    shape: 'line',
    most: mask,
    optional: field.optional,
  })

/** `tcp flags & (syn | ack) == syn`, `meta mark & 0xff == 1`. Undefined where it isn't so simple. */
function maskedTerms(
  { op: bits, left, right: mask }: Extract<Expression, { kind: 'bits' }>,
  op: Comparison,
  right: Pattern,
  match: Match,
  asking: Asking,
): Condition | typeof NEVER | undefined {
  if (bits !== '&' || mask.kind !== 'literal' || typeof mask.value !== 'number') return undefined
  const asked = ask(left, asking)
  if (asked.kind === 'never') return NEVER
  if (asked.kind !== 'field' || typeof asked.field.least !== 'number') return undefined
  const predicate = predicateOf(op, right, asked.width, asking)
  if (predicate === null) return undefined
  const { field, needs } = asked
  if (field.shape === 'list') {
    const narrowed: Predicate = {
      kind: 'masked',
      mask: mask.value,
      holds: value => holdsFor(predicate, value),
    }
    return fieldTerms(field, narrowed, needs, match, asking)
  }
  if (predicate.kind === 'masked') {
    const both = (mask.value & predicate.mask) >>> 0
    return fieldTerms(field, { ...predicate, mask: both }, needs, match, asking)
  }
  return fieldTerms(maskedField(field, mask.value, asking), predicate, needs, match, asking)
}

/** `null`: the right side isn't one that can be compared as ranges. */
function predicateOf(op: Comparison, right: Pattern, width: number, { sets }: Asking): Predicate | null {
  if (op === 'any' || op === 'none') {
    const mask = bitsOf(right)
    if (mask === null) return null
    return { kind: 'masked', mask, holds: op === 'any' ? bits => bits !== 0 : bits => bits === 0 }
  }
  const ranges = rangesOf(right, width, sets)
  if (ranges === null) return null
  if (op === '==') return { kind: 'in', ranges }
  if (op === '!=') return { kind: 'not-in', ranges }
  const [only] = ranges
  if (ranges.length !== 1 || only!.low !== only!.high || typeof only!.low === 'string') return null
  const low = only!.low as number | bigint
  const least = typeof low === 'number' ? 0 : 0n
  const below = (high: number | bigint): readonly ValueRange[] => (high < least ? [] : [{ low: least, high }])
  const before = typeof low === 'number' ? low - 1 : low - 1n
  if (op === '<') return { kind: 'in', ranges: below(before) }
  if (op === '<=') return { kind: 'in', ranges: below(low) }
  return { kind: 'not-in', ranges: below(op === '>' ? low : before) }
}

function bitsOf(right: Pattern): number | null {
  if (right.kind === 'value') return typeof right.value === 'number' ? right.value : null
  if (right.kind !== 'set') return null
  let all = 0
  for (const element of right.elements) {
    const bits = bitsOf(element)
    if (bits === null) return null
    all = (all | bits) >>> 0
  }
  return all
}

const isOfType = (ranges: readonly ValueRange[], least: Scalar): boolean =>
  ranges.every(({ low, high }) => typeof low === typeof least && typeof high === typeof least)

function tupleTerms(
  parts: readonly Expression[],
  op: Comparison,
  right: Pattern,
  match: Match,
  asking: Asking,
): Condition | typeof NEVER {
  const asked = parts.map(part => ask(part, asking))
  if (asked.some(({ kind }) => kind === 'never')) return NEVER
  const needs = asked.flatMap(one => (one.kind === 'field' || one.kind === 'opaque' ? one.needs : []))
  if (op !== '==' && op !== '!=') return opaque(asking, match, needs)
  if (right.kind === 'reference' && isLive(right.set, asking))
    return membership(match, right.set, op, needs, asking)
  const other = parts.some(readsAnyTransport) && !parts.some(readsProtocol)
  if (other && op === '!=') return opaque(asking, match, [])
  const keys = keysOf(right, asking)
  if (keys === null || asked.some(({ kind }) => kind === 'opaque')) return opaque(asking, match, needs)
  const elements: (readonly Term[])[] = []
  for (const key of keys) {
    const element = tupleElement(asked, key, asking)
    if (element === null) return opaque(asking, match, needs)
    if (element !== NEVER) elements.push(element)
  }
  if (other) {
    const whole = elements.map(element => [...needs, ...element])
    return { terms: [], oneOf: [...whole, ...(orOther([], match, asking).oneOf ?? []).slice(1)] }
  }
  return op === '==' ? { terms: needs, oneOf: elements } : { terms: needs, noneOf: elements }
}

const readsProtocol = (part: Expression): boolean =>
  (part.kind === 'meta' && part.key === 'l4proto') || (part.kind === 'payload' && part.field === 'protocol')

/** The terms that say: the parts are in this element. `null` where they can't be compared as ranges. */
export function tupleElement(
  asked: readonly Asked[],
  key: Pattern,
  asking: Asking,
): readonly Term[] | typeof NEVER | null {
  const parts = key.kind === 'tuple' ? key.parts : [key]
  if (parts.length !== asked.length) return null
  const terms: Term[] = []
  for (const [i, part] of parts.entries()) {
    const one = asked[i]!
    if (one.kind === 'never') return NEVER
    if (one.kind === 'opaque') return null
    const ranges = rangesOf(part, one.kind === 'field' ? one.width : 16, asking.sets)
    if (ranges === null) return null
    if (one.kind === 'constant') {
      if (!holdsFor({ kind: 'in', ranges }, one.value)) return NEVER
    } else if (!isOfType(ranges, one.field.least)) return null
    else terms.push(asking.universe.term(one.field, { kind: 'in', ranges }))
  }
  return terms
}

function keysOf(right: Pattern, { sets }: Asking): readonly Pattern[] | null {
  if (right.kind === 'set') return right.elements
  if (right.kind === 'tuple') return [right]
  if (right.kind !== 'reference') return null
  const set = sets.sets.get(right.set)
  if (set === undefined) return null
  const keys = set.elements.map(({ key }) => key)
  return keys.includes('*') ? null : (keys as readonly Pattern[])
}

/**
 * Whether what is in the set can't be told: rules change it while a packet passes; or it is filled by programs, or
 * emptied by time, and that is asked to count.
 */
export function isLive(name: string, { sets, liveSets, updated }: Asking): boolean {
  const set = sets.sets.get(name)
  if (set === undefined || updated.has(name)) return true
  if (!liveSets) return false
  const kept = set.flags.includes('dynamic') || set.flags.includes('timeout') || set.timeout !== undefined
  return kept || (set.elements.length === 0 && !set.flags.includes('constant'))
}

function membership(
  { left }: Match,
  set: string,
  op: Comparison,
  needs: readonly Term[],
  { universe }: Asking,
): Condition {
  const field = universe.field(`${expressionText(left)} @${set}`, { shape: 'atom' })
  return { terms: [...needs, universe.term(field, { kind: 'is', truth: op !== '!=' })] }
}

/** A fact that stands for the whole match, true or not, anew for each rule. */
export function opaque({ universe }: Asking, what: object, needs: readonly Term[]): Condition {
  return { terms: [...needs, universe.term(universe.atom(valueText(what)), { kind: 'is', truth: true })] }
}
