/**
 * What the JSON of nft leaves out in some versions, from its text: devices of `netdev` chains and of `inet` ingress
 * (before 1.1.0), the flag `dynamic` of sets (before 1.0.9), `auto-merge` (before 1.1.0).
 */
import type { Chain, NamedSet, Ruleset, Table } from '../../model/filter/ruleset.ts'

/** Whether the JSON may have left something out, so that the text is worth reading. */
export const lacksText = ({ tables }: Ruleset): boolean =>
  tables.some(({ chains }) => chains.some(lacksDevice))

const lacksDevice = ({ base }: Chain): boolean =>
  base !== undefined && (base.hook === 'ingress' || base.hook === 'egress') && base.devices.length === 0

export function completeFromText(ruleset: Ruleset, text: Ruleset): Ruleset {
  return {
    tables: ruleset.tables.map(table => {
      const other = text.tables.find(({ family, name }) => family === table.family && name === table.name)
      return other === undefined ? table : completeTable(table, other)
    }),
  }
}

const completeTable = (table: Table, other: Table): Table => ({
  ...table,
  chains: table.chains.map(chain => completeChain(chain, other)),
  sets: table.sets.map(set => completeSet(set, other)),
})

function completeChain(chain: Chain, { chains }: Table): Chain {
  const base = chains.find(({ name }) => name === chain.name)?.base
  if (chain.base === undefined || base === undefined || !lacksDevice(chain)) return chain
  return { ...chain, base: { ...chain.base, devices: base.devices } }
}

function completeSet(set: NamedSet, { sets }: Table): NamedSet {
  const other = sets.find(({ name }) => name === set.name)
  if (other === undefined) return set
  const flags = [...set.flags, ...other.flags.filter(flag => !set.flags.includes(flag))]
  return { ...set, flags, autoMerge: set.autoMerge || other.autoMerge }
}
