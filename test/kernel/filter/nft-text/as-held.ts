/**
 * What the kernel makes of a rule set on its way in and nft on its way out: the only differences that a comparison of
 * what was written with what is listed may overlook. Nothing wider belongs here.
 */

import type { Expression } from '../../../../src/model/filter/expression.ts'
import type { Pattern, Scalar } from '../../../../src/model/filter/pattern.ts'
import type { Element, NamedSet, Ruleset, Table } from '../../../../src/model/filter/ruleset.ts'
import type { MapSource, Statement } from '../../../../src/model/filter/statement.ts'
import { parseTimeText } from '../../../../src/wire/nft-text/time-text.ts'

/** What `nft -s` leaves out. */
const COUNTS = /(?<="(?:packets|bytes|used)":)\d+/g

/** JSON of it, in one order, for comparison; `counts` of counters and quotas or not. */
export function asHeld(ruleset: Ruleset, counts = true): string[] {
  return ruleset.tables
    .map(table => held(table))
    .sort()
    .flatMap(text => (counts ? text : text.replace(COUNTS, '')).split('\n'))
}

function held(table: Table): string {
  // Handles and lines tell where, not what. Objects, sets and chains are listed each kind by itself.
  const { chains, sets, objects, flowtables } = table
  return [
    `table ${table.family} ${table.name} ${table.dormant} ${table.comment ?? ''}`,
    ...sets.map(set => write(heldSet(set))).sort(),
    ...objects
      .map(({ handle: _, text, ...rest }) =>
        write({
          ...rest,
          text: text
            ?.replaceAll('"', '')
            .replace(/\b(?:\d+(?:d|h|ms|m|s))+\b/g, time => `${parseTimeText(time)}`),
        }),
      )
      .sort(),
    ...flowtables
      .map(({ handle: _, ...rest }) => write({ ...rest, devices: [...rest.devices].sort() }))
      .sort(),
    ...chains
      .map(({ handle: _, rules, ...rest }) =>
        [
          write(rest),
          ...rules.map(rule => write({ comment: rule.comment, does: heldStatements(rule.statements) })),
        ].join('\n'),
      )
      .sort(),
  ].join('\n')
}

const write = (value: unknown): string =>
  JSON.stringify(ordered(value), (_, each) => (typeof each === 'bigint' ? `${each}n` : each))

/** Members in the order of their names. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => [name, ordered(each)]),
  )
}

/** Elements have no order. Time goes on: when an element goes is another at each look. */
function heldSet({ handle: _, elements, ...rest }: NamedSet): unknown {
  const kept = elements.map(({ expires: _, ...element }) => heldElement(element))
  return { ...rest, flags: [...rest.flags].sort(), elements: merge(kept, rest.autoMerge) }
}

function heldElement(element: Element): Record<string, unknown> {
  return {
    ...element,
    key: element.key === '*' ? '*' : heldPattern(element.key),
    ...(element.statements && { statements: heldStatements(element.statements) }),
    ...(element.value?.kind === 'datum' && {
      value: { kind: 'datum', parts: element.value.parts.map(heldPattern) },
    }),
  }
}

/** A range that is one prefix is listed as a prefix, one of a single value as the value; single flags have no other order. */
function heldPattern(pattern: Pattern): unknown {
  switch (pattern.kind) {
    case 'range':
      return pattern.low === pattern.high ? pattern.low : [pattern.low, pattern.high]
    case 'value':
      return pattern.value
    case 'prefix': {
      const bits = BigInt(pattern.length)
      const width = typeof pattern.address === 'bigint' ? 128n : 32n
      const low = BigInt(pattern.address)
      const high = low | ((1n << (width - bits)) - 1n)
      const back = (each: bigint): Scalar => (typeof pattern.address === 'bigint' ? each : Number(each))
      return bits === width ? pattern.address : [back(low), back(high)]
    }
    case 'tuple':
      return { tuple: pattern.parts.map(heldPattern) }
    case 'set':
      return heldAnonymous(pattern.elements.map(heldPattern))
    default:
      return pattern
  }
}

