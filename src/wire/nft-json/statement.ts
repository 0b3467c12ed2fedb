/**
 * Statements of libnftables' JSON: what a rule does (libnftables-json(5), "STATEMENTS").
 *
 * What isn't understood stays as an `unsupported` statement: a string (nft's own text, where its JSON knows no form), an
 * extension of iptables (`xt`, whose arguments aren't in the JSON), something newer than this program.
 */
import { datatypeOf, datatypesOf } from '../../model/filter/datatype-of.ts'
import { datatypeNamed } from '../../model/filter/datatypes.ts'
import type { Expression } from '../../model/filter/expression.ts'
import type { TableFamily } from '../../model/filter/ruleset.ts'
import type { Comparison, Statement } from '../../model/filter/statement.ts'
import { wordIn } from '../word-in.ts'
import { acts } from './act.ts'
import { expressionOf, mapOf, textOf } from './expression.ts'
import { isObject, type Json, listOf, onlyMember } from './json-text.ts'
import { statefulOf } from './stateful.ts'
import { translateOf } from './translate.ts'
import { patternOf } from './value.ts'
import { verdictOf } from './verdict.ts'

export function statementOf(json: Json, family: TableFamily): Statement {
  const member = onlyMember(json)
  if (member === undefined) return unsupported(textOf(json))
  const [kind, inner] = member
  return (
    known(kind, inner, family, json) ??
    unsupported(kind === 'xt' ? xtText(inner) : textOf(json), xtType(kind, inner))
  )
}

function known(kind: string, inner: Json, family: TableFamily, json: Json): Statement | undefined {
  switch (kind) {
    case 'match':
      return matchOf(inner)
    case 'vmap':
      return verdictMapOf(inner)
    case 'mangle':
      return assignOf(inner)
    case 'snat':
    case 'dnat':
    case 'masquerade':
    case 'redirect':
    case 'tproxy':
      return translateOf(kind, inner)
    case 'accept':
    case 'drop':
    case 'continue':
    case 'return':
    case 'jump':
    case 'goto':
    case 'queue': {
      const verdict = verdictOf(json)
      return verdict === undefined ? undefined : { kind: 'verdict', verdict }
    }
    default:
      return statefulOf(kind, inner) ?? wordIn(acts, kind)?.(inner, family)
  }
}

const unsupported = (text: string, type?: string): Statement => ({
  kind: 'unsupported',
  text,
  matches: type !== 'target',
  ends: type !== 'match',
})

const xtType = (kind: string, inner: Json): string | undefined =>
  kind === 'xt' && isObject(inner) && typeof inner.type === 'string' ? inner.type : undefined

/** As `nft list ruleset` shows what it can't translate. */
const xtText = (inner: Json): string =>
  isObject(inner) && typeof inner.name === 'string' ? `xt ${inner.type} "${inner.name}"` : 'xt'

const OPERATORS: Readonly<Record<string, Comparison>> = {
  '==': '==',
  '!=': '!=',
  '<': '<',
  '>': '>',
  '<=': '<=',
  '>=': '>=',
  in: 'any',
  '!': 'none',
}

function matchOf(json: Json): Statement | undefined {
  if (!isObject(json) || json.left === undefined || json.right === undefined) return undefined
  const left = checked(expressionOf(json.left), json.right)
  const datatypes = datatypesOf(left)
  const right = patternOf(json.right, datatypes) ?? computed(json.right, left)
  // Older versions and people write "in" for any list: only flags are tested bit by bit.
  const bitwise = datatypes.length === 1 && datatypes[0]!.flags === true
  const written = wordIn(OPERATORS, String(json.op))
  const op = written === 'any' && !bitwise ? '==' : written
  return op === undefined || right === undefined ? undefined : { kind: 'match', left, op, right }
}

/** The right side is an expression itself: `ip saddr == ip daddr`. */
function computed(json: Json, left: Expression): Expression | undefined {
  const expression = onlyMember(json) === undefined ? undefined : expressionOf(json, datatypeOf(left))
  return expression?.kind === 'unsupported' ? undefined : expression
}

/**
 * `fib … oif exists` and `missing` ask whether there is a route, and aren't told apart but by what they compare with; no
 * device has index 0.
 */
function checked(left: Expression, right: Json): Expression {
  if (left.kind !== 'fib' || left.result === 'type') return left
  if (left.result === 'oif' && right === '0') return { ...left, result: 'check' }
  const set = onlyMember(right)
  const values = set?.[0] === 'set' ? listOf(set[1]) : [right]
  return values.some(
    value => typeof value === 'boolean' || (Array.isArray(value) && typeof value[0] === 'boolean'),
  )
    ? { ...left, result: 'check' }
    : left
}

function verdictMapOf(json: Json): Statement | undefined {
  if (!isObject(json) || json.key === undefined || json.data === undefined) return undefined
  const key = checked(expressionOf(json.key), json.data)
  const map = mapOf(json.data, key, 'verdict')
  return map === undefined ? undefined : { kind: 'verdict-map', key, map }
}

function assignOf(json: Json): Statement | undefined {
  if (!isObject(json) || json.key === undefined || json.value === undefined) return undefined
  const target = expressionOf(json.key)
  return {
    kind: 'assign',
    target,
    value: expressionOf(json.value, datatypeOf(target) ?? datatypeNamed('integer')),
  }
}
