/**
 * The commands of a rule file, each applied to the draft in its order: `add`, `create`, `insert`, `replace`, `delete`,
 * `destroy`, `flush`, `rename`, and a bare `table … { }`.
 */
import { readAdd, readBareTable } from './command-add.ts'
import { readDelete, readFlush, readRename } from './command-remove.ts'
import { needEnd, readCommonLine } from './common-lines.ts'
import type { Draft } from './draft.ts'
import type { Reader } from './reader.ts'
import { shown } from './token-stream.ts'

/** To the end of the text. */
export function readCommands(reader: Reader, draft: Draft): void {
  const { stream } = reader
  while (true) {
    if (readCommonLine(reader)) continue
    if (stream.token.kind === 'end') return
    readCommand(reader, draft)
    needEnd(reader)
    if (stream.is('}')) throw stream.refuse('this brace closes nothing', 'Take it out.')
  }
}

function readCommand(reader: Reader, draft: Draft): void {
  const { stream } = reader
  const { text, kind } = stream.token
  if (kind === 'word' && ADDING.has(text)) readAdd(reader, draft, stream.next().text as 'add')
  else if (kind === 'word' && (text === 'delete' || text === 'destroy')) {
    stream.next()
    readDelete(reader, draft, text)
  } else if (stream.take('flush')) readFlush(reader, draft)
  else if (stream.take('rename')) readRename(reader, draft)
  else if (kind === 'word' && ASKING.has(text)) skipAsking(reader)
  else if (stream.is('table')) readBareTable(reader, draft)
  else if (kind === 'word' && (BARE.has(text) || stream.peek().kind === 'word')) readAdd(reader, draft, 'add')
  else
    throw stream.refuse(
      `${shown(stream.token)} is no command`,
      'Write table, add, insert, create, delete, destroy, flush, define or include.',
    )
}

const ADDING: ReadonlySet<string> = new Set(['add', 'create', 'insert', 'replace'])

/** Objects that `add` may be left out before. */
const BARE: ReadonlySet<string> = new Set([
  'chain',
  'rule',
  'set',
  'map',
  'element',
  'flowtable',
  'counter',
  'quota',
  'limit',
  'ct',
  'synproxy',
  'secmark',
])

/** Commands that only print, or read counters back. */
const ASKING: ReadonlySet<string> = new Set(['list', 'describe', 'monitor', 'export', 'reset', 'get'])

function skipAsking(reader: Reader): void {
  const { stream } = reader
  const at = stream.token
  while (!stream.atEnd) stream.next()
  reader.warnings.push(`line ${at.line}: "${at.text}" asks, and changes no rule`)
}
