/** Chains that rules lead to. */
import type { Table } from './ruleset.ts'
import type { Statement } from './statement.ts'

/** `NFT_JUMP_STACK_SIZE`: the kernel refuses rule sets whose chains call each other deeper than that. */
export const DEEPEST_CALL = 16

const NOWHERE: readonly string[] = []

/** Names of the chains that a statement may jump or go to, by itself or through a map of the table. */
export function calledChains(statement: Statement, table: Table): readonly string[] {
  if (statement.kind === 'verdict') {
    const { verdict } = statement
    return verdict.kind === 'jump' || verdict.kind === 'goto' ? [verdict.chain] : NOWHERE
  }
  if (statement.kind !== 'verdict-map') return NOWHERE
  const { map } = statement
  const elements =
    map.kind === 'elements' ? map.elements : (table.sets.find(({ name }) => name === map.set)?.elements ?? [])
  return elements.flatMap(({ value }) =>
    value?.kind === 'verdict' ? calledChains(value.statement, table) : NOWHERE,
  )
}