/** A set of one is the one; what stands twice stands once. */
function heldAnonymous(keys: readonly unknown[]): unknown {
  const known = new Map(keys.map(key => [write(key), key]))
  if (known.size === 1) return keys[0]
  const merged = merge(
    [...known.values()].map(key => ({ key })),
    true,
  )
  return merged.length === 1 ? merged[0] : { set: merged }
}

/** Intervals that touch or overlap become one, in sets between braces and where auto-merge is on. */
function merge(elements: readonly Record<string, unknown>[], join: boolean): unknown[] {
  const bounds = (key: unknown): [bigint, bigint] | undefined => {
    if (typeof key === 'number' || typeof key === 'bigint') return [BigInt(key), BigInt(key)]
    return Array.isArray(key) ? [BigInt(key[0]), BigInt(key[1])] : undefined
  }
  const plain = elements.every(
    ({ key, ...rest }) => bounds(key) !== undefined && Object.keys(rest).length === 0,
  )
  const wide = elements.some(({ key }) => Array.isArray(key))
  if (!join || !plain || !wide) return sorted(elements)
  const made: [bigint, bigint][] = []
  for (const [low, high] of elements.map(({ key }) => bounds(key)!).sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
    const last = made.at(-1)
    if (last !== undefined && low <= last[1] + 1n) last[1] = high > last[1] ? high : last[1]
    else made.push([low, high])
  }
  const small = made.every(([, high]) => high < 2n ** 48n)
  const back = (each: bigint): Scalar => (small ? Number(each) : each)
  return made.map(([low, high]) => (low === high ? back(low) : [back(low), back(high)]))
}

const sorted = (elements: readonly Record<string, unknown>[]): unknown[] =>
  elements
    .map(each => [write(each), each] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, each]) => each)

function heldStatements(statements: readonly Statement[]): unknown[] {
  return statements.filter((each, at) => !isImplied(each, statements, at)).map(heldStatement)
}

const NAMES: Readonly<Record<number, readonly string[]>> = {
  6: ['tcp'],
  17: ['udp'],
  1: ['icmp'],
  58: ['icmpv6'],
  132: ['sctp'],
  136: ['udplite'],
  33: ['dccp'],
}

/** A comparison of the protocol is not listed where a field of that protocol is compared behind it. */
function isImplied(statement: Statement, all: readonly Statement[], at: number): boolean {
  if (statement.kind !== 'match' || statement.op !== '==' || !('value' in statement.right)) return false
  const { left, right } = statement
  const value = Number(right.value)
  const later = all
    .slice(at + 1)
    .flatMap(each =>
      'left' in each
        ? protocolsIn(each.left)
        : 'key' in each
          ? protocolsIn(each.key as Expression)
          : 'target' in each
            ? protocolsIn(each.target)
            : [],
    )
  const inHeader = left.kind === 'payload' && (left.field === 'protocol' || left.field === 'nexthdr')
  if (inHeader || (left.kind === 'meta' && left.key === 'l4proto'))
    return NAMES[value]?.some(name => later.includes(name)) === true
  const rejects = all.at(-1)
  if (
    left.kind === 'meta' &&
    left.key === 'nfproto' &&
    rejects?.kind === 'reject' &&
    rejects.with === (value === 2 ? 'icmp' : 'icmpv6')
  )
    return true
  if (left.kind === 'meta' && left.key === 'nfproto') return later.includes(value === 2 ? 'ip' : 'ip6')
  if (left.kind === 'meta' && left.key === 'protocol') return later.includes(value === 0x800 ? 'ip' : 'ip6')
  return false
}

function protocolsIn(expression: Expression): string[] {
  if (expression.kind === 'payload') return [expression.protocol]
  if (expression.kind === 'tuple') return expression.parts.flatMap(protocolsIn)
  if (expression.kind === 'bits') return protocolsIn(expression.left)
  return []
}

