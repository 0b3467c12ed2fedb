/**
 * Statements that use an object by name: `counter name "x"`, `ct helper set "ftp"`, `limit name tcp dport map { … }`.
 */
import type { Statement } from '../../model/filter/statement.ts'
import { beginsLeft, readLeft } from './left-side.ts'
import { readMapSource } from './map-source.ts'
import type { Reader } from './reader.ts'
import { readVariable } from './right-side.ts'
import { shown } from './token-stream.ts'

type ObjectStatement = Extract<Statement, { kind: 'object' }>
type Kind = ObjectStatement['object']

const NAMED: ReadonlySet<string> = new Set(['counter', 'quota', 'limit', 'synproxy'])
const CT: ReadonlySet<string> = new Set(['helper', 'timeout', 'expectation'])

export function isNamedObject(reader: Reader): boolean {
  const { stream } = reader
  const { kind, text } = stream.token
  if (kind !== 'word') return false
  const next = stream.peek().text
  if (text === 'ct') return CT.has(next) && stream.peek(2).text === 'set'
  if (text === 'meta') return next === 'secmark' && stream.peek(2).text === 'set' && isSecmarkName(reader)
  return NAMED.has(text) && next === 'name'
}

/** `meta secmark set ct secmark` copies a number; a name or a map refers to objects. */
function isSecmarkName(reader: Reader): boolean {
  const third = reader.stream.peek(3)
  return third.kind === 'string' || !(third.text === 'ct' || third.text === 'meta')
}

export function readNamedObject(reader: Reader): ObjectStatement {
  const { stream } = reader
  const first = stream.next().text
  const object = (
    first === 'ct' ? `ct ${stream.next().text}` : first === 'meta' ? stream.next().text : first
  ) as Kind
  stream.next()
  if (beginsLeft(reader)) {
    const key = readLeft(reader)
    stream.need('map')
    return { kind: 'object', object, name: { key, map: readMapSource(reader, key, 'object') } }
  }
  const at = stream.is('$') ? readVariable(reader).at : stream.token
  if (at === stream.token) stream.next()
  if (at.kind !== 'word' && at.kind !== 'string')
    throw stream.refuse('the name of an object was expected', `Write a name in quotes, not ${shown(at)}.`, at)
  reader.references.push({ at, to: 'object', name: at.text, kind: object })
  return { kind: 'object', object, name: at.text }
}
