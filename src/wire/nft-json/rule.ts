/**
 * Rules of libnftables' JSON (libnftables-json(5), "RULE").
 */
import { datatypesOf } from '../../model/filter/datatype-of.ts'
import type { NamedSet, Rule, TableFamily } from '../../model/filter/ruleset.ts'
import type { Statement } from '../../model/filter/statement.ts'
import { isObject, type Json, type JsonObject, listOf, onlyMember } from './json-text.ts'
import { statementOf } from './statement.ts'

/** The rule, and the sets that its meters stand for. */
export function ruleOf(json: JsonObject, family: TableFamily): { rule: Rule; meters: readonly NamedSet[] } {
  const expr = listOf(json.expr)
  const statements = expr.map(each => statementOf(each, family))
  const { handle, comment } = json
  return {
    rule: {
      ...(typeof handle === 'number' ? { handle } : {}),
      statements,
      ...(typeof comment === 'string' ? { comment } : {}),
    },
    meters: expr.flatMap((each, place) => meterSet(each, statements[place]!)),
  }
}

/** Newer versions list a meter as what it is to the kernel: a set that rules fill. */
function meterSet(json: Json, statement: Statement): NamedSet | [] {
  const member = onlyMember(json)
  if (member?.[0] !== 'meter' || !isObject(member[1]) || statement.kind !== 'update-set') return []
  const { size } = member[1]
  return {
    name: statement.set,
    key: datatypesOf(statement.key).map(each => each.name),
    mapTo: [],
    flags: statement.timeout === undefined ? ['dynamic'] : ['timeout', 'dynamic'],
    autoMerge: false,
    ...(typeof size === 'number' ? { size } : {}),
    elements: [],
  }
}
