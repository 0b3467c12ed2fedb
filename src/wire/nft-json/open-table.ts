/**
 * A table while it is being read: what belongs to it comes in any order (versions of nft differ), and is put together at
 * the end.
 */
import { datatypeNamed } from '../../model/filter/datatypes.ts'
import type {
  Chain,
  Flowtable,
  NamedObject,
  NamedSet,
  Rule,
  Table,
  TableFamily,
} from '../../model/filter/ruleset.ts'
import type { Statement } from '../../model/filter/statement.ts'
import { elementOf, pairOf } from './element.ts'
import { type JsonObject, listOf } from './json-text.ts'

export interface OpenTable {
  readonly family: TableFamily
  describe(of: { handle?: number | undefined; comment?: string | undefined; dormant: boolean }): void
  addChain(chain: Chain): void
  addRule(chain: string, rule: Rule, meters: readonly NamedSet[]): void
  addSet(set: NamedSet): void
  addObject(object: NamedObject): void
  addFlowtable(flowtable: Flowtable): void
  /** False if the set isn't there, or an element isn't understood. */
  addElements(json: JsonObject): boolean
  close(): Table
}

export function openTable(family: TableFamily, name: string): OpenTable {
  let about: { handle?: number; comment?: string; dormant: boolean } = { dormant: false }
  const chains = new Map<string, Chain>()
  const rules = new Map<string, Rule[]>()
  const sets = new Map<string, NamedSet>()
  const objects: NamedObject[] = []
  const flowtables: Flowtable[] = []
  const filled = new Set<string>()

  return {
    family,
    describe({ handle, comment, dormant }) {
      about = {
        ...(handle === undefined ? {} : { handle }),
        ...(comment === undefined ? {} : { comment }),
        dormant,
      }
    },
    addChain(chain) {
      chains.set(chain.name, chain)
    },
    addRule(chain, rule, meters) {
      const list = rules.get(chain)
      if (list === undefined) rules.set(chain, [rule])
      else list.push(rule)
      for (const meter of meters) if (!sets.has(meter.name)) sets.set(meter.name, meter)
      for (const statement of rule.statements) {
        const set = filledBy(statement)
        if (set !== undefined) filled.add(set)
      }
    },
    addSet(set) {
      sets.set(set.name, set)
    },
    addObject(object) {
      objects.push(object)
    },
    addFlowtable(flowtable) {
      flowtables.push(flowtable)
    },
    addElements(json) {
      const set = sets.get(String(json.name))
      if (set === undefined) return false
      const key = set.key.map(datatypeNamed)
      const values = set.objectKind
        ? 'object'
        : set.mapTo[0] === 'verdict'
          ? 'verdict'
          : set.mapTo.map(datatypeNamed)
      const isMap = set.objectKind !== undefined || set.mapTo.length > 0
      const added = listOf(json.elem).map(each => (isMap ? pairOf(each, key, values) : elementOf(each, key)))
      if (added.includes(undefined)) return false
      sets.set(set.name, { ...set, elements: [...set.elements, ...(added as NamedSet['elements'])] })
      return true
    },
    close() {
      for (const chain of rules.keys()) if (!chains.has(chain)) chains.set(chain, { name: chain, rules: [] })
      return {
        family,
        name,
        ...about,
        backend: 'nftables',
        chains: [...chains.values()].map(chain => ({ ...chain, rules: rules.get(chain.name) ?? [] })),
        sets: [...sets.values()].map(set => (filled.has(set.name) ? asDynamic(set) : set)),
        objects,
        flowtables,
      }
    },
  }
}

/** The set that a rule fills; of a map, nft before 1.0.9 has only the text. */
function filledBy(statement: Statement): string | undefined {
  if (statement.kind === 'update-set') return statement.set
  return statement.kind === 'unsupported'
    ? /^(?:add|update|delete) @(\S+) \{/.exec(statement.text)?.[1]
    : undefined
}

/** nft before 1.0.9 doesn't list the flag. */
const asDynamic = (set: NamedSet): NamedSet =>
  set.flags.includes('dynamic') ? set : { ...set, flags: [...set.flags, 'dynamic'] }
