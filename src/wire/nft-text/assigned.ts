/**
 * What an assignment takes its value from: a constant, another expression, a map.
 */
import type { Datatype } from '../../model/filter/datatypes.ts'
import type { Expression } from '../../model/filter/expression.ts'
import { datatypeOf } from '../../model/filter/symbols.ts'
import { patternOf, scalarFrom } from './interpret.ts'
import { beginsLeft, readLeft } from './left-side.ts'
import { readMapSource, type Values } from './map-source.ts'
import type { Reader } from './reader.ts'
import { readRight } from './right-side.ts'

/** After `set`. */
export function readAssigned(reader: Reader, target: Expression): Expression {
  const type = datatypeOf(target)
  if (beginsLeft(reader)) return readComputed(reader, [type])
  return { kind: 'literal', value: scalarFrom(reader, readRight(reader, type.flags === true), type) }
}

/** An expression, with a map behind it or not; `values` is what the map answers. */
export function readComputed(reader: Reader, values: Values): Expression {
  const key = readLeft(reader)
  if (!reader.stream.take('map')) return key
  return { kind: 'map', key, map: readMapSource(reader, key, values) }
}

/** An expression or a constant pattern: an address or range for NAT. */
export function readComputedOrPattern(reader: Reader, types: readonly Datatype[]) {
  if (beginsLeft(reader)) return readComputed(reader, types)
  return patternOf(reader, readRight(reader), types.slice(0, 1))
}
