/** Rules in the order in which the kernel asks them: hooks along a packet's way, chains by priority, below each what it jumps to. */
import { calledChains } from '../../model/filter/called-chains.ts'
import { listedText } from '../../model/filter/print/print.ts'
import { type Chain, HOOKS, type Hook, type Ruleset, type Table } from '../../model/filter/ruleset.ts'

export interface ChainListing {
  readonly table: Pick<Table, 'family' | 'name' | 'backend' | 'dormant'>
  readonly chain: string
  /** Where a packet enters it; absent of a chain that is jumped to. */
  readonly base?: NonNullable<Chain['base']>
  /** Hooks from which it is reached; empty: no packet ever enters. */
  readonly hooks: readonly Hook[]
  readonly rules: readonly RuleListing[]
}

export interface RuleListing {
  readonly handle?: number
  readonly text: string
  /** Of the first counter in it; absent where it doesn't count. */
  readonly packets?: number
  readonly bytes?: number
  readonly comment?: string
}

export function chainsInOrder({ tables }: Ruleset): readonly ChainListing[] {
  const listings: ChainListing[] = []
  const shown = new Set<Chain>()
  const entries = tables.flatMap(table =>
    table.chains.flatMap(chain => (chain.base === undefined ? [] : [{ table, chain, base: chain.base }])),
  )
  entries.sort(
    (a, b) => HOOKS.indexOf(a.base.hook) - HOOKS.indexOf(b.base.hook) || a.base.priority - b.base.priority,
  )
  for (const { table, chain } of entries) {
    for (const one of [chain, ...below(table, chain)]) {
      if (shown.has(one)) continue
      shown.add(one)
      listings.push(listingOf(table, one))
    }
  }
  for (const table of tables)
    for (const chain of table.chains) if (!shown.has(chain)) listings.push(listingOf(table, chain))
  return listings
}

function listingOf(table: Table, chain: Chain): ChainListing {
  const { family, name, backend, dormant } = table
  return {
    table: { family, name, backend, dormant },
    chain: chain.name,
    ...(chain.base === undefined ? {} : { base: chain.base }),
    hooks: hooksOf(table, chain),
    rules: chain.rules.map(rule => {
      const counter = rule.statements.find(({ kind }) => kind === 'counter')
      const counts = counter?.kind === 'counter' ? counter : undefined
      return {
        ...(rule.handle === undefined ? {} : { handle: rule.handle }),
        text: listedText(rule, table),
        ...(counts?.packets === undefined ? {} : { packets: counts.packets }),
        ...(counts?.bytes === undefined ? {} : { bytes: counts.bytes }),
        ...(rule.comment === undefined ? {} : { comment: rule.comment }),
      }
    }),
  }
}

function hooksOf(table: Table, chain: Chain): readonly Hook[] {
  if (table.dormant) return []
  const from = table.chains.filter(
    one => one.base !== undefined && (one === chain || below(table, one).includes(chain)),
  )
  return [...new Set(from.map(one => one.base!.hook))]
}

const reached = new WeakMap<Chain, readonly Chain[]>()

/** Chains that it jumps to, and those that these jump to, each once, in the order in which they are met. */
function below(table: Table, chain: Chain): readonly Chain[] {
  const known = reached.get(chain)
  if (known !== undefined) return known
  const found = new Set<Chain>()
  const visit = (one: Chain): void => {
    for (const name of one.rules.flatMap(rule =>
      rule.statements.flatMap(statement => calledChains(statement, table)),
    )) {
      const next = table.chains.find(other => other.name === name)
      if (next === undefined || found.has(next)) continue
      found.add(next)
      visit(next)
    }
  }
  visit(chain)
  const chains = [...found]
  reached.set(chain, chains)
  return chains
}
