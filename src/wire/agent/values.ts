/**
 * Values of the seam as values of JSON and back: what JSON has no word for gets an object with its kind under `$`.
 *
 * | kind | what |
 * |---|---|
 * | `number` | NaN, an infinity, minus zero |
 * | `bigint`, `undefined` | those; a member that is undefined, or a function, is left out |
 * | `map`, `set` | those, in their order |
 * | `Uint8Array` … | typed arrays: bytes, little-endian, in base64 |
 * | `sockets`, `tracked` | tables of columns (`columns.ts`) |
 * | `object` | an object that has a member `$` itself |
 *
 * Decoding never throws, and gives no value where a part of it makes no sense: half an answer is none.
 */
import { TrackedColumns } from '../../model/nat/tracked-columns.ts'
import { SocketColumns } from '../../model/socket-columns.ts'
import { fromBase64, toBase64 } from './base64.ts'
import {
  littleEndian,
  type PackedSockets,
  type PackedTable,
  packSockets,
  packTracked,
  type TypedArray,
  unpackSockets,
  unpackTracked,
} from './columns.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

const ARRAYS = {
  Uint8Array,
  Uint16Array,
  Uint32Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Float32Array,
  Float64Array,
  BigUint64Array,
  BigInt64Array,
} as const

export function encodeValue(value: unknown): Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : { $: 'number', v: spelt(value) }
    case 'bigint':
      return { $: 'bigint', v: String(value) }
    case 'object':
      return value === null ? null : encodeObject(value)
    default:
      return { $: 'undefined' }
  }
}

const spelt = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))

function encodeObject(value: object): Json {
  if (Array.isArray(value)) return Array.from(value, encodeValue)
  if (value instanceof Map) return { $: 'map', v: [...value].map(pair => pair.map(encodeValue)) }
  if (value instanceof Set) return { $: 'set', v: [...value].map(encodeValue) }
  if (value instanceof SocketColumns) return { $: 'sockets', v: encodeValue(packSockets(value)) }
  if (value instanceof TrackedColumns) return { $: 'tracked', v: encodeValue(packTracked(value)) }
  if (ArrayBuffer.isView(value)) {
    // A Buffer of Node is a Uint8Array, too, whatever it is called.
    const [kind] = Object.entries(ARRAYS).find(([, Kind]) => value instanceof Kind) ?? []
    if (kind !== undefined) return { $: kind, v: toBase64(littleEndian(value as TypedArray)) }
  }
  const members = Object.entries(value).flatMap(([key, member]): [string, Json][] =>
    member === undefined || typeof member === 'function' ? [] : [[key, encodeValue(member)]],
  )
  return Object.hasOwn(value, '$') ? { $: 'object', v: members } : Object.fromEntries(members)
}

/** Deeper than any value of the seam. */
const DEEPEST = 100
const WRONG = Symbol('no value')

/** The value, or null where what was told is none. */
export function decodeValue(told: unknown): { readonly value: unknown } | null {
  const value = decode(told, 0)
  return value === WRONG ? null : { value }
}

function decode(told: unknown, depth: number): unknown {
  if (typeof told !== 'object' || told === null) return told === undefined ? WRONG : told
  if (depth > DEEPEST) return WRONG
  if (Array.isArray(told)) return decodeAll(told, depth)
  if (Object.hasOwn(told, '$')) {
    const { $: kind, v } = told as { $?: unknown; v?: unknown }
    return typeof kind === 'string' ? decodeKind(kind, v, depth) : WRONG
  }
  return decodeMembers(Object.entries(told), depth)
}

function decodeAll(told: readonly unknown[], depth: number): unknown {
  const values = told.map(one => decode(one, depth + 1))
  return values.includes(WRONG) ? WRONG : values
}

/** Members are made, never assigned: `__proto__` is a name like any other. One that is undefined is none. */
function decodeMembers(told: unknown, depth: number): unknown {
  const pairs = decodePairs(told, depth)?.filter(([, value]) => value !== undefined)
  return pairs === undefined || pairs.some(([key]) => typeof key !== 'string')
    ? WRONG
    : Object.fromEntries(pairs as [string, unknown][])
}

function decodePairs(told: unknown, depth: number): readonly (readonly [unknown, unknown])[] | null {
  if (!Array.isArray(told)) return null
  const pairs: [unknown, unknown][] = []
  for (const one of told) {
    if (!Array.isArray(one) || one.length !== 2) return null
    const [key, value] = [decode(one[0], depth + 1), decode(one[1], depth + 1)]
    if (key === WRONG || value === WRONG) return null
    pairs.push([key, value])
  }
  return pairs
}

const NUMBERS: ReadonlyMap<unknown, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
])

function decodeKind(kind: string, told: unknown, depth: number): unknown {
  switch (kind) {
    case 'undefined':
      return undefined
    case 'number':
      return NUMBERS.get(told) ?? WRONG
    case 'bigint':
      return typeof told === 'string' && /^-?\d{1,40}$/.test(told) ? BigInt(told) : WRONG
    case 'map': {
      const pairs = decodePairs(told, depth)
      return pairs === null ? WRONG : new Map(pairs)
    }
    case 'set': {
      const members = Array.isArray(told) ? decodeAll(told, depth) : WRONG
      return members === WRONG ? WRONG : new Set(members as unknown[])
    }
    case 'object':
      return decodeMembers(told, depth)
    case 'sockets':
    case 'tracked': {
      const packed = decode(told, depth + 1)
      if (typeof packed !== 'object' || packed === null) return WRONG
      const table =
        kind === 'sockets' ? unpackSockets(packed as PackedSockets) : unpackTracked(packed as PackedTable)
      return table ?? WRONG
    }
    default:
      return decodeArray(kind, told)
  }
}

function decodeArray(kind: string, told: unknown): unknown {
  const Kind = Object.hasOwn(ARRAYS, kind) ? ARRAYS[kind as keyof typeof ARRAYS] : undefined
  const bytes = typeof told === 'string' ? fromBase64(told) : null
  if (Kind === undefined || bytes === null || bytes.length % Kind.BYTES_PER_ELEMENT !== 0) return WRONG
  const cells = new Kind(bytes.buffer)
  return new Kind(littleEndian(cells).buffer as ArrayBuffer)
}