function heldStatement(statement: Statement): unknown {
  // `flags & mask != 0` and `flags mask` are the same bytes to the kernel.
  if (
    statement.kind === 'match' &&
    statement.left.kind === 'bits' &&
    statement.left.op === '&' &&
    statement.op === '!='
  ) {
    const { left, right } = statement.left
    if (right.kind === 'literal' && 'value' in statement.right && Number(statement.right.value) === 0)
      return { kind: 'match', left: heldExpression(left), op: 'any', right: right.value }
  }
  const prefix = statement.kind === 'match' && maskedAddress(statement)
  if (prefix) return heldStatement(prefix)
  if (statement.kind === 'match')
    return { ...statement, left: heldExpression(statement.left), right: heldRight(statement.right) }
  if (statement.kind === 'verdict-map')
    return { ...statement, key: heldExpression(statement.key), map: heldMap(statement.map) }
  if (statement.kind === 'assign')
    return { ...statement, target: heldExpression(statement.target), value: heldExpression(statement.value) }
  if ('address' in statement || 'port' in statement)
    return {
      ...statement,
      ...(statement.address !== undefined && { address: heldRight(statement.address) }),
      ...('port' in statement && statement.port !== undefined && { port: heldRight(statement.port) }),
    }
  if (statement.kind === 'object' && typeof statement.name === 'object')
    return {
      ...statement,
      name: { key: heldExpression(statement.name.key), map: heldMap(statement.name.map) },
    }
  return statement
}

/** `ip saddr & 255.255.255.0 == 10.0.0.0` is listed as `ip saddr 10.0.0.0/24`. */
function maskedAddress(statement: Extract<Statement, { kind: 'match' }>): Statement | undefined {
  const { left, op, right } = statement
  if (left.kind !== 'bits' || left.op !== '&' || left.right.kind !== 'literal' || right.kind !== 'value')
    return undefined
  if (left.left.kind !== 'payload' || !/^[sd]addr$/.test(left.left.field) || (op !== '==' && op !== '!='))
    return undefined
  const width = left.left.protocol === 'ip' ? 32 : 128
  const bits = BigInt(left.right.value).toString(2).padStart(width, '0')
  if (!/^1+0*$/.test(bits)) return undefined
  const length = bits.lastIndexOf('1') + 1
  return { kind: 'match', left: left.left, op, right: { kind: 'prefix', address: right.value, length } }
}

const heldMap = (map: MapSource): unknown =>
  map.kind === 'reference' ? map : sorted(map.elements.map(each => heldElement(each)))

const PATTERNS: ReadonlySet<string> = new Set(['value', 'range', 'prefix', 'beginning', 'set', 'reference'])

const heldRight = (right: Pattern | Expression): unknown =>
  PATTERNS.has(right.kind) ? heldPattern(right as Pattern) : heldExpression(right as Expression)

/** Bits of the ports are listed as ports. */
function heldExpression(expression: Expression): unknown {
  if (
    expression.kind === 'raw' &&
    expression.base === 'th' &&
    expression.length === 16 &&
    expression.offset <= 16
  )
    return { kind: 'payload', protocol: 'th', field: expression.offset === 0 ? 'sport' : 'dport' }
  if (expression.kind === 'tuple') return { kind: 'tuple', parts: expression.parts.map(heldExpression) }
  if (expression.kind === 'map')
    return { ...expression, key: heldExpression(expression.key), map: heldMap(expression.map) }
  // The kernel knows `x & mask ^ flip`: bits that are set behind the mask count as masked.
  if (
    expression.kind === 'bits' &&
    expression.op === '|' &&
    expression.left.kind === 'bits' &&
    expression.left.op === '&'
  ) {
    const [mask, set] = [expression.left.right, expression.right]
    if (mask.kind === 'literal' && set.kind === 'literal')
      return {
        ...expression,
        left: {
          ...expression.left,
          right: { kind: 'literal', value: Number(BigInt(mask.value) | BigInt(set.value)) },
        },
      }
  }
  if (expression.kind === 'bits')
    return { ...expression, left: heldExpression(expression.left), right: heldExpression(expression.right) }
  return expression
}
