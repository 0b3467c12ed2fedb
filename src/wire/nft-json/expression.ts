/**
 * Expressions of libnftables' JSON: what a rule looks at (libnftables-json(5), "EXPRESSIONS").
 *
 * What isn't understood stays as an `unsupported` expression with its JSON.
 */
import { datatypeOf, datatypesOf } from '../../model/filter/datatype-of.ts'
import { type Datatype, datatypeNamed, integer } from '../../model/filter/datatypes.ts'
import type { Direction, Expression } from '../../model/filter/expression.ts'
import { HEADERS } from '../../model/filter/headers.ts'
import { printExpression } from '../../model/filter/print/print.ts'
import type { Element } from '../../model/filter/ruleset.ts'
import type { MapSource } from '../../model/filter/statement.ts'
import { wordIn } from '../word-in.ts'
import { pairOf } from './element.ts'
import { isObject, type Json, type JsonObject, listOf, onlyMember } from './json-text.ts'
import { scalarOf } from './value.ts'

const UNKNOWN = datatypeNamed('invalid')

/** `expected` is the datatype of a value that stands where an expression may: that of the other side. */
export function expressionOf(json: Json, expected: Datatype | readonly Datatype[] = UNKNOWN): Expression {
  const member = onlyMember(json)
  if (member !== undefined) {
    const known = wordIn(KINDS, member[0])?.(member[1], expected)
    if (known !== undefined) return known
    if (OPERATORS.has(member[0])) return bitsOf(member[0] as Operator, member[1], expected, json)
    return unsupported(json)
  }
  const scalar = scalarOf(json, one(expected))
  return scalar === undefined ? unsupported(json) : { kind: 'literal', value: scalar }
}

const unsupported = (json: Json): Expression => ({ kind: 'unsupported', text: textOf(json) })

/** JSON of what isn't understood, on one line; strings as they are. */
export const textOf = (json: Json): string =>
  typeof json === 'string'
    ? json
    : JSON.stringify(json, (_key, value) => (typeof value === 'bigint' ? String(value) : value))

const one = (expected: Datatype | readonly Datatype[]): Datatype =>
  Array.isArray(expected) ? (expected as readonly Datatype[])[0]! : (expected as Datatype)

type Read = (json: Json, expected: Datatype | readonly Datatype[]) => Expression | undefined

const KINDS: Readonly<Record<string, Read>> = {
  payload: payloadOf,
  meta: json => withKey(json, key => ({ kind: 'meta', key: wordIn(META_ALIASES, key) ?? key })),
  ct: ctOf,
  rt: json => withKey(json, (key, of) => ({ kind: 'rt', key, ...familyOf(of) })),
  socket: json =>
    withKey(json, (key, of) => ({
      kind: 'socket',
      key,
      ...(typeof of.level === 'number' ? { level: of.level } : {}),
    })),
  fib: fibOf,
  exthdr: json => headerOf('ipv6', json),
  'ip option': json => headerOf('ipv4-option', json),
  'tcp option': json => headerOf('tcp-option', json),
  'sctp chunk': json => headerOf('sctp-chunk', json),
  'dccp option': json =>
    isObject(json) && typeof json.type === 'number'
      ? { kind: 'header', of: 'dccp-option', name: String(json.type) }
      : undefined,
  ipsec: json =>
    withKey(json, (key, of) => ({
      kind: 'ipsec',
      direction: of.dir === 'out' ? 'out' : 'in',
      spnum: typeof of.spnum === 'number' ? of.spnum : 0,
      key,
      ...familyOf(of),
    })),
  osf: json =>
    withKey(json, (key, of) => ({
      kind: 'osf',
      key: key === 'version' ? 'version' : 'name',
      ttl: typeof of.ttl === 'string' ? of.ttl : '',
    })),
  numgen: json =>
    isObject(json) && typeof json.mod === 'number'
      ? {
          kind: 'numgen',
          mode: json.mode === 'random' ? 'random' : 'inc',
          modulus: json.mod,
          offset: numberOr(json.offset, 0),
        }
      : undefined,
  jhash: json => hashOf('jhash', json),
  symhash: json => hashOf('symhash', json),
  concat: (json, expected) => ({
    kind: 'tuple',
    parts: listOf(json).map((part, place) =>
      shiftedField(part)
        ? { kind: 'unsupported', text: printExpression(expressionOf(part)) }
        : expressionOf(part, (Array.isArray(expected) ? expected[place] : undefined) ?? UNKNOWN),
    ),
  }),
  map: (json, expected) => {
    if (!isObject(json) || json.key === undefined || json.data === undefined) return undefined
    const key = expressionOf(json.key)
    const map = mapOf(json.data, key, Array.isArray(expected) ? expected : [expected as Datatype])
    return map === undefined ? undefined : { kind: 'map', key, map }
  },
}

/** Older names of the same. */
const META_ALIASES: Readonly<Record<string, string>> = {
  secpath: 'ipsec',
  ibridgename: 'ibrname',
  obridgename: 'obrname',
}

