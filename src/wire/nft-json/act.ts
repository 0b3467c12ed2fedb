/**
 * Statements that act beside the verdict: log, reject, sets that rules fill, objects by name, copies of packets
 * (libnftables-json(5), "STATEMENTS").
 */
import { datatypeNamed } from '../../model/filter/datatypes.ts'
import type { Expression } from '../../model/filter/expression.ts'
import type { TableFamily } from '../../model/filter/ruleset.ts'
import type { Reject, Statement } from '../../model/filter/statement.ts'
import { parseSymbol } from '../../model/filter/symbols.ts'
import { expressionOf, mapOf, textOf } from './expression.ts'
import { isObject, type Json, type JsonObject, listOf, onlyMember } from './json-text.ts'
import { statefulOf } from './stateful.ts'

type Act = (json: Json, family: TableFamily) => Statement | undefined

export const acts: Readonly<Record<string, Act>> = {
  reject: rejectOf,
  log: logOf,
  set: json => updateOf(json, 'set'),
  map: json => updateOf(json, 'map'),
  meter: meterOf,
  notrack: () => ({ kind: 'notrack' }),
  flow: json =>
    isObject(json) && typeof json.flowtable === 'string'
      ? { kind: 'flow-add', flowtable: json.flowtable.replace(/^@/, '') }
      : undefined,
  dup: dupOf,
  fwd: json => {
    if (!isObject(json) || json.dev === undefined) return undefined
    const device = expressionOf(json.dev, IFNAME)
    if (json.addr === undefined) return { kind: 'fwd', device }
    const family = json.family === 'ip6' ? 'ip6' : 'ip'
    return { kind: 'fwd', family, address: expressionOf(json.addr), device }
  },
  reset: json => {
    const option = onlyMember(json)
    return option?.[0] === 'tcp option' && isObject(option[1]) && typeof option[1].name === 'string'
      ? { kind: 'reset-option', option: option[1].name }
      : undefined
  },
  counter: json => objectOf('counter', json),
  quota: json => objectOf('quota', json),
  limit: json => objectOf('limit', json),
  'ct helper': json => objectOf('ct helper', json),
  'ct timeout': json => objectOf('ct timeout', json),
  'ct expectation': json => objectOf('ct expectation', json),
  secmark: json => objectOf('secmark', json),
  synproxy: json => synproxyOf(json) ?? objectOf('synproxy', json),
}

const IFNAME = datatypeNamed('ifname')

/** ICMP codes by the words of each kind; nothing said is "port unreachable" of the table's own family. */
function rejectOf(json: Json, family: TableFamily): Reject | undefined {
  const { type, expr } = isObject(json) ? json : {}
  if (type === 'tcp reset') return { kind: 'reject', with: 'tcp reset' }
  const kind = type ?? (family === 'ip' ? 'icmp' : family === 'ip6' ? 'icmpv6' : 'icmpx')
  if (kind !== 'icmp' && kind !== 'icmpv6' && kind !== 'icmpx') return undefined
  if (expr === undefined || expr === null)
    return { kind: 'reject', with: kind, code: kind === 'icmp' ? 3 : kind === 'icmpv6' ? 4 : 1 }
  const code = typeof expr === 'string' ? parseSymbol(datatypeNamed(`${kind}_code`), expr) : expr
  return typeof code === 'number' ? { kind: 'reject', with: kind, code } : undefined
}

function logOf(json: Json): Statement {
  const { prefix, level, group, snaplen, flags, 'queue-threshold': threshold } = isObject(json) ? json : {}
  return {
    kind: 'log',
    ...(typeof prefix === 'string' ? { prefix } : {}),
    ...(typeof level === 'string' ? { level } : {}),
    ...(typeof group === 'number' ? { group } : {}),
    flags: listOf(flags).map(String),
    ...(typeof snaplen === 'number' ? { snaplen } : {}),
    ...(typeof threshold === 'number' ? { queueThreshold: threshold } : {}),
  }
}

const withStatements = (json: JsonObject): Statement[] =>
  listOf(json.stmt).map((each): Statement => {
    const member = onlyMember(each)
    const stateful = member === undefined ? undefined : statefulOf(member[0], member[1])
    return stateful ?? { kind: 'unsupported', text: textOf(each), matches: true, ends: false }
  })

/** The element's key and how long it stays. */
function keyOf(json: Json | undefined): { key: Expression; timeout?: number } | undefined {
  if (json === undefined) return undefined
  const member = onlyMember(json)
  if (member?.[0] !== 'elem' || !isObject(member[1])) return { key: expressionOf(json) }
  const { val, timeout } = member[1]
  if (val === undefined) return undefined
  return { key: expressionOf(val), ...(typeof timeout === 'number' ? { timeout } : {}) }
}

function updateOf(json: Json, name: 'set' | 'map'): Statement | undefined {
  if (!isObject(json)) return undefined
  const { op, elem, data } = json
  const set = json[name]
  const key = keyOf(elem)
  if (key === undefined || typeof set !== 'string') return undefined
  if (op !== 'add' && op !== 'update' && op !== 'delete') return undefined
  return {
    kind: 'update-set',
    op,
    set: set.replace(/^@/, ''),
    ...key,
    ...(data === undefined ? {} : { value: expressionOf(data) }),
    statements: withStatements(json),
  }
}

/** A set without a declaration of its own, as nft up to 1.0.8 lists it. With a timeout, elements are renewed. */
function meterOf(json: Json): Statement | undefined {
  if (!isObject(json) || typeof json.name !== 'string') return undefined
  const key = keyOf(json.key)
  if (key === undefined) return undefined
  const op = key.timeout === undefined ? 'add' : 'update'
  return { kind: 'update-set', op, set: json.name, ...key, statements: withStatements(json) }
}

/** In `netdev` tables the copy goes to a device, elsewhere to an address and perhaps through a device. */
function dupOf(json: Json, family: TableFamily): Statement | undefined {
  if (!isObject(json) || json.addr === undefined) return undefined
  if (family === 'netdev') return { kind: 'dup', device: expressionOf(json.addr, IFNAME) }
  return {
    kind: 'dup',
    address: expressionOf(json.addr),
    ...(json.dev === undefined ? {} : { device: expressionOf(json.dev, IFNAME) }),
  }
}

export function synproxyOf(json: Json): Extract<Statement, { kind: 'synproxy' }> | undefined {
  if (json !== null && !(isObject(json) && !('map' in json))) return undefined
  const { mss, wscale, flags } = json ?? {}
  return {
    kind: 'synproxy',
    ...(typeof mss === 'number' ? { mss } : {}),
    ...(typeof wscale === 'number' ? { wscale } : {}),
    flags: listOf(flags).map(String),
  }
}

/** By name, or by a map to names. */
function objectOf(
  object: Extract<Statement, { kind: 'object' }>['object'],
  json: Json,
): Statement | undefined {
  if (typeof json === 'string') return { kind: 'object', object, name: json }
  const inner = isObject(json) && isObject(json.map) ? json.map : undefined
  if (inner?.key === undefined || inner.data === undefined) return undefined
  const key = expressionOf(inner.key)
  const map = mapOf(inner.data, key, 'object')
  return map === undefined ? undefined : { kind: 'object', object, name: { key, map } }
}
