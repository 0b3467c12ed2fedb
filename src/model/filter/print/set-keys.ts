/**
 * What rules look up in a set, and what they do with a map's answers.
 */
import type { Expression } from '../expression.ts'
import type { Table } from '../ruleset.ts'
import type { MapSource, Statement } from '../statement.ts'

export interface SetUse {
  readonly key?: Expression
  /** Of a map: what its answer is assigned to. */
  readonly value?: Expression
}

/** Of the first rule of the table that uses the set. */
export function setKeys(table: Table, set: string): SetUse {
  for (const chain of table.chains)
    for (const rule of chain.rules)
      for (const statement of rule.statements) {
        const use = useIn(statement, set)
        if (use !== undefined) return use
      }
  return {}
}

const names = (map: MapSource, set: string): boolean => map.kind === 'reference' && map.set === set

function useIn(statement: Statement, set: string): SetUse | undefined {
  switch (statement.kind) {
    case 'match':
      if (statement.right.kind === 'reference' && statement.right.set === set) return { key: statement.left }
      return mapIn(statement.left, set)
    case 'verdict-map':
      return names(statement.map, set) ? { key: statement.key } : undefined
    case 'assign': {
      const use = mapIn(statement.value, set)
      return use === undefined ? undefined : { ...use, value: statement.target }
    }
    case 'update-set':
      if (statement.set !== set) return undefined
      return statement.value === undefined
        ? { key: statement.key }
        : { key: statement.key, value: statement.value }
    case 'object':
      return typeof statement.name !== 'string' && names(statement.name.map, set)
        ? { key: statement.name.key }
        : undefined
    default:
      return undefined
  }
}

function mapIn(expression: Expression, set: string): SetUse | undefined {
  if (expression.kind === 'map') return names(expression.map, set) ? { key: expression.key } : undefined
  return expression.kind === 'bits' ? mapIn(expression.left, set) : undefined
}
