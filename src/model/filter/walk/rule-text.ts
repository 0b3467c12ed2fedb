/** How a rule is shown in a walk: where it stands and what it says. */
import type { RuleReference } from '../decision.ts'
import { listedText, printStatement } from '../print/print.ts'
import type { Chain, Rule, Table } from '../ruleset.ts'
import type { Statement } from '../statement.ts'

const references = new WeakMap<Rule, RuleReference>()

export function referenceTo(table: Table, chain: Chain, index: number): RuleReference {
  const rule = chain.rules[index]!
  let reference = references.get(rule)
  if (reference === undefined) {
    reference = {
      family: table.family,
      table: table.name,
      chain: chain.name,
      ...(rule.handle === undefined ? {} : { handle: rule.handle }),
      index,
      text: listedText(rule, table),
    }
    references.set(rule, reference)
  }
  return reference
}

const texts = new WeakMap<Statement, string>()

export function textOf(table: Table, statement: Statement): string {
  let text = texts.get(statement)
  if (text === undefined) {
    text = printStatement(statement, table)
    texts.set(statement, text)
  }
  return text
}
