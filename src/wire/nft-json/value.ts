/**
 * Values of libnftables' JSON: symbols, numbers, ranges, prefixes, concatenations and sets, read by their datatype
 * (libnftables-json(5), "EXPRESSIONS").
 */
import { type Datatype, datatypeNamed } from '../../model/filter/datatypes.ts'
import type { Pattern, Scalar } from '../../model/filter/pattern.ts'
import { parseSymbol } from '../../model/filter/symbols.ts'
import { isObject, type Json, listOf, onlyMember } from './json-text.ts'

/** One value, or undefined if it isn't one that the datatype has. */
export function scalarOf(json: Json, datatype: Datatype): Scalar | undefined {
  switch (typeof json) {
    case 'string':
      return ofString(json, datatype)
    case 'number':
    case 'bigint':
      return ofNumber(json, datatype)
    case 'boolean':
      return json ? 1 : 0
    default:
      return flagsOf(json, datatype)
  }
}

function ofString(text: string, datatype: Datatype): Scalar | undefined {
  if (datatype.name === 'invalid') return unknownString(text)
  if (datatype.scalar === 'string') return datatype.name === 'ifname' ? text.replace(/\\\*$/, '*') : text
  return parseSymbol(datatype, text)
}

/** Where the datatype isn't known, an address still shows what it is. */
const unknownString = (text: string): Scalar =>
  parseSymbol(IPV4, text) ?? (text.includes(':') ? parseSymbol(IPV6, text) : undefined) ?? text

const IPV4 = datatypeNamed('ipv4_addr')
const IPV6 = datatypeNamed('ipv6_addr')

/** nft writes whole numbers of 64 bits with a sign, lengths of time in seconds and labels as the place of their bit. */
function ofNumber(number: number | bigint, datatype: Datatype): Scalar | undefined {
  if (datatype.name === 'ct_label') return number >= 0 && number < 128 ? 1n << BigInt(number) : undefined
  if (datatype.name === 'time')
    return datatype.width === 64 ? BigInt(number) * 1_000_000_000n : Number(number) * 1000
  if (datatype.scalar === 'string') return datatype.name === 'invalid' ? number : String(number)
  if (datatype.scalar === 'bigint') {
    const wide = BigInt(number)
    return wide < 0n ? wide + (1n << 64n) : wide
  }
  if (number < 0) return undefined
  return typeof number === 'number' && (datatype.width === 0 || number < 2 ** datatype.width)
    ? number
    : undefined
}

/** `["fin", "syn"]` or `{ "|": [ … ] }` of a set of flags: one number. */
function flagsOf(json: Json, datatype: Datatype): Scalar | undefined {
  if (datatype.flags !== true) return undefined
  const member = onlyMember(json)
  const parts = Array.isArray(json) ? json : member?.[0] === '|' ? listOf(member[1]) : undefined
  if (parts === undefined || parts.length === 0) return undefined
  let bits: number | bigint = datatype.scalar === 'bigint' ? 0n : 0
  for (const part of parts) {
    const scalar = scalarOf(part, datatype)
    if (typeof scalar === 'number' && typeof bits === 'number') bits = (bits | scalar) >>> 0
    else if (typeof scalar === 'bigint' && typeof bits === 'bigint') bits |= scalar
    else return undefined
  }
  return bits
}

/** What a value is compared with, one datatype for each part of a concatenation; undefined if it isn't understood. */
export function patternOf(json: Json, datatypes: readonly Datatype[]): Pattern | undefined {
  const datatype = datatypes[0]!
  if (typeof json === 'string') {
    if (json.startsWith('@') && json.length > 1) return { kind: 'reference', set: json.slice(1) }
    if (datatype.scalar === 'string' && datatype.name !== 'invalid' && /[^\\]\*$/.test(json))
      return { kind: 'beginning', text: json.slice(0, -1) }
  }
  if (datatypes.length === 1) {
    const value = scalarOf(json, datatype)
    if (value !== undefined) return { kind: 'value', value }
  }
  if (Array.isArray(json)) return setOf(json, datatypes)
  const member = onlyMember(json)
  if (member === undefined) return undefined
  const [kind, inner] = member
  switch (kind) {
    case 'range':
      return rangeOf(inner, datatype)
    case 'prefix':
      return prefixOf(inner, datatype)
    case 'concat':
      return tupleOf(inner, datatypes)
    case 'set':
      return setOf(listOf(inner), datatypes)
    case 'elem':
      return isObject(inner) && inner.val !== undefined ? patternOf(inner.val, datatypes) : undefined
    default:
      return undefined
  }
}

function rangeOf(json: Json, datatype: Datatype): Pattern | undefined {
  const [from, to] = listOf(json)
  const low = from === undefined ? undefined : scalarOf(from, datatype)
  const high = to === undefined ? undefined : scalarOf(to, datatype)
  if (low === undefined || high === undefined) return undefined
  return datatype.name === 'hour' && low > high ? overMidnight(low, high) : { kind: 'range', low, high }
}

/** nft lists hours in local time, where a range of the kernel may pass midnight: two ranges are the same. */
const overMidnight = (low: Scalar, high: Scalar): Pattern => ({
  kind: 'set',
  elements: [
    { kind: 'range', low: 0, high },
    { kind: 'range', low, high: 86_399 },
  ],
})

function prefixOf(json: Json, datatype: Datatype): Pattern | undefined {
  if (!isObject(json) || json.addr === undefined || typeof json.len !== 'number') return undefined
  const address = scalarOf(json.addr, datatype)
  return address === undefined ? undefined : { kind: 'prefix', address, length: json.len }
}

function tupleOf(json: Json, datatypes: readonly Datatype[]): Pattern | undefined {
  const parts = listOf(json).map((part, place) =>
    patternOf(part, [datatypes[place] ?? datatypeNamed('invalid')]),
  )
  return parts.includes(undefined) ? undefined : { kind: 'tuple', parts: parts as Pattern[] }
}

function setOf(json: readonly Json[], datatypes: readonly Datatype[]): Pattern | undefined {
  const elements: Pattern[] = []
  for (const each of json) {
    const element = patternOf(each, datatypes)
    if (element === undefined) return undefined
    if (element.kind === 'set') elements.push(...element.elements)
    else elements.push(element)
  }
  return { kind: 'set', elements }
}
