/**
 * Elements of sets and maps (libnftables-json(5), "ELEM", "SET / MAP").
 */
import type { Datatype } from '../../model/filter/datatypes.ts'
import type { Element, MapValue } from '../../model/filter/ruleset.ts'
import type { Statement } from '../../model/filter/statement.ts'
import { isObject, type Json, listOf, onlyMember } from './json-text.ts'
import { statefulOf } from './stateful.ts'
import { patternOf } from './value.ts'
import { verdictOf } from './verdict.ts'

/** Of a set; undefined if it isn't understood. */
export function elementOf(json: Json, key: readonly Datatype[]): Element | undefined {
  const member = onlyMember(json)
  const outer = member?.[0] === 'elem' && isObject(member[1]) ? member[1] : undefined
  const value = outer === undefined ? json : (outer.val ?? null)
  const pattern = value === '*' ? '*' : patternOf(value, key)
  if (pattern === undefined || (pattern !== '*' && pattern.kind === 'set')) return undefined
  if (outer === undefined) return { key: pattern }
  const statements = statementsOf(outer)
  return {
    key: pattern,
    ...(typeof outer.timeout === 'number' ? { timeout: outer.timeout } : {}),
    ...(typeof outer.expires === 'number' ? { expires: outer.expires } : {}),
    ...(typeof outer.comment === 'string' ? { comment: outer.comment } : {}),
    ...(statements.length > 0 ? { statements } : {}),
  }
}

const FIELDS: ReadonlySet<string> = new Set(['val', 'timeout', 'expires', 'comment', 'stmt'])

/** Beside the value by its name, or in a list: versions differ. */
function statementsOf(outer: { readonly [key: string]: Json }): Statement[] {
  const named = Object.entries(outer).filter(([name]) => !FIELDS.has(name))
  const listed = listOf(outer.stmt).map(each => onlyMember(each) ?? (['', each] as const))
  return [...named, ...listed].map(
    ([name, inner]): Statement =>
      statefulOf(name, inner) ?? {
        kind: 'unsupported',
        text: JSON.stringify({ [name]: inner }),
        matches: true,
        ends: false,
      },
  )
}

/** Of a map: a pair. `values` are datatypes of what it maps to, or the word that says it is a verdict or an object. */
export function pairOf(
  json: Json,
  key: readonly Datatype[],
  values: readonly Datatype[] | 'verdict' | 'object',
): Element | undefined {
  const [left, right] = listOf(json)
  if (left === undefined || right === undefined) return undefined
  const element = elementOf(left, key)
  const value = mappedValue(right, values)
  return element === undefined || value === undefined ? undefined : { ...element, value }
}

function mappedValue(json: Json, values: readonly Datatype[] | 'verdict' | 'object'): MapValue | undefined {
  const verdict = verdictOf(json)
  if (verdict !== undefined) return { kind: 'verdict', statement: { kind: 'verdict', verdict } }
  if (values === 'verdict') return undefined
  if (values === 'object') return typeof json === 'string' ? { kind: 'object', name: json } : undefined
  const pattern = patternOf(json, onlyMember(json)?.[0] === 'concat' ? values : values.slice(0, 1))
  if (pattern === undefined) return undefined
  return { kind: 'datum', parts: pattern.kind === 'tuple' ? pattern.parts : [pattern] }
}
