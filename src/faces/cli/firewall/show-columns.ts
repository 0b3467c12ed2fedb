/** Rules as rows, for pipes and CSV. */
import type { ChainListing } from '../../../tools/firewall/firewall.ts'
import type { Column } from '../render/column.ts'

export interface RuleRow {
  readonly chain: ChainListing
  /** Absent of a chain without rules, and for its policy. */
  readonly rule?: ChainListing['rules'][number]
}

/** The rules of each chain, then its policy. */
export const ruleRows = (chains: readonly ChainListing[]): readonly RuleRow[] =>
  chains.flatMap(chain => [
    ...chain.rules.map((rule): RuleRow => ({ chain, rule })),
    ...(chain.base === undefined ? [] : [{ chain }]),
  ])

export const showColumns: readonly Column<RuleRow>[] = [
  { key: 'hook', title: 'HOOK', value: ({ chain }) => chain.hooks.join(',') },
  { key: 'priority', title: 'PRIORITY', value: ({ chain }) => chain.base?.priority ?? null, align: 'right' },
  { key: 'family', title: 'FAMILY', value: ({ chain }) => chain.table.family },
  { key: 'table', title: 'TABLE', value: ({ chain }) => chain.table.name },
  { key: 'chain', title: 'CHAIN', value: ({ chain }) => chain.chain },
  { key: 'handle', title: 'HANDLE', value: ({ rule }) => rule?.handle ?? null, align: 'right' },
  { key: 'packets', title: 'PACKETS', value: ({ rule }) => rule?.packets ?? null, align: 'right' },
  { key: 'bytes', title: 'BYTES', value: ({ rule }) => rule?.bytes ?? null, align: 'right' },
  {
    key: 'rule',
    title: 'RULE',
    value: ({ chain, rule }) => rule?.text ?? `policy ${chain.base!.policy}`,
  },
]