const numberOr = (json: Json | undefined, otherwise: number): number =>
  typeof json === 'number' ? json : otherwise

const familyOf = (of: JsonObject): { family?: 'ip' | 'ip6' } =>
  of.family === 'ip' || of.family === 'ip6' ? { family: of.family } : {}

function withKey(json: Json, make: (key: string, of: JsonObject) => Expression): Expression | undefined {
  return isObject(json) && typeof json.key === 'string' ? make(json.key, json) : undefined
}

function payloadOf(json: Json): Expression | undefined {
  if (!isObject(json)) return undefined
  const { protocol, field, base, offset, len } = json
  if (typeof protocol === 'string' && typeof field === 'string')
    return HEADERS.get(protocol)?.has(field) && json.tunnel === undefined
      ? { kind: 'payload', protocol, field }
      : undefined
  if ((base === 'll' || base === 'nh' || base === 'th' || base === 'ih') && typeof offset === 'number')
    return typeof len === 'number' ? { kind: 'raw', base, offset, length: len } : undefined
  return undefined
}

/** `ip saddr` as one key, or with the family beside it: versions differ. */
function ctOf(json: Json): Expression | undefined {
  return withKey(json, (key, of) => {
    const [family, bare] = /^ip6? /.test(key) ? (key.split(' ') as ['ip' | 'ip6', string]) : [undefined, key]
    const direction: { direction?: Direction } =
      of.dir === 'original' || of.dir === 'reply' ? { direction: of.dir } : {}
    return {
      kind: 'ct',
      key: bare,
      ...direction,
      ...(family === undefined ? familyOf(of) : { family }),
    }
  })
}

function fibOf(json: Json): Expression | undefined {
  if (!isObject(json)) return undefined
  const { result } = json
  const flags = listOf(json.flags).filter(flag => typeof flag === 'string')
  return result === 'type' || result === 'oif' || result === 'oifname' || result === 'check'
    ? { kind: 'fib', flags, result }
    : undefined
}

type HeaderKind = Extract<Expression, { kind: 'header' }>['of']

function headerOf(of: HeaderKind, json: Json): Expression | undefined {
  if (!isObject(json)) return undefined
  const { name, field, base, offset, len } = json
  if (typeof base === 'number' && typeof offset === 'number' && typeof len === 'number')
    return { kind: 'header', of, name: `@${base}`, field: `${offset},${len}` }
  if (typeof name !== 'string') return undefined
  if (typeof field !== 'string') return { kind: 'header', of, name }
  return { kind: 'header', of, name, field: typeof offset === 'number' ? `${field}[${offset}]` : field }
}

function hashOf(algorithm: 'jhash' | 'symhash', json: Json): Expression | undefined {
  if (!isObject(json) || typeof json.mod !== 'number') return undefined
  return {
    kind: 'hash',
    algorithm,
    ...(json.expr === undefined ? {} : { of: expressionOf(json.expr) }),
    modulus: json.mod,
    ...(typeof json.seed === 'number' ? { seed: json.seed } : {}),
    offset: numberOr(json.offset, 0),
  }
}

type Operator = Extract<Expression, { kind: 'bits' }>['op']
const OPERATORS: ReadonlySet<string> = new Set<Operator>(['&', '|', '^', '<<', '>>'])

/** Two operands; from nft 1.1.2 on there can be more of them. */
function bitsOf(op: Operator, json: Json, expected: Datatype | readonly Datatype[], whole: Json): Expression {
  const [first, ...rest] = listOf(json)
  if (first === undefined || rest.length === 0) return unsupported(whole)
  const flags = scalarOf(whole, one(expected))
  if (flags !== undefined) return { kind: 'literal', value: flags }
  let left = expressionOf(first, expected)
  for (const each of rest) {
    const known = datatypeOf(left)
    const right = op === '<<' || op === '>>' ? integer(32) : known.name === 'invalid' ? one(expected) : known
    left = { kind: 'bits', op, left, right: expressionOf(each, right) }
  }
  return left
}

/**
 * `ip dscp >> 2` in a concatenation: how nft up to 1.0.6 lists the plain field, or a real shift of it. Which of the two it
 * is, and with it the values, can't be told from the listing.
 */
function shiftedField(json: Json): boolean {
  const member = onlyMember(json)
  const [shifted] = member?.[0] === '>>' ? listOf(member[1]) : []
  return shifted !== undefined && onlyMember(shifted)?.[0] === 'payload'
}

/** A map's elements, or the name of the map; undefined if it isn't understood. */
export function mapOf(
  json: Json,
  key: Expression,
  values: readonly Datatype[] | 'verdict' | 'object',
): MapSource | undefined {
  if (typeof json === 'string' && json.startsWith('@')) return { kind: 'reference', set: json.slice(1) }
  const member = onlyMember(json)
  if (member?.[0] !== 'set') return undefined
  const datatypes = datatypesOf(key)
  const elements = listOf(member[1]).map(pair => pairOf(pair, datatypes, values))
  return elements.includes(undefined) ? undefined : { kind: 'elements', elements: elements as Element[] }
}
