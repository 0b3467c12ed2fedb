/**
 * A rule set in nft's own language (nft(8)).
 *
 * `printRule` is what `nft list ruleset` shows for a rule; `printRuleset` is a file that `nft -f` loads into the same
 * rule set. What was read as `unsupported` is printed as it was read, which nft may refuse.
 */
import type { Expression } from '../expression.ts'
import type { Rule, Ruleset, Table } from '../ruleset.ts'
import type { Statement } from '../statement.ts'
import { expressionText } from './expression-text.ts'
import { statementText } from './statement-text.ts'
import { tableText } from './table-text.ts'

/** On one line, without handle. */
export const printRule = (rule: Rule, table: Pick<Table, 'family'>): string => ruleText(rule, table, false)

/** As its own program lists it, else as nft does. */
export const listedText = (rule: Rule, table: Pick<Table, 'family'>): string =>
  rule.text ?? printRule(rule, table)

function ruleText(rule: Rule, table: Pick<Table, 'family'>, exact: boolean): string {
  const parts = rule.statements.map(statement => statementText(statement, table.family, exact))
  if (rule.comment !== undefined) parts.push(`comment "${rule.comment}"`)
  return parts.join(' ')
}

/** One statement of a rule of that table. */
export const printStatement = (statement: Statement, table: Pick<Table, 'family'>): string =>
  statementText(statement, table.family)

export const printExpression = (expression: Expression): string => expressionText(expression)

/** A file for `nft -f`, tables in their order. It adds to what is there: `flush ruleset` isn't in it. */
export const printRuleset = (ruleset: Ruleset): string =>
  ruleset.tables.map(table => tableText(table, rule => ruleText(rule, table, true))).join('\n')
