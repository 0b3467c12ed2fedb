/**
 * `meter flood size 128 { ip saddr limit rate 3/second }`: a set that is declared by the rule that fills it, as nft up to
 * 1.0.8 lists it. Later versions write the set that it is.
 */
import type { Expression } from '../../model/filter/expression.ts'
import type { Statement } from '../../model/filter/statement.ts'
import { datatypesOf } from '../../model/filter/symbols.ts'
import { readLeft } from './left-side.ts'
import { readAboutElement } from './raw-set.ts'
import type { Reader } from './reader.ts'

/** What nft gives it when none is said. */
const USUAL_SIZE = 0xffff

export function readMeter(reader: Reader): Statement {
  const { stream } = reader
  stream.need('meter')
  const name = stream.name('the name of a meter').text
  const size = stream.take('size') ? stream.number('how many elements', 0xffff_ffff) : USUAL_SIZE
  stream.need('{')
  stream.skipNewlines()
  const key = readLeft(reader)
  const { timeout, statements } = readAboutElement(reader)
  stream.skipNewlines()
  stream.need('}')
  if (statements.length === 0)
    throw stream.refuse(
      'this meter measures nothing',
      'Write counter, limit, quota or ct count behind its key.',
    )
  declare(reader, name, key, timeout !== undefined, size)
  // With a timeout, elements are renewed.
  const op = timeout === undefined ? 'add' : 'update'
  return { kind: 'update-set', op, set: name, key, ...(timeout !== undefined && { timeout }), statements }
}

function declare({ table }: Reader, name: string, key: Expression, timed: boolean, size: number): void {
  if (table === undefined || table.sets.has(name)) return
  const keys = datatypesOf(key)
  table.sets.set(name, {
    keys,
    values: [],
    elements: new Map(),
    set: {
      name,
      key: keys.map(type => type.name),
      mapTo: [],
      flags: timed ? ['timeout', 'dynamic'] : ['dynamic'],
      autoMerge: false,
      size,
      elements: [],
    },
  })
}
