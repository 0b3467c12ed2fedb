/**
 * Where a map's answers come from: `@name`, or elements between braces.
 */
import type { Datatype } from '../../model/filter/datatypes.ts'
import type { Expression } from '../../model/filter/expression.ts'
import type { Element, MapValue } from '../../model/filter/ruleset.ts'
import type { MapSource } from '../../model/filter/statement.ts'
import { datatypesOf } from '../../model/filter/symbols.ts'
import { patternOf } from './interpret.ts'
import type { Raw, RawElement } from './raw.ts'
import type { Reader } from './reader.ts'
import { readRight } from './right-side.ts'

/** What the values of a map are: verdicts, names of objects, or data, of which NAT may have an address and a port. */
export type Values = 'verdict' | 'object' | readonly Datatype[]

/** After `map` or `vmap`. */
export function readMapSource(reader: Reader, key: Expression, values: Values): MapSource {
  const { stream } = reader
  const raw = readRight(reader)
  const types = datatypesOf(key)
  if (raw.kind === 'reference') {
    const to = values === 'verdict' ? 'verdict map' : 'map'
    reader.references.push({ at: raw.at, to, name: raw.set, parts: types.length })
    return { kind: 'reference', set: raw.set }
  }
  if (raw.kind !== 'set')
    throw stream.refuse('a map was expected', 'Write { key : value, … } or @name.', raw.at)
  if (raw.elements.length === 0)
    throw stream.refuse('this map is empty', 'Write at least one element.', raw.at)
  return { kind: 'elements', elements: mapElements(reader, raw.elements, types, values) }
}

export function mapElements(
  reader: Reader,
  raw: readonly RawElement[],
  keys: readonly Datatype[],
  values: Values,
): readonly Element[] {
  return raw.map(each => mapElement(reader, each, keys, values))
}

function mapElement(reader: Reader, raw: RawElement, keys: readonly Datatype[], values: Values): Element {
  if (raw.value === undefined)
    throw reader.stream.refuse('this element of a map has no value', 'Write key : value.', raw.at)
  return {
    key: raw.key === '*' ? '*' : patternOf(reader, raw.key, keys),
    value: mapValue(reader, raw.value, values),
    ...aboutElement(raw),
  }
}

/** What an element has beside key and value. */
export const aboutElement = (raw: RawElement): Omit<Element, 'key' | 'value'> => ({
  ...(raw.timeout !== undefined && { timeout: raw.timeout }),
  ...(raw.expires !== undefined && { expires: raw.expires }),
  ...(raw.comment !== undefined && { comment: raw.comment }),
  ...(raw.statements.length > 0 && { statements: raw.statements }),
})

function mapValue(reader: Reader, raw: NonNullable<RawElement['value']>, values: Values): MapValue {
  const { stream } = reader
  if (raw.kind === 'verdict') {
    if (values === 'verdict') return { kind: 'verdict', statement: raw.statement }
    throw stream.refuse('a verdict stands where a value was expected', 'Write vmap before the brace.', raw.at)
  }
  if (values === 'verdict')
    throw stream.refuse('a verdict was expected', 'Write accept, drop, jump … behind the colon.', raw.at)
  if (values === 'object') {
    if (raw.kind !== 'scalar' || (raw.at.kind !== 'string' && raw.at.kind !== 'word'))
      throw stream.refuse('the name of an object was expected', 'Write it in quotes.', raw.at)
    return { kind: 'object', name: raw.at.text }
  }
  return { kind: 'datum', parts: dataOf(reader, raw, values) }
}

function dataOf(reader: Reader, raw: Raw, types: readonly Datatype[]) {
  if (raw.kind !== 'tuple') return [patternOf(reader, raw, types.slice(0, 1))]
  const pattern = patternOf(reader, raw, types)
  return pattern.kind === 'tuple' ? pattern.parts : [pattern]
}
