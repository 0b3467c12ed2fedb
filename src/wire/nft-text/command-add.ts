/**
 * `add`, `create`, `insert` and `replace`, and `table … { }`.
 */
import type { Rule } from '../../model/filter/ruleset.ts'
import { chainIn, readChainBlock } from './chain-block.ts'
import type { ChainDraft, Draft, TableDraft } from './draft.ts'
import { readFlowtable } from './flowtable-block.ts'
import { readObject, takeObjectKind } from './object-block.ts'
import { readChain, readIdentifier, readSetName, readTable, readTableName } from './place.ts'
import type { Reader } from './reader.ts'
import { checkReferences } from './references.ts'
import { readRight } from './right-side.ts'
import { readRule } from './rule.ts'
import { readSetBlock } from './set-block.ts'
import { addElements } from './set-elements.ts'
import { readTableBlock } from './table-block.ts'
import type { Token } from './token.ts'

type Verb = 'add' | 'create' | 'insert' | 'replace'

export function readAdd(reader: Reader, draft: Draft, verb: Verb): void {
  const { stream } = reader
  if (verb === 'insert' || verb === 'replace') {
    stream.take('rule')
    addRule(reader, readTable(reader, draft), verb)
  } else if (stream.is('table')) readBareTable(reader, draft, verb === 'create')
  else if (stream.take('chain')) addChain(reader, readTable(reader, draft), verb)
  else if (stream.is('set') || stream.is('map')) addSet(reader, draft, verb)
  else if (stream.take('element')) addElement(reader, draft)
  else if (stream.take('flowtable'))
    readFlowtable(reader, readTable(reader, draft), readIdentifier(reader, 'the name of a flowtable'))
  else if (!addObject(reader, draft, verb)) {
    stream.take('rule')
    addRule(reader, readTable(reader, draft), 'add')
  }
}

function addSet(reader: Reader, draft: Draft, verb: Verb): void {
  const what = reader.stream.next().text as 'set' | 'map'
  const table = readTable(reader, draft)
  const name = readIdentifier(reader, `the name of a ${what}`)
  refuseTwice(reader, verb, table.sets.has(name.text), name)
  readSetBlock(reader, table, name, what)
  checkReferences(reader, table)
}

function addElement(reader: Reader, draft: Draft): void {
  const table = readTable(reader, draft)
  addElements(reader, readSetName(reader, table), readRight(reader))
  checkReferences(reader, table)
}

/** False where no kind of object stands. */
function addObject(reader: Reader, draft: Draft, verb: Verb): boolean {
  const kind = takeObjectKind(reader)
  if (kind === undefined) return false
  const table = readTable(reader, draft)
  const name = readIdentifier(reader, `the name of a ${kind}`)
  refuseTwice(reader, verb, table.objects.has(`${kind} ${name.text}`), name)
  readObject(reader, table, kind, name)
  return true
}

/** `table inet filter { … }`; nothing but the name is enough. */
export function readBareTable(reader: Reader, draft: Draft, create = false): void {
  const { stream } = reader
  const word = stream.need('table')
  const { family, at } = readTableName(reader)
  refuseTwice(reader, create ? 'create' : 'add', draft.get(family, at.text) !== undefined, at)
  const known = draft.get(family, at.text)
  const table = draft.add(family, at.text)
  const { comment } = table
  if (stream.remarks.managed.has(word.line - 1)) table.backend = 'iptables-nft'
  if (!stream.is('{')) return
  reader.family = family
  reader.table = table
  readTableBlock(reader, table)
  // The kernel keeps the comment that the table was made with.
  if (known !== undefined) setComment(table, comment)
  checkReferences(reader, table)
}

function setComment(table: TableDraft, comment: string | undefined): void {
  if (comment === undefined) delete table.comment
  else table.comment = comment
}

function refuseTwice(reader: Reader, verb: Verb, known: boolean, at: Token): void {
  if (verb === 'create' && known)
    throw reader.stream.refuse(`"${at.text}" is there already`, 'Write add, which accepts that.', at)
}

function addChain(reader: Reader, table: TableDraft, verb: Verb): void {
  reader.table = table
  const name = readIdentifier(reader, 'the name of a chain')
  refuseTwice(reader, verb, table.chains.has(name.text), name)
  const chain = chainIn(table, name.text)
  if (reader.stream.is('{')) readChainBlock(reader, table, chain)
  checkReferences(reader, table)
}

function addRule(reader: Reader, table: TableDraft, verb: 'add' | 'insert' | 'replace'): void {
  reader.table = table
  const chain = readChain(reader, table)
  const place = readPosition(reader, chain, verb)
  const rule = readRule(reader, table, chain)
  insertAt(chain.rules, rule, place, verb === 'replace')
  checkReferences(reader, table)
}

/** Where the rule goes: an index into the chain's rules. */
function readPosition(reader: Reader, chain: ChainDraft, verb: 'add' | 'insert' | 'replace'): number {
  const { stream } = reader
  const at = stream.token
  const word = stream.takeAny('position', 'handle', 'index')
  if (word === undefined) {
    if (verb === 'replace') throw stream.refuse('which rule is replaced?', 'Write handle and its number.')
    return verb === 'insert' ? 0 : chain.rules.length
  }
  const number = stream.number(`the ${word} of a rule`)
  const found = word === 'index' ? number : chain.rules.findIndex(rule => rule.handle === number)
  if (found < 0 || found >= chain.rules.length)
    throw stream.refuse(
      `the chain ${chain.name} has no rule with ${word} ${number}`,
      word === 'index'
        ? 'The first rule has index 0.'
        : 'Handles stand in a listing that was made with nft -a.',
      at,
    )
  return verb === 'add' ? found + 1 : found
}

const insertAt = (rules: Rule[], rule: Rule, at: number, replace: boolean): void => {
  rules.splice(at, replace ? 1 : 0, rule)
}
