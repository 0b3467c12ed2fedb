/**
 * The rule set that `nft -j list ruleset` shows, as a value (libnftables-json(5), schema 1; nft 0.9 to 1.1).
 *
 * Nothing is dropped silently: statements and expressions that aren't understood stay as `unsupported` with their text,
 * and what else the value can't hold is a warning. Text that is no JSON, or was cut off, is refused with line and
 * column. What the JSON of a version leaves out can't be read back: the arguments of iptables' extensions (`xt`), the
 * devices of `netdev` chains before 1.1.0, milliseconds.
 */
import type { Ruleset, Table } from '../../model/filter/ruleset.ts'
import { TABLE_FAMILIES } from '../../model/filter/ruleset.ts'
import { placeAt, rulesFault } from '../rules-fault.ts'
import { chainOf, flowtableOf, isObjectKind, labels, objectOf, setOf } from './declaration.ts'
import { textOf } from './expression.ts'
import { itemOffsets } from './json-error.ts'
import { isObject, type Json, type JsonObject, listOf, onlyMember, readJson } from './json-text.ts'
import { type OpenTable, openTable } from './open-table.ts'
import { ruleOf } from './rule.ts'

export interface DecodedRuleset {
  readonly ruleset: Ruleset
  /** What was read and isn't in the value, a sentence each. */
  readonly warnings: readonly string[]
}

/** `name` is what the text is called in faults. Throws `E_RULES_SYNTAX`. */
export function decodeNftJson(text: string, name = 'the JSON of nft'): DecodedRuleset {
  const refuse = (offset: number, why: string, next: string) =>
    rulesFault(placeAt({ name, text }, offset), why, next)
  const whole = readJson(text, name)
  const list = isObject(whole) ? whole.nftables : undefined
  if (!Array.isArray(list))
    throw refuse(0, 'there is no list "nftables"', 'Give the output of nft -j list ruleset.')
  const reader: Reader = { tables: new Map(), warnings: [] }
  for (const [place, item] of list.entries()) {
    const refused = readItem(reader, item)
    if (refused !== undefined) throw refuse(itemOffsets(text)[place] ?? 0, refused.why, refused.next ?? NEXT)
  }
  const tables = [...reader.tables.values()].map((open): Table => open.close())
  return { ruleset: { tables }, warnings: reader.warnings }
}

const NEXT = 'Compare with libnftables-json(5), or list the rules again.'

interface Reader {
  readonly tables: Map<string, OpenTable>
  readonly warnings: string[]
}

interface Refusal {
  readonly why: string
  readonly next?: string
}

const COMMANDS: ReadonlySet<string> = new Set(['add', 'create'])

/** Says why, where the item makes no sense. */
function readItem(reader: Reader, item: Json): Refusal | undefined {
  const member = onlyMember(item)
  if (member === undefined) return { why: 'an object with one member was expected' }
  const [kind, inner] = member
  if (kind === 'metainfo') return undefined
  if (COMMANDS.has(kind)) return readItem(reader, inner)
  if (kind === 'flush' && reader.tables.size === 0) return undefined
  if (!isObject(inner)) return { why: `what ${kind} is was expected` }
  if (kind === 'table') return readTable(reader, inner)
  const open = tableOf(reader, inner, inner.table)
  if (open === undefined) return { why: `the ${kind} names no table that there is` }
  return readInto(reader, open, kind, inner)
}

const FLAG_WORDS: ReadonlySet<Json> = new Set(['dormant', 'owner', 'persist'])

function readTable(reader: Reader, json: JsonObject): Refusal | undefined {
  const open = tableOf(reader, json, json.name)
  if (open === undefined) return { why: 'a table with family and name was expected' }
  const flags = listOf(json.flags)
  const { handle, comment } = labels(json)
  if (flags.some(flag => !FLAG_WORDS.has(flag)))
    return {
      why: `the flags of table ${json.family} ${json.name} can't be read (nft 1.0.6 writes other words there)`,
      next: 'Give the listing in text instead: nft list ruleset.',
    }
  for (const flag of flags)
    if (flag !== 'dormant')
      reader.warnings.push(`table ${json.family} ${json.name}: flag ${flag} is left out`)
  open.describe({ handle, comment, dormant: flags.includes('dormant') })
  return undefined
}

/** The table of that family and name, made if it is new: old versions list none for their chains. */
function tableOf(reader: Reader, json: JsonObject, name: Json | undefined): OpenTable | undefined {
  const family = TABLE_FAMILIES.find(each => each === json.family)
  if (family === undefined || typeof name !== 'string') return undefined
  const key = `${family} ${name}`
  let open = reader.tables.get(key)
  if (open === undefined) {
    open = openTable(family, name)
    reader.tables.set(key, open)
  }
  return open
}

function readInto(reader: Reader, open: OpenTable, kind: string, json: JsonObject): Refusal | undefined {
  const warn = (text: string): void => {
    reader.warnings.push(`${kind} ${json.family} ${json.table} ${json.name}: ${text}`)
  }
  if (kind === 'rule') {
    if (typeof json.chain !== 'string') return { why: 'a rule with its chain was expected' }
    const { rule, meters } = ruleOf(json, open.family)
    open.addRule(json.chain, rule, meters)
    return undefined
  }
  if (kind === 'element')
    return open.addElements(json) ? undefined : { why: 'elements of a set that there is were expected' }
  if (typeof json.name !== 'string') return { why: `a ${kind} with a name was expected` }
  if (kind === 'chain') {
    const chain = chainOf(json)
    if (chain === undefined) return { why: 'a chain with type, hook and priority was expected' }
    if (chain.base?.hook === 'ingress' || chain.base?.hook === 'egress')
      if (chain.base.devices.length === 0) warn('this version of nft leaves its devices out')
    open.addChain(chain)
  } else if (kind === 'set' || kind === 'map') {
    const set = setOf(json, kind, warn)
    if (set === undefined) return { why: `a ${kind} with its types was expected` }
    open.addSet(set)
  } else if (kind === 'flowtable') {
    const flowtable = flowtableOf(json)
    if (flowtable === undefined) return { why: 'a flowtable with hook and priority was expected' }
    open.addFlowtable(flowtable)
  } else if (isObjectKind(kind)) {
    open.addObject(objectOf(kind, json))
  } else {
    warn(`is left out: ${textOf(json)}`)
  }
  return undefined
}
