/**
 * What stands between the braces of a set or map, and elements that are added later.
 */
import type { NamedSet } from '../../model/filter/ruleset.ts'
import type { Statement } from '../../model/filter/statement.ts'
import { needEnd, readCommonLine } from './common-lines.ts'
import type { SetDraft, TableDraft } from './draft.ts'
import type { Raw } from './raw.ts'
import type { Reader } from './reader.ts'
import { readRight } from './right-side.ts'
import { readComment } from './rule.ts'
import { Scope } from './scope.ts'
import { addElements } from './set-elements.ts'
import { readSetTypes, type SetTypes } from './set-types.ts'
import { isStateful, readStateful } from './stateful.ts'
import { readTime } from './time-text.ts'
import type { Token } from './token.ts'
import { shown } from './token-stream.ts'

type Flag = NamedSet['flags'][number]
const FLAGS: readonly Flag[] = ['constant', 'interval', 'timeout', 'dynamic']

interface SetLines {
  types?: SetTypes
  flags: Set<Flag>
  autoMerge: boolean
  timeout?: number
  size?: number
  gcInterval?: number
  policy?: 'performance' | 'memory'
  comment?: string
  statements: Statement[]
  elements: Raw[]
}

/** From `{` to `}`. */
export function readSetBlock(reader: Reader, table: TableDraft, name: Token, what: 'set' | 'map'): void {
  const { stream } = reader
  const open = stream.need('{')
  const handle = stream.remarks.handles.get(open.line)
  const outer = reader.scope
  reader.scope = new Scope(outer)
  const lines: SetLines = { flags: new Set(), autoMerge: false, statements: [], elements: [] }
  while (!stream.is('}')) {
    if (readCommonLine(reader)) continue
    if (stream.token.kind === 'end')
      throw stream.refuse(`the text ends inside of a ${what}`, `Close the { of line ${open.line} with }.`)
    readLine(reader, lines)
    needEnd(reader)
  }
  stream.next()
  const draft = declare(reader, table, name, what, lines, handle)
  for (const raw of lines.elements) addElements(reader, draft, raw)
  reader.scope = outer
}

function readLine(reader: Reader, lines: SetLines): void {
  const { stream } = reader
  const word = stream.takeAny('type', 'typeof')
  if (word !== undefined) lines.types = readSetTypes(reader, word as 'type' | 'typeof')
  else if (stream.take('flags')) readFlags(reader, lines.flags)
  else if (stream.take('timeout')) lines.timeout = readTime(stream, 'how long elements stay')
  else if (stream.take('gc-interval'))
    lines.gcInterval = readTime(stream, 'how often old elements are removed')
  else if (stream.take('size')) lines.size = stream.number('how many elements', 0xffff_ffff)
  else if (stream.take('auto-merge')) lines.autoMerge = true
  else if (stream.take('policy')) lines.policy = readPolicy(reader)
  else if (stream.is('comment')) {
    const comment = readComment(reader)
    if (comment !== undefined) lines.comment = comment
  } else if (stream.take('elements')) {
    stream.need('=')
    lines.elements.push(readRight(reader))
  } else if (isStateful(reader)) while (isStateful(reader)) lines.statements.push(readStateful(reader))
  else
    throw stream.refuse(
      `${shown(stream.token)} is nothing that a set has`,
      'Write type, typeof, flags, timeout, size, auto-merge, counter, comment or elements.',
    )
}

function readFlags(reader: Reader, flags: Set<Flag>): void {
  const { stream } = reader
  do {
    const flag = stream.takeAny(...FLAGS) as Flag | undefined
    if (flag === undefined)
      throw stream.refuse(`${shown(stream.token)} is no flag of a set`, `Write ${FLAGS.join(', ')}.`)
    flags.add(flag)
  } while (stream.take(','))
}

function readPolicy(reader: Reader): 'performance' | 'memory' {
  const { stream } = reader
  const policy = stream.takeAny('performance', 'memory')
  if (policy !== undefined) return policy as 'performance' | 'memory'
  throw stream.refuse(`${shown(stream.token)} is no policy of a set`, 'Write performance or memory.')
}

function declare(
  reader: Reader,
  table: TableDraft,
  name: Token,
  what: 'set' | 'map',
  lines: SetLines,
  handle: number | undefined,
): SetDraft {
  const known = table.sets.get(name.text)
  if (known !== undefined) return known
  const { types } = lines
  if (types === undefined)
    throw reader.stream.refuse(
      `the ${what} ${name.text} has no type`,
      'Write type or typeof between its braces.',
      name,
    )
  const isMap = types.values === 'verdict' || types.values.length > 0 || types.objectKind !== undefined
  if (isMap !== (what === 'map'))
    throw reader.stream.refuse(
      isMap ? 'a set has no ":" in its type' : 'the type of a map has a ":"',
      isMap ? 'Write map before its name.' : 'Write type key : value.',
      name,
    )
  if (lines.timeout !== undefined) lines.flags.add('timeout')
  const draft: SetDraft = {
    elements: new Map(),
    set: {
      name: name.text,
      ...(handle !== undefined && { handle }),
      key: types.keys.map(type => type.name),
      mapTo: types.values === 'verdict' ? ['verdict'] : types.values.map(type => type.name),
      ...(types.objectKind && { objectKind: types.objectKind }),
      flags: FLAGS.filter(flag => lines.flags.has(flag)),
      autoMerge: lines.autoMerge,
      ...(lines.timeout !== undefined && { timeout: lines.timeout }),
      ...(lines.size !== undefined && { size: lines.size }),
      ...(lines.gcInterval !== undefined && { gcInterval: lines.gcInterval }),
      ...(lines.policy && { policy: lines.policy }),
      elements: [],
      ...(lines.comment !== undefined && { comment: lines.comment }),
      ...(lines.statements.length > 0 && { statements: lines.statements }),
    },
    keys: types.keys,
    values: types.values === 'verdict' ? [] : types.values,
  }
  table.sets.set(name.text, draft)
  return draft
}
