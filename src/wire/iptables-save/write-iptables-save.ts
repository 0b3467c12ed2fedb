/** Tables that were read from iptables-save, written again: what iptables-restore loads. */
import type { Rule, Table } from '../../model/filter/ruleset.ts'

/** Rules word for word. Counters of rules are written where they are known and asked for; those of chains are 0. */
export function writeIptablesSave(tables: readonly Table[], { counters = false } = {}): string {
  return tables.map(table => writeTable(table, counters)).join('')
}

function writeTable({ name, chains }: Table, counters: boolean): string {
  const heads = chains.map(
    chain => `:${chain.name} ${chain.base === undefined ? '-' : chain.base.policy.toUpperCase()} [0:0]\n`,
  )
  const rules = chains.flatMap(chain =>
    chain.rules.map(rule => `${counters ? counterOf(rule) : ''}${rule.text}\n`),
  )
  return `*${name}\n${heads.join('')}${rules.join('')}COMMIT\n`
}

function counterOf(rule: Rule): string {
  const counter = rule.statements.find(statement => statement.kind === 'counter')
  return counter === undefined ? '' : `[${counter.packets ?? 0}:${counter.bytes ?? 0}] `
}
