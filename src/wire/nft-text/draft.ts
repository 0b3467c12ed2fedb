/**
 * A rule set while commands change it. `finish` makes the value of it.
 */
import type { Datatype } from '../../model/filter/datatypes.ts'
import type {
  Backend,
  BaseChain,
  Element,
  Flowtable,
  NamedObject,
  NamedSet,
  Rule,
  Ruleset,
  Table,
  TableFamily,
} from '../../model/filter/ruleset.ts'
import type { Token } from './token.ts'

export interface TableDraft {
  readonly family: TableFamily
  readonly name: string
  handle?: number
  backend: Backend
  dormant: boolean
  comment?: string
  readonly chains: Map<string, ChainDraft>
  readonly sets: Map<string, SetDraft>
  /** By kind and name, with a blank between. */
  readonly objects: Map<string, NamedObject>
  readonly flowtables: Map<string, Flowtable>
}

export interface ChainDraft {
  readonly name: string
  handle?: number
  base?: BaseChain
  rules: Rule[]
  /** Where each jump of the rules stands. */
  readonly jumps: Jump[]
  comment?: string
}

/** To a chain, or to any chain that the verdict map names. */
export interface Jump {
  readonly at: Token
  readonly to: 'chain' | 'verdict map'
  readonly name: string
}

export interface SetDraft {
  /** All of it but its elements. */
  set: NamedSet
  /** By their keys. */
  readonly elements: Map<string, Element>
  /** As `typeof` may make them: more exact than their names. */
  readonly keys: readonly Datatype[]
  readonly values: readonly Datatype[]
}

export class Draft {
  readonly tables = new Map<string, TableDraft>()

  get(family: TableFamily, name: string): TableDraft | undefined {
    return this.tables.get(`${family} ${name}`)
  }

  add(family: TableFamily, name: string): TableDraft {
    const known = this.get(family, name)
    if (known !== undefined) return known
    const table: TableDraft = {
      family,
      name,
      backend: 'nftables',
      dormant: false,
      chains: new Map(),
      sets: new Map(),
      objects: new Map(),
      flowtables: new Map(),
    }
    this.tables.set(`${family} ${name}`, table)
    return table
  }

  finish(): Ruleset {
    return { tables: Array.from(this.tables.values(), finishTable) }
  }
}

const finishTable = (table: TableDraft): Table => ({
  family: table.family,
  name: table.name,
  ...(table.handle !== undefined && { handle: table.handle }),
  backend: table.backend,
  dormant: table.dormant,
  chains: Array.from(table.chains.values(), ({ name, handle, base, rules, comment }) => ({
    name,
    ...(handle !== undefined && { handle }),
    ...(base && { base }),
    rules,
    ...(comment !== undefined && { comment }),
  })),
  sets: Array.from(table.sets.values(), ({ set, elements }) => ({
    ...set,
    elements: [...elements.values()],
  })),
  objects: [...table.objects.values()],
  flowtables: [...table.flowtables.values()],
  ...(table.comment !== undefined && { comment: table.comment }),
})
