/** How a rule is shown in a walk: where it stands and what it says. */
import type { RuleReference } from '../decision.ts'
import type { Chain, Rule, Table } from '../ruleset.ts'
import type { Statement } from '../statement.ts'
import type { Traversal } from './traversal.ts'

const references = new WeakMap<Rule, RuleReference>()

export function referenceTo(t: Traversal, table: Table, chain: Chain, index: number): RuleReference {
  const rule = chain.rules[index]!
  let reference = references.get(rule)
  if (reference === undefined) {
    reference = {
      family: table.family,
      table: table.name,
      chain: chain.name,
      ...(rule.handle === undefined ? {} : { handle: rule.handle }),
      index,
      text: rule.text ?? t.options.text?.rule(rule, table) ?? '',
    }
    references.set(rule, reference)
  }
  return reference
}

export const textOf = (t: Traversal, statement: Statement): string | undefined =>
  statement.kind === 'unsupported' ? statement.text : t.options.text?.statement(statement)
