/**
 * Named objects: counters, quotas, limits, conntrack helpers and the rest, in braces or on one line.
 */
import type { NamedObject, ObjectKind } from '../../model/filter/ruleset.ts'
import type { Statement } from '../../model/filter/statement.ts'
import type { TableDraft } from './draft.ts'
import { readSynproxySettings } from './forwarding.ts'
import type { Reader } from './reader.ts'
import { readComment } from './rule.ts'
import { readCounter, readLimit, readQuota } from './stateful.ts'
import type { Token } from './token.ts'
import { shown } from './token-stream.ts'

/** The kind of object that is named here, if it is one: the words are read. */
export function takeObjectKind(reader: Reader): ObjectKind | undefined {
  const { stream } = reader
  if (stream.is('ct')) {
    const next = stream.peek().text
    if (next !== 'helper' && next !== 'timeout' && next !== 'expectation') return undefined
    stream.next()
    return `ct ${stream.next().text}` as ObjectKind
  }
  return stream.takeAny('counter', 'quota', 'limit', 'synproxy', 'secmark', 'tunnel') as
    | ObjectKind
    | undefined
}

const READERS: Readonly<Partial<Record<ObjectKind, (reader: Reader) => Statement>>> = {
  counter: readCounter,
  quota: readQuota,
  limit: readLimit,
  synproxy: reader => readSynproxySettings(reader, true),
}

/** After kind and name: `{ … }`, or what it says on the same line, or nothing. */
export function readObject(reader: Reader, table: TableDraft, kind: ObjectKind, name: Token): void {
  const { stream } = reader
  const braces = stream.is('{') ? stream.next() : undefined
  const handle = braces && stream.remarks.handles.get(braces.line)
  skipSeparators(reader, braces)
  let comment: string | undefined
  let statement: Statement | undefined
  const from = stream.token
  let said = false
  let last = from
  while (braces ? !stream.is('}') : !stream.atEnd) {
    if (stream.token.kind === 'end')
      throw stream.refuse(
        `the text ends inside of a ${kind}`,
        `Close the { of line ${braces?.line ?? 0} with }.`,
      )
    if (stream.is('comment')) comment = readComment(reader)
    else {
      const read = READERS[kind]
      if (read === undefined) readLine(reader, kind)
      else if (statement === undefined) statement = read(reader)
      else throw stream.refuse(`${shown(stream.token)} doesn't belong to a ${kind}`, 'Take it out.')
      last = stream.previous
      said = true
    }
    skipSeparators(reader, braces)
  }
  if (braces) stream.next()
  if (statement === undefined && kind === 'counter') statement = { kind: 'counter', packets: 0, bytes: 0 }
  if (statement === undefined && !said && kind !== 'counter')
    throw stream.refuse(`the ${kind} ${name.text} says nothing`, 'Write in braces what it is.', name)
  table.objects.set(`${kind} ${name.text}`, {
    kind,
    name: name.text,
    ...(handle !== undefined && { handle }),
    ...(statement === undefined ? { text: objectText(kind, table, textBetween(from, last)) } : { statement }),
    ...(comment !== undefined && { comment }),
  } satisfies NamedObject)
}

function skipSeparators(reader: Reader, inBraces: Token | undefined): void {
  const { stream } = reader
  while (inBraces !== undefined && (stream.token.kind === 'newline' || stream.is(';'))) stream.next()
}

/** Words that the lines of each kind begin with. */
const WORDS: Readonly<Partial<Record<ObjectKind, readonly string[]>>> = {
  'ct helper': ['type', 'l3proto'],
  'ct timeout': ['protocol', 'policy', 'l3proto'],
  'ct expectation': ['protocol', 'dport', 'timeout', 'size', 'l3proto'],
  tunnel: ['id', 'ip', 'ip6', 'sport', 'dport', 'ttl', 'tos', 'erspan', 'vxlan', 'geneve'],
}

/** A line that is kept as text. */
function readLine(reader: Reader, kind: ObjectKind): void {
  const { stream } = reader
  const words = WORDS[kind]
  if (words === undefined ? stream.token.kind !== 'string' : !words.includes(stream.token.text))
    throw stream.refuse(
      `${shown(stream.token)} doesn't belong to a ${kind}`,
      words === undefined ? 'Write one text in quotes.' : `Write ${words.join(', ')}.`,
    )
  if (kind === 'ct helper' && stream.is('type') && stream.peek().kind !== 'string')
    throw stream.refuse(
      'the type of a helper stands in quotes',
      'Write type "ftp" protocol tcp.',
      stream.peek(),
    )
  let depth = 0
  while (stream.token.kind !== 'end' && (depth > 0 || !stream.atEnd)) {
    if (stream.is('{')) depth++
    if (stream.is('}')) depth--
    stream.next()
  }
}

/** As nft lists it: a helper that names no family of addresses has the table's. */
function objectText(kind: ObjectKind, table: TableDraft, text: string): string {
  if (kind === 'ct timeout') return `${text.replace(/\s*:\s*/g, ' : ')};`
  const helper = kind === 'ct helper' || kind === 'ct expectation'
  return helper && !text.includes('l3proto') ? `${text}; l3proto ${table.family};` : `${text};`
}

/** On one line, lines parted by `;`. */
function textBetween(from: Token, last: Token): string {
  return from.source.text
    .slice(from.start, last.end)
    .split(/[;\n]/)
    .map(line =>
      line
        .replace(/(?:^|\s)#.*$/, '')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter(line => line !== '')
    .join('; ')
}
