/**
 * `delete`, `destroy`, `flush` and `rename`.
 */
import { TABLE_FAMILIES } from '../../model/filter/ruleset.ts'
import type { Draft, TableDraft } from './draft.ts'
import { takeObjectKind } from './object-block.ts'
import { readChain, readIdentifier, readSetName, readTable, readTableName } from './place.ts'
import type { Reader } from './reader.ts'
import { readRight } from './right-side.ts'
import { deleteElements } from './set-elements.ts'
import { shown } from './token-stream.ts'

export function readDelete(reader: Reader, draft: Draft, verb: 'delete' | 'destroy'): void {
  const { stream } = reader
  const mayBeGone = verb === 'destroy'
  if (stream.take('table')) {
    const { family, at } = readTableName(reader)
    if (!draft.tables.delete(`${family} ${at.text}`) && !mayBeGone)
      throw stream.refuse(`there is no table ${family} ${at.text}`, 'Write destroy, which accepts that.', at)
    return
  }
  if (stream.take('element')) {
    const set = readSetName(reader, readTable(reader, draft))
    deleteElements(reader, set, readRight(reader), mayBeGone)
  } else if (stream.take('rule')) deleteRule(reader, draft)
  else deleteNamed(reader, draft, mayBeGone)
}

function deleteNamed(reader: Reader, draft: Draft, mayBeGone: boolean): void {
  const { stream } = reader
  const what = stream.takeAny('chain', 'set', 'map', 'flowtable') ?? takeObjectKind(reader)
  if (what === undefined)
    throw stream.refuse(
      `${shown(stream.token)} can't be deleted`,
      'Write table, chain, rule, set, map, element, flowtable or an object.',
    )
  const table = readTable(reader, draft)
  const at = readIdentifier(reader, `the name of a ${what}`)
  if (what === 'chain') refuseUsedChain(reader, table, at.text)
  if (!remove(table, what, at.text) && !mayBeGone)
    throw stream.refuse(
      `there is no ${what} "${at.text}" in the table`,
      'Write destroy, which accepts that.',
      at,
    )
}

function remove(table: TableDraft, what: string, name: string): boolean {
  if (what === 'chain') return table.chains.delete(name)
  if (what === 'set' || what === 'map') return table.sets.delete(name)
  if (what === 'flowtable') return table.flowtables.delete(name)
  return table.objects.delete(`${what} ${name}`)
}

function refuseUsedChain(reader: Reader, table: TableDraft, name: string): void {
  for (const chain of table.chains.values())
    if (chain.name !== name && chain.jumps.some(jump => jump.to === 'chain' && jump.name === name))
      throw reader.stream.refuse(
        `rules of "${chain.name}" jump to "${name}"`,
        'Delete those first.',
        reader.stream.previous,
      )
}

function deleteRule(reader: Reader, draft: Draft): void {
  const { stream } = reader
  const chain = readChain(reader, readTable(reader, draft))
  const at = stream.token
  const word = stream.takeAny('handle', 'index')
  if (word === undefined) throw stream.refuse('which rule?', 'Write handle and its number.')
  const number = stream.number(`the ${word} of a rule`)
  const found = word === 'index' ? number : chain.rules.findIndex(rule => rule.handle === number)
  if (chain.rules[found] === undefined)
    throw stream.refuse(
      `the chain ${chain.name} has no rule with ${word} ${number}`,
      'Handles stand in a listing that was made with nft -a.',
      at,
    )
  chain.rules.splice(found, 1)
}

export function readFlush(reader: Reader, draft: Draft): void {
  const { stream } = reader
  if (stream.take('ruleset')) {
    const family = stream.takeAny(...TABLE_FAMILIES)
    for (const [key, table] of draft.tables)
      if (family === undefined || table.family === family) draft.tables.delete(key)
    return
  }
  const what = stream.takeAny('table', 'chain', 'set', 'map', 'meter', 'flowtable')
  if (what === undefined)
    throw stream.refuse(`${shown(stream.token)} can't be flushed`, 'Write ruleset, table, chain, set or map.')
  const table = readTable(reader, draft)
  if (what === 'table') for (const chain of table.chains.values()) empty(chain)
  else if (what === 'chain') empty(readChain(reader, table))
  else {
    readSetName(reader, table).elements.clear()
  }
}

function empty(chain: { rules: unknown[]; jumps: unknown[] }): void {
  chain.rules.length = 0
  chain.jumps.length = 0
}

export function readRename(reader: Reader, draft: Draft): void {
  const { stream } = reader
  stream.need('chain')
  const table = readTable(reader, draft)
  const chain = readChain(reader, table)
  const at = readIdentifier(reader, 'the new name')
  if (table.chains.has(at.text))
    throw stream.refuse(`there is a chain "${at.text}" already`, 'Use another name.', at)
  const chains = [...table.chains.values()]
  table.chains.clear()
  for (const each of chains) {
    const renamed = each === chain ? { ...each, name: at.text } : each
    table.chains.set(renamed.name, renamed)
  }
}
