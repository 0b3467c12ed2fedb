/**
 * Statements that begin with an expression: a comparison, a verdict map, an assignment.
 */
import type { Expression } from '../../model/filter/expression.ts'
import type { Pattern } from '../../model/filter/pattern.ts'
import type { Comparison, Statement } from '../../model/filter/statement.ts'
import { datatypeOf, datatypesOf } from '../../model/filter/symbols.ts'
import { readAssigned } from './assigned.ts'
import { patternOf, scalarFrom } from './interpret.ts'
import { readLeft } from './left-side.ts'
import { readMapSource } from './map-source.ts'
import { noteComparison } from './protocols.ts'
import type { Raw } from './raw.ts'
import type { Reader } from './reader.ts'
import { readRight } from './right-side.ts'

export function readMatch(reader: Reader): Statement {
  const { stream } = reader
  const left = readLeft(reader)
  if (stream.take('vmap'))
    return { kind: 'verdict-map', key: left, map: readMapSource(reader, left, 'verdict') }
  if (stream.take('set')) return { kind: 'assign', target: left, value: readAssigned(reader, left) }
  const op = readComparison(reader)
  if (stream.atEnd)
    throw stream.refuse('the right side of this comparison is missing', 'Write what to compare with.')
  const fib = readPresence(reader, left, op)
  if (fib !== undefined) return fib
  return compare(reader, left, op)
}

const OPERATORS: Readonly<Record<string, Comparison>> = {
  '==': '==',
  eq: '==',
  '!=': '!=',
  ne: '!=',
  '<': '<',
  lt: '<',
  '<=': '<=',
  le: '<=',
  '>': '>',
  gt: '>',
  '>=': '>=',
  ge: '>=',
  '!': 'none',
  not: 'none',
}

function readComparison(reader: Reader): Comparison | undefined {
  const { token } = reader.stream
  if (token.kind !== 'mark' && token.kind !== 'word') return undefined
  const op = Object.hasOwn(OPERATORS, token.text) ? OPERATORS[token.text] : undefined
  if (op !== undefined) reader.stream.next()
  return op
}

/** `fib saddr . iif oif missing`: whether there is a route, whatever it is. */
function readPresence(reader: Reader, left: Expression, op: Comparison | undefined): Statement | undefined {
  const { stream } = reader
  if (left.kind !== 'fib' || left.result === 'type' || left.result === 'check') return undefined
  const word = stream.takeAny('missing', 'exists')
  if (word === undefined) return undefined
  return {
    kind: 'match',
    left: { ...left, result: 'check' },
    op: op === '!=' ? '!=' : '==',
    right: { kind: 'value', value: word === 'exists' ? 1 : 0 },
  }
}

function compare(reader: Reader, left: Expression, op: Comparison | undefined): Statement {
  const { stream } = reader
  const types = datatypesOf(left)
  const flags = types.length === 1 && types[0]!.flags === true
  reader.slashIsMask = flags
  const raw = readRight(reader, types.length === 1)
  reader.slashIsMask = false
  if (flags && stream.is('/')) return compareMasked(reader, left, op, raw)
  checkOperator(reader, op, raw, types.length)
  const right = patternOf(reader, raw, types)
  if (isOverMidnight(right)) return acrossMidnight(left, op ?? '==', right)
  const comparison = op ?? (flags && right.kind === 'value' ? 'any' : '==')
  noteProtocol(reader, left, comparison, right)
  return { kind: 'match', left, op: comparison, right }
}

const isOverMidnight = (right: Pattern): right is Extract<Pattern, { kind: 'range' }> =>
  right.kind === 'range' && right.low > right.high

/** `hour "22:00"-"06:00"` is all but 06:00 to 22:00, as nft gives it to the kernel. */
function acrossMidnight(
  left: Expression,
  op: Comparison,
  right: Extract<Pattern, { kind: 'range' }>,
): Statement {
  const turned: Pattern = { kind: 'range', low: right.high, high: right.low }
  return { kind: 'match', left, op: op === '!=' ? '==' : '!=', right: turned }
}

/** `tcp flags syn / fin,syn,rst,ack` is `tcp flags & (fin|syn|rst|ack) == syn`. */
function compareMasked(reader: Reader, left: Expression, op: Comparison | undefined, raw: Raw): Statement {
  const { stream } = reader
  const slash = stream.need('/')
  const type = datatypeOf(left)
  if (op !== undefined && op !== '==' && op !== '!=')
    throw stream.refuse('flags and their mask are equal or not', 'Write == or !=, or no sign.', slash)
  const mask = readRight(reader, true)
  return {
    kind: 'match',
    left: { kind: 'bits', op: '&', left, right: { kind: 'literal', value: scalarFrom(reader, mask, type) } },
    op: op ?? '==',
    right: { kind: 'value', value: scalarFrom(reader, raw, type) },
  }
}

function checkOperator(reader: Reader, op: Comparison | undefined, raw: Raw, parts: number): void {
  const { stream } = reader
  const ordered = op === '<' || op === '<=' || op === '>' || op === '>='
  if (ordered && raw.kind !== 'scalar' && raw.kind !== 'bits')
    throw stream.refuse('only one value can be more or less', 'Write one value behind the sign.', raw.at)
  if (op === 'none' && (raw.kind === 'set' || raw.kind === 'range' || raw.kind === 'reference'))
    throw stream.refuse('"!" stands before flags', 'Write != before a set or a range.', raw.at)
  if (parts > 1 && raw.kind !== 'set' && raw.kind !== 'reference')
    throw stream.refuse(
      'a concatenation is compared with a set',
      'Put the values in braces: { a . b }.',
      raw.at,
    )
}

function noteProtocol(reader: Reader, left: Expression, op: Comparison, right: Pattern): void {
  if (op !== '==') return
  const name =
    left.kind === 'meta'
      ? `meta ${left.key}`
      : left.kind === 'payload'
        ? `${left.protocol} ${left.field}`
        : ''
  if (right.kind === 'value') noteComparison(reader, name, Number(right.value))
  else if (right.kind === 'set') noteComparison(reader, name, Number.NaN)
}
