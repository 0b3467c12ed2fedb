/** The rule that lets something past a barrier of the packet filter, in the words of the program whose barrier it is. Pure. */
import type { Ruleset, TableFamily } from '../../../model/filter/ruleset.ts'

/** A rule of a chain, or where it has no `index` the chain's policy, that stopped a packet. */
export interface Barrier {
  readonly family: TableFamily
  readonly table: string
  readonly chain: string
  readonly handle?: number
  /** From 0. */
  readonly index?: number
}

/** What may pass, as each program writes it. */
export interface Match {
  /** `stateful`: by then the packet has a state of connection tracking. */
  readonly nft: (stateful: boolean) => readonly string[]
  readonly iptables: (stateful: boolean) => readonly string[]
}

/** NF_IP_PRI_CONNTRACK (netfilter_ipv4.h): before it no packet has a state. */
const CONNTRACK = -200
const TRACKED_FAMILIES: readonly TableFamily[] = ['ip', 'ip6', 'inet']

/**
 * nft(8): `insert … handle` puts it before that rule; iptables(8): rules are counted from 1, and what is inserted at a number comes
 * before the rule that had it. What a policy decides has passed all rules: it goes to their end. Undefined where a rule has no handle.
 */
export function acceptRule(barrier: Barrier, { tables }: Ruleset, match: Match): string[] | undefined {
  const { family, chain, handle, index } = barrier
  const table = tables.find(one => one.family === family && one.name === barrier.table)
  if (table === undefined) return undefined
  if (table.backend !== 'nftables') {
    const program = `${family === 'ip6' ? 'ip6tables' : 'iptables'}${table.backend === 'iptables-legacy' ? '-legacy' : ''}`
    return [
      program,
      ...(table.name === 'filter' ? [] : ['-t', table.name]),
      ...(index === undefined ? ['-A', chain] : ['-I', chain, String(index + 1)]),
      ...match.iptables(table.name !== 'raw'),
      ...['-j', 'ACCEPT'],
    ]
  }
  if (index !== undefined && handle === undefined) return undefined
  const priority = table.chains.find(({ name }) => name === chain)?.base?.priority ?? 0
  return [
    ...['nft', index === undefined ? 'add' : 'insert', 'rule', family, table.name, chain],
    ...(index === undefined ? [] : ['handle', String(handle)]),
    ...match.nft(TRACKED_FAMILIES.includes(family) && priority > CONNTRACK),
    'accept',
  ]
}
