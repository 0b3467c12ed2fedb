/**
 * Gives a right side its types: words become numbers, `new,established` becomes bits, `eth*` the beginning of a name.
 */
import type { Datatype } from '../../model/filter/datatypes.ts'
import type { Pattern, Scalar } from '../../model/filter/pattern.ts'
import type { Raw } from './raw.ts'
import type { Reader } from './reader.ts'
import { scalarOf } from './scalar-of.ts'

/** `types`: one for each part of a concatenation. */
export function patternOf(reader: Reader, raw: Raw, types: readonly Datatype[]): Pattern {
  switch (raw.kind) {
    case 'set':
      return { kind: 'set', elements: setElements(reader, raw, types) }
    case 'reference':
      reader.references.push({ at: raw.at, to: 'any set', name: raw.set, parts: types.length })
      return { kind: 'reference', set: raw.set }
    case 'tuple':
      return { kind: 'tuple', parts: tupleParts(reader, raw, types) }
    default:
      return onePattern(reader, raw, oneType(reader, raw, types))
  }
}

function tupleParts(
  reader: Reader,
  raw: Extract<Raw, { kind: 'tuple' }>,
  types: readonly Datatype[],
): readonly Pattern[] {
  const { parts } = raw
  if (parts.length !== types.length)
    throw reader.stream.refuse(
      `${parts.length} values are joined where ${types.length} ${types.length === 1 ? 'is' : 'are'} compared`,
      'Write as many values as there are on the left, with " . " between them.',
      raw.at,
    )
  return parts.map((part, at) => onePattern(reader, part, types[at]!))
}

function oneType(reader: Reader, raw: Raw, types: readonly Datatype[]): Datatype {
  if (types.length === 1) return types[0]!
  throw reader.stream.refuse(
    `one value stands where ${types.length} are compared`,
    'Write as many values as there are on the left, with " . " between them.',
    raw.at,
  )
}

function setElements(
  reader: Reader,
  raw: Extract<Raw, { kind: 'set' }>,
  types: readonly Datatype[],
): readonly Pattern[] {
  const elements: Pattern[] = []
  for (const { key, value, at } of raw.elements) {
    if (value !== undefined)
      throw reader.stream.refuse('this is a map, not a set', 'Write map or vmap before the brace.', at)
    if (key === '*')
      throw reader.stream.refuse('"*" stands for all else in a named set or map', 'Leave it out here.', at)
    if (key.kind === 'set')
      throw reader.stream.refuse('a set stands where one value was expected', 'Write one value.', at)
    elements.push(patternOf(reader, key, types))
  }
  if (elements.length === 0 && raw.elements.length === 0)
    throw reader.stream.refuse('this set is empty', 'Write at least one element.', raw.at)
  return elements
}

function onePattern(reader: Reader, raw: Raw, type: Datatype): Pattern {
  switch (raw.kind) {
    case 'scalar': {
      const { text, kind } = raw.at
      if (isName(type) && (kind === 'word' || kind === 'string') && text.endsWith('*')) {
        if (text.endsWith('\\*')) return { kind: 'value', value: `${text.slice(0, -2)}*` }
        if (text === '*')
          throw reader.stream.refuse('"*" alone matches every name', 'Leave the comparison out.', raw.at)
        return { kind: 'beginning', text: text.slice(0, -1) }
      }
      return { kind: 'value', value: scalarOf(reader, raw.at, type) }
    }
    case 'range':
      return rangeOf(reader, raw, type)
    case 'prefix':
      return prefixOf(reader, raw, type)
    case 'bits':
    case 'list':
      return { kind: 'value', value: scalarFrom(reader, raw, type) }
    case 'tuple':
      return { kind: 'tuple', parts: tupleParts(reader, raw, [type]) }
    case 'set':
      throw reader.stream.refuse('a set stands where one value was expected', 'Write one value.', raw.at)
    default:
      throw reader.stream.refuse('a constant was expected', `Write a value of ${type.name}.`, raw.at)
  }
}

const isName = (type: Datatype): boolean => type.scalar === 'string'

function rangeOf(reader: Reader, raw: Extract<Raw, { kind: 'range' }>, type: Datatype): Pattern {
  if (isName(type)) throw reader.stream.refuse('names have no ranges', 'Write a set of names.', raw.at)
  const low = scalarFrom(reader, raw.low, type)
  const high = scalarFrom(reader, raw.high, type)
  // An hour's range may pass midnight: nft turns it around.
  if (low > high && type.name !== 'hour')
    throw reader.stream.refuse('this range goes backwards', 'Write the smaller end first.', raw.at)
  return { kind: 'range', low, high }
}

function prefixOf(reader: Reader, raw: Extract<Raw, { kind: 'prefix' }>, type: Datatype): Pattern {
  const { width } = type
  if (type.scalar === 'string' || width === 0)
    throw reader.stream.refuse('only numbers and addresses have prefixes', 'Leave the "/" out.', raw.at)
  if (raw.length > width)
    throw reader.stream.refuse(
      `a ${type.name} has ${width} bits, not ${raw.length}`,
      `Write at most /${width}.`,
      raw.at,
    )
  const address = scalarFrom(reader, raw.base, type)
  const rest = BigInt(width - raw.length)
  const cut = (BigInt(address as number | bigint) >> rest) << rest
  return { kind: 'prefix', address: type.scalar === 'bigint' ? cut : Number(cut), length: raw.length }
}

/** One scalar: of flags, any list of words. */
export function scalarFrom(reader: Reader, raw: Raw, type: Datatype): Scalar {
  if (raw.kind === 'scalar') return scalarOf(reader, raw.at, type)
  if (raw.kind === 'list' && type.flags === true)
    return combine(
      type,
      raw.items.map(item => scalarFrom(reader, item, type)),
      (a, b) => a | b,
    )
  if (raw.kind === 'bits' && type.scalar !== 'string')
    return combine(
      type,
      [scalarFrom(reader, raw.left, type), scalarFrom(reader, raw.right, type)],
      OPERATIONS[raw.op],
    )
  if (raw.kind === 'list')
    throw reader.stream.refuse(`${type.name} takes one value, not a list`, 'Write a set: { a, b }.', raw.at)
  throw reader.stream.refuse('one value was expected', `Write one value of ${type.name}.`, raw.at)
}

const OPERATIONS = {
  '|': (a: bigint, b: bigint) => a | b,
  '&': (a: bigint, b: bigint) => a & b,
  '^': (a: bigint, b: bigint) => a ^ b,
  '<<': (a: bigint, b: bigint) => a << BigInt.asUintN(7, b),
  '>>': (a: bigint, b: bigint) => a >> BigInt.asUintN(7, b),
}

function combine(type: Datatype, values: readonly Scalar[], op: (a: bigint, b: bigint) => bigint): Scalar {
  const all = values.map(value => BigInt(value)).reduce(op)
  const fit = BigInt.asUintN(type.width === 0 ? 64 : type.width, all)
  return type.scalar === 'bigint' ? fit : Number(fit)
}
