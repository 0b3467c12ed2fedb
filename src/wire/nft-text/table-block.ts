/**
 * What stands between the braces of a table.
 */
import { chainIn, readChainBlock } from './chain-block.ts'
import { needEnd, readCommonLine } from './common-lines.ts'
import type { TableDraft } from './draft.ts'
import { readFlowtable } from './flowtable-block.ts'
import { readObject, takeObjectKind } from './object-block.ts'
import type { Reader } from './reader.ts'
import { readComment } from './rule.ts'
import { Scope } from './scope.ts'
import { readSetBlock } from './set-block.ts'
import { shown } from './token-stream.ts'

/** From `{` to `}`. */
export function readTableBlock(reader: Reader, table: TableDraft): void {
  const { stream } = reader
  const open = stream.need('{')
  const handle = stream.remarks.handles.get(open.line)
  if (handle !== undefined) table.handle = handle
  const outer = reader.scope
  reader.scope = new Scope(outer)
  while (!stream.is('}')) {
    if (readCommonLine(reader)) continue
    if (stream.token.kind === 'end')
      throw stream.refuse('the text ends inside of a table', `Close the { of line ${open.line} with }.`)
    readPart(reader, table)
  }
  stream.next()
  reader.scope = outer
}

function readPart(reader: Reader, table: TableDraft): void {
  const { stream } = reader
  if (stream.take('chain'))
    readChainBlock(reader, table, chainIn(table, stream.name('the name of a chain').text))
  else if (stream.is('set') || stream.is('map')) {
    const what = stream.next().text as 'set' | 'map'
    readSetBlock(reader, table, stream.name(`the name of a ${what}`), what)
  } else if (stream.take('flowtable')) readFlowtable(reader, table, stream.name('the name of a flowtable'))
  else if (stream.take('flags')) readTableFlags(reader, table)
  else if (stream.is('comment')) {
    const comment = readComment(reader)
    if (comment !== undefined) table.comment = comment
    needEnd(reader)
  } else {
    const kind = takeObjectKind(reader)
    if (kind === undefined)
      throw stream.refuse(
        `${shown(stream.token)} is nothing that a table has`,
        'Write chain, set, map, flowtable, counter, quota, limit, ct helper, flags or comment.',
      )
    readObject(reader, table, kind, stream.name(`the name of a ${kind}`))
  }
}

/** `flags dormant`; `owner` and `persist` concern who may change it, not packets. */
export function readTableFlags(reader: Reader, table: TableDraft): void {
  const { stream } = reader
  do {
    const flag = stream.takeAny('dormant', 'owner', 'persist')
    if (flag === undefined)
      throw stream.refuse(`${shown(stream.token)} is no flag of a table`, 'Write dormant, owner or persist.')
    if (flag === 'dormant') table.dormant = true
  } while (stream.take(','))
  needEnd(reader)
}
