/**
 * The base chains that packets of a family meet at a hook, in the order in which the kernel enters them: ascending
 * priority. Among equals the one registered last comes first, which no listing tells; the last listed is taken
 * to be it.
 */
import type { BaseChain, Chain, Hook, Ruleset, Table } from '../ruleset.ts'

export interface Entered {
  readonly table: Table
  readonly chain: Chain & { readonly base: BaseChain }
}

/** Where `type nat` chains are entered, whatever their own priority says (`nf_nat_proto.c`, `nf_nat_ipv4_ops`). */
const NAT_PLACE: Readonly<Partial<Record<Hook, number>>> = {
  prerouting: -100,
  input: 100,
  output: -100,
  postrouting: 100,
}

export function baseChainsAt({ tables }: Ruleset, hook: Hook, family: 'ip' | 'ip6'): readonly Entered[] {
  const found: Entered[] = []
  for (const table of tables) {
    if (table.dormant || !families(hook, family).includes(table.family)) continue
    for (const chain of table.chains) {
      if (chain.base?.hook === hook) found.push({ table, chain: chain as Entered['chain'] })
    }
  }
  return found.reverse().sort((a, b) => placeOf(a.chain.base) - placeOf(b.chain.base) || natOrder(a, b))
}

export const placeOf = ({ type, hook, priority }: BaseChain): number =>
  type === 'nat' ? (NAT_PLACE[hook] ?? priority) : priority

/** NAT chains are in order among themselves. */
const natOrder = (a: Entered, b: Entered): number =>
  a.chain.base.type === 'nat' && b.chain.base.type === 'nat'
    ? a.chain.base.priority - b.chain.base.priority
    : 0

const families = (hook: Hook, family: 'ip' | 'ip6'): readonly string[] =>
  hook === 'ingress' || hook === 'egress' ? ['inet', 'netdev'] : [family, 'inet']

/** Conntrack looks at a packet at -200 (`NF_IP_PRI_CONNTRACK`) of prerouting and output. */
export const isBeforeConntrack = ({ hook, priority }: BaseChain): boolean =>
  hook === 'ingress' || ((hook === 'prerouting' || hook === 'output') && priority <= -200)
