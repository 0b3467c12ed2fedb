/**
 * NAT and transparent proxying in libnftables' JSON (libnftables-json(5), "NETWORK ADDRESS TRANSLATION").
 */
import { datatypeNamed } from '../../model/filter/datatypes.ts'
import type { Expression } from '../../model/filter/expression.ts'
import type { Pattern } from '../../model/filter/pattern.ts'
import type { Statement, Translate } from '../../model/filter/statement.ts'
import { expressionOf } from './expression.ts'
import { isObject, type Json, listOf, onlyMember } from './json-text.ts'
import { patternOf } from './value.ts'

const ADDRESS = datatypeNamed('invalid')
const PORT = datatypeNamed('inet_service')
const FLAGS = ['random', 'fully-random', 'persistent', 'netmap'] as const

export function translateOf(kind: Translate['kind'] | 'tproxy', json: Json): Statement | undefined {
  const { family, addr, port, flags, type_flags: typeFlags } = isObject(json) ? json : {}
  const where = {
    ...familyOf(family),
    ...(addr === undefined ? {} : { address: targetOf(addr, [ADDRESS, PORT]) }),
    ...(port === undefined ? {} : { port: targetOf(port, [PORT]) }),
  }
  if (kind === 'tproxy') return { kind, ...where }
  const words = [...listOf(flags), ...listOf(typeFlags).map(each => (each === 'prefix' ? 'netmap' : each))]
  // A flag that this program doesn't know may change where packets go.
  if (words.some(word => !(IGNORED.has(word) || (FLAGS as readonly Json[]).includes(word)))) return undefined
  return { kind, ...where, flags: FLAGS.filter(flag => words.includes(flag)) }
}

/** Says that the map's data are ranges or concatenations, which they show themselves. */
const IGNORED: ReadonlySet<Json> = new Set(['interval', 'concat'])

const familyOf = (family: Json | undefined): { family?: 'ip' | 'ip6' } =>
  family === 'ip' || family === 'ip6' ? { family } : {}

function targetOf(json: Json, datatypes: readonly (typeof PORT)[]): Expression | Pattern {
  const plain = onlyMember(json)?.[0]
  const pattern =
    plain === undefined || plain === 'range' || plain === 'prefix'
      ? patternOf(json, [datatypes[0]!])
      : undefined
  return pattern ?? expressionOf(json, datatypes)
}
