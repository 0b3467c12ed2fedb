/**
 * Chains of `arp` tables that may drop: where an address of IPv4 isn't resolved, no packet gets to it, whatever the other chains say.
 * Questions are about IP packets, so these chains are named and not walked.
 */
import type { Chain, Ruleset, Table } from '../../model/filter/ruleset.ts'

export interface NeighbourChain {
  readonly table: string
  readonly chain: string
  readonly hook: string
}

export const neighbourChains = ({ tables }: Ruleset): readonly NeighbourChain[] =>
  tables
    .filter(({ family, dormant }) => family === 'arp' && !dormant)
    .flatMap(table =>
      table.chains
        .filter(chain => chain.base !== undefined && (chain.base.policy === 'drop' || mayDrop(table, chain)))
        .map(chain => ({ table: table.name, chain: chain.name, hook: chain.base!.hook })),
    )

export const neighbourText = ({ table, chain, hook }: NeighbourChain): string =>
  `arp ${table} ${chain} (hook ${hook}) may drop: a host whose address isn’t resolved can’t be reached, and questions about packets do not ask that chain`

/** Itself, or a chain that it calls. */
function mayDrop(table: Table, chain: Chain, seen: ReadonlySet<string> = new Set()): boolean {
  if (seen.has(chain.name)) return false
  const visited = new Set([...seen, chain.name])
  return (
    chain.rules.some(({ statements }) => drops(statements)) ||
    calledBy(table, chain).some(one => mayDrop(table, one, visited))
  )
}

const calledBy = ({ chains }: Table, { rules }: Chain): readonly Chain[] => {
  const names = new Set(rules.flatMap(({ statements }) => namesIn(statements)))
  return chains.filter(({ name }) => names.has(name))
}

/** Verdicts stand in statements, in maps, and in what isn't understood. */
function drops(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false
  const { kind, ends } = part as { kind?: unknown; ends?: unknown }
  if (kind === 'drop' || kind === 'queue' || (kind === 'unsupported' && ends === true)) return true
  return Object.values(part).some(drops)
}

function namesIn(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return []
  const { kind, chain } = part as { kind?: unknown; chain?: unknown }
  const own = (kind === 'jump' || kind === 'goto') && typeof chain === 'string' ? [chain] : []
  return [...own, ...Object.values(part).flatMap(namesIn)]
}
