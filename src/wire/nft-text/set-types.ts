/**
 * `type ipv4_addr . inet_service : verdict`, `typeof ip saddr . tcp dport : meta mark`: what a set or map holds.
 */
import { DATATYPES, type Datatype } from '../../model/filter/datatypes.ts'
import { OBJECT_KINDS, type ObjectKind } from '../../model/filter/ruleset.ts'
import { datatypesOf } from '../../model/filter/symbols.ts'
import { readLeft } from './left-side.ts'
import type { Reader } from './reader.ts'
import { shown } from './token-stream.ts'

export interface SetTypes {
  readonly keys: readonly Datatype[]
  /** Empty for a set, of a verdict map the one word. */
  readonly values: readonly Datatype[] | 'verdict'
  readonly objectKind?: ObjectKind
}

/** After the word `type` or `typeof`. */
export function readSetTypes(reader: Reader, of: 'type' | 'typeof'): SetTypes {
  const { stream } = reader
  const keys = of === 'type' ? readNames(reader) : readExpressions(reader)
  if (!stream.take(':')) return { keys, values: [] }
  if (stream.take('verdict')) return { keys, values: 'verdict' }
  const objectKind = readObjectKind(reader)
  if (objectKind !== undefined) return { keys, values: [], objectKind }
  stream.take('interval')
  return { keys, values: of === 'type' ? readNames(reader) : readExpressions(reader) }
}

function readObjectKind(reader: Reader): ObjectKind | undefined {
  const { stream } = reader
  const two = `${stream.token.text} ${stream.peek().text}`
  const kind = OBJECT_KINDS.find(each => each === stream.token.text || each === two)
  if (kind === undefined) return undefined
  for (const _ of kind.split(' ')) stream.next()
  return kind
}

function readNames(reader: Reader): readonly Datatype[] {
  const { stream } = reader
  const types: Datatype[] = []
  do {
    const token = stream.name('a datatype')
    const type = DATATYPES.get(token.text)
    if (type === undefined || type.width === 0 || type.name === 'boolean')
      throw stream.refuse(
        type === undefined
          ? `there is no datatype ${shown(token)}`
          : `${shown(token)} has no size of its own`,
        'Write one of ipv4_addr, ipv6_addr, inet_service, inet_proto, mark, ifname, …, or typeof and an expression.',
        token,
      )
    types.push(type)
  } while (stream.take('.'))
  return types
}

function readExpressions(reader: Reader): readonly Datatype[] {
  reader.protocols = {}
  return datatypesOf(readLeft(reader))
}
