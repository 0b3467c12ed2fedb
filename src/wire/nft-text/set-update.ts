/**
 * `add @s { ip saddr timeout 1h limit rate 3/minute }`, `update @m { ip saddr : tcp dport }`, and the older
 * `set add ip saddr @s`.
 */
import { integer } from '../../model/filter/datatypes.ts'
import type { Expression } from '../../model/filter/expression.ts'
import type { Statement } from '../../model/filter/statement.ts'
import { readComputed } from './assigned.ts'
import { scalarFrom } from './interpret.ts'
import { beginsLeft, readLeft } from './left-side.ts'
import { readAboutElement } from './raw-set.ts'
import type { Reader } from './reader.ts'
import { readRight } from './right-side.ts'
import { shown } from './token-stream.ts'

type Update = Extract<Statement, { kind: 'update-set' }>

export function readSetUpdate(reader: Reader): Update {
  const { stream } = reader
  const old = stream.take('set')
  const op = stream.takeAny('add', 'update', 'delete') as Update['op'] | undefined
  if (op === undefined)
    throw stream.refuse(`${shown(stream.token)} is nothing to do with a set`, 'Write add, update or delete.')
  return old ? readOldForm(reader, op) : readBraces(reader, op)
}

function readBraces(reader: Reader, op: Update['op']): Update {
  const { stream } = reader
  const set = readSetName(reader)
  stream.need('{')
  stream.skipNewlines()
  const key = readLeft(reader)
  let { timeout, statements } = readAboutElement(reader)
  let value: Expression | undefined
  if (stream.take(':')) {
    value = readValue(reader, set)
    const more = readAboutElement(reader)
    statements = [...statements, ...more.statements]
    timeout ??= more.timeout
  }
  stream.skipNewlines()
  stream.need('}')
  return {
    kind: 'update-set',
    op,
    set,
    key,
    ...(timeout !== undefined && { timeout }),
    ...(value !== undefined && { value }),
    statements,
  }
}

function readValue(reader: Reader, set: string): Expression {
  const types = reader.table?.sets.get(set)?.values ?? []
  if (beginsLeft(reader)) return readComputed(reader, types)
  return { kind: 'literal', value: scalarFrom(reader, readRight(reader), types[0] ?? integer(32)) }
}

function readOldForm(reader: Reader, op: Update['op']): Update {
  const key = readLeft(reader)
  const { timeout, statements } = readAboutElement(reader)
  const set = readSetName(reader)
  return { kind: 'update-set', op, set, key, ...(timeout !== undefined && { timeout }), statements }
}

function readSetName(reader: Reader): string {
  const { stream } = reader
  stream.need('@')
  const at = stream.name('the name of a set')
  reader.references.push({ at, to: 'updated set', name: at.text })
  return at.text
}
