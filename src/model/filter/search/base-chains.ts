/**
 * The base chains that packets of a family meet at a hook, in the order in which the kernel enters them: ascending
 * priority. Among equals the one registered last comes first, which no listing tells; the last listed is taken
 * to be it.
 */
import { CONNTRACK_PLACE, placeOf } from '../hook-places.ts'
import type { BaseChain, Chain, Hook, Ruleset, Table } from '../ruleset.ts'

export interface Entered {
  readonly table: Table
  readonly chain: Chain & { readonly base: BaseChain }
}

export function baseChainsAt({ tables }: Ruleset, hook: Hook, family: 'ip' | 'ip6'): readonly Entered[] {
  const found: Entered[] = []
  for (const table of tables) {
    if (table.dormant || !families(hook, family).includes(table.family)) continue
    for (const chain of table.chains) {
      if (chain.base?.hook === hook) found.push({ table, chain: chain as Entered['chain'] })
    }
  }
  const plain = found.filter(({ chain }) => chain.base.type !== 'nat').reverse()
  const nat = found.filter(({ chain }) => chain.base.type === 'nat')
  nat.sort((a, b) => a.chain.base.priority - b.chain.base.priority)
  return [...nat, ...plain].sort((a, b) => placeOf(a.chain.base) - placeOf(b.chain.base))
}

const families = (hook: Hook, family: 'ip' | 'ip6'): readonly string[] =>
  hook === 'ingress' || hook === 'egress' ? ['inet', 'netdev'] : [family, 'inet']

/** Conntrack looks at a packet at prerouting and output. At the very place: null. */
export function isBeforeConntrack({ hook, priority, type }: BaseChain): boolean | null {
  if (hook === 'ingress') return true
  if ((hook !== 'prerouting' && hook !== 'output') || type === 'nat') return false
  return priority === CONNTRACK_PLACE ? null : priority < CONNTRACK_PLACE
}
