/**
 * Which table, chain or set a command names: `inet filter input`. The family is ip when none is written.
 */
import { TABLE_FAMILIES, type TableFamily } from '../../model/filter/ruleset.ts'
import type { ChainDraft, Draft, SetDraft, TableDraft } from './draft.ts'
import type { Reader } from './reader.ts'
import type { Token } from './token.ts'

export interface Named {
  readonly family: TableFamily
  readonly at: Token
}

export function readTableName(reader: Reader): Named {
  const family = reader.stream.takeAny(...TABLE_FAMILIES) as TableFamily | undefined
  return { family: family ?? 'ip', at: readIdentifier(reader, 'the name of a table') }
}

/** Names that nft has as words of its own can't be names (src/scanner.l); the few that people try. */
const RESERVED: ReadonlySet<string> = new Set([
  ...TABLE_FAMILIES,
  'table',
  'chain',
  'rule',
  'set',
  'map',
  'accept',
  'drop',
])

export function readIdentifier(reader: Reader, what: string): Token {
  const { stream } = reader
  if (stream.token.kind === 'word' && RESERVED.has(stream.token.text))
    throw stream.refuse(`"${stream.token.text}" is a word of nft, not a name`, 'Use another name.')
  const at = stream.name(what)
  if (at.text.length > 255) throw stream.refuse('the name is too long', 'Write at most 255 letters.', at)
  return at
}

/** The table must be there. */
export function readTable(reader: Reader, draft: Draft): TableDraft {
  const { family, at } = readTableName(reader)
  const table = draft.get(family, at.text)
  if (table === undefined)
    throw reader.stream.refuse(
      `there is no table ${family} ${at.text}`,
      `Add it first: add table ${family} ${at.text}.`,
      at,
    )
  reader.family = family
  return table
}

export function readChain(reader: Reader, table: TableDraft): ChainDraft {
  const at = readIdentifier(reader, 'the name of a chain')
  const chain = table.chains.get(at.text)
  if (chain !== undefined) return chain
  throw reader.stream.refuse(
    `there is no chain "${at.text}" in the table ${table.family} ${table.name}`,
    `Add it first: add chain ${table.family} ${table.name} ${at.text}.`,
    at,
  )
}

export function readSetName(reader: Reader, table: TableDraft): SetDraft {
  const at = readIdentifier(reader, 'the name of a set')
  const set = table.sets.get(at.text)
  if (set !== undefined) return set
  throw reader.stream.refuse(
    `there is no set "${at.text}" in the table ${table.family} ${table.name}`,
    'Add it first.',
    at,
  )
}
