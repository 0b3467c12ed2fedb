/**
 * A table that iptables keeps in nftables, put together from its two listings: nft's has handles and everything that is
 * in the kernel, but of extensions only names; iptables-save has their arguments, but leaves out what nft alone can say.
 *
 * Rules are paired by their place. Where nothing is hidden, nft's reading holds. Where something is, iptables' holds if
 * all that nft shows is in it; else the rule is unsupported, with both renderings.
 */
import { printRule } from '../../model/filter/print/print.ts'
import type { Chain, Rule, Table } from '../../model/filter/ruleset.ts'
import { agreementOf, hidesArguments } from './agreement.ts'

export interface Reconciled {
  readonly table: Table
  readonly warnings: readonly string[]
}

export function reconcileTable(shown: Table, saved: Table): Reconciled {
  const warnings: string[] = []
  const chains = shown.chains.map((chain): Chain => {
    const other = saved.chains.find(({ name }) => name === chain.name)
    const rules = chain.rules.map((rule, i) => reconcileRule(shown, chain, rule, other, i))
    const different = rules.filter(({ warning }) => warning !== undefined)
    if (different.length > 0)
      warnings.push(`table ${shown.family} ${shown.name}, chain ${chain.name}: ${different[0]!.warning}`)
    return { ...chain, rules: rules.map(({ rule }) => rule) }
  })
  const sets = [...shown.sets, ...saved.sets.filter(({ name }) => !shown.sets.some(set => set.name === name))]
  return { table: { ...shown, backend: 'iptables-nft', chains, sets }, warnings }
}

function reconcileRule(
  table: Table,
  chain: Chain,
  shown: Rule,
  other: Chain | undefined,
  place: number,
): { readonly rule: Rule; readonly warning?: string } {
  const aligned = other?.rules.length === chain.rules.length
  const saved = aligned ? other.rules[place]! : undefined
  const agreement = saved === undefined ? undefined : agreementOf(shown, saved)
  switch (agreement) {
    case 'same':
      return { rule: { ...shown, ...comment(saved!), text: saved!.text! } }
    case 'native':
      return { rule: shown }
    case 'completed':
      return { rule: { ...completed(shown, saved!), ...comment(saved!), text: saved!.text! } }
    case 'different':
      return {
        rule: both(table, shown, saved!.text!),
        warning: `rule ${place + 1} is one thing to nft and another to iptables-save`,
      }
    default: {
      if (!hidesArguments(shown)) return { rule: shown }
      const why = `iptables-save lists ${other?.rules.length ?? 0} rules where nft has ${chain.rules.length}`
      return { rule: both(table, shown, why), warning: why }
    }
  }
}

/** iptables' reading with nft's handle and counts. */
function completed(shown: Rule, saved: Rule): Rule {
  const counter = shown.statements.find(({ kind }) => kind === 'counter')
  const statements = saved.statements.map(statement =>
    statement.kind === 'counter' ? (counter ?? statement) : statement,
  )
  return { ...shown, statements }
}

const comment = ({ comment: text }: Rule): { readonly comment?: string } =>
  text === undefined ? {} : { comment: text }

function both(table: Table, shown: Rule, written: string): Rule {
  const text = `nft: ${printRule(shown, table)}; iptables-save: ${written}`
  return { ...shown, statements: [{ kind: 'unsupported', text, matches: true, ends: true }], text }
}
