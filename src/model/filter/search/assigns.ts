/** What a statement changes that later rules may match, and which fields of the universe that concerns. */

import { calledChains } from '../called-chains.ts'
import { STATE_BITS } from '../conntrack-bits.ts'
import type { Expression } from '../expression.ts'
import type { Pattern } from '../pattern.ts'
import type { Chain, Table } from '../ruleset.ts'
import type { Statement, Translate } from '../statement.ts'
import { type Asking, addressField, ask, expressionText, portField, stateBefore, stateField } from './ask.ts'
import type { Assign } from './entry.ts'
import type { Field } from './field.ts'

/** Null when nothing that can be asked for changes. */
export function assignOf(
  { target, value }: Extract<Statement, { kind: 'assign' }>,
  asking: Asking,
): Assign | null {
  if (target.kind === 'raw') return bitsAssigned(target, asking)
  const asked = ask(target, asking)
  if (asked.kind !== 'field') return null
  const word = asked.field.key.split(' ').at(-1)!
  return { field: asked.field, to: becomes(target, value), touches: [word] }
}

/** Fields that bits at a place may be of, by the header: what is read of any of them afterwards isn't known. */
const FIELDS_AT = {
  nh: ['ip saddr', 'ip daddr', 'ip6 saddr', 'ip6 daddr', 'dscp', 'ttl', 'hoplimit', 'length', 'id', 'ecn'],
  th: ['sport', 'dport', 'tcp flags', 'icmp type', 'icmp code', 'checksum', 'window', 'sequence', 'id'],
} as const

function bitsAssigned(
  { base }: Extract<Expression, { kind: 'raw' }>,
  { universe, family }: Asking,
): Assign | null {
  if (base !== 'nh' && base !== 'th') return null
  const field = base === 'th' ? portField(universe, 'sport') : addressField(universe, 'saddr', family)
  return { field, to: { kind: 'unknown' }, touches: FIELDS_AT[base] }
}

/** `reset tcp option`: it is missing afterwards, and so are its fields. */
export function optionGone(name: string, asking: Asking): Assign | null {
  const asked = ask({ kind: 'header', of: 'tcp-option', name }, asking)
  return asked.kind === 'field' ? { field: asked.field, to: { kind: 'unknown' }, touches: [name] } : null
}

function becomes(target: Expression, value: Expression): Assign['to'] {
  if (value.kind === 'literal') return { kind: 'value', value: value.value }
  const bits = bitsOf(target, value)
  if (bits === null) return { kind: 'unknown' }
  return bits.and === 0 ? { kind: 'value', value: bits.xor } : { kind: 'bits', ...bits }
}

/** The value as `(old & and) ^ xor` of what the target was. */
function bitsOf(target: Expression, value: Expression): { and: number; xor: number } | null {
  if (expressionText(value) === expressionText(target)) return { and: 0xffffffff, xor: 0 }
  if (value.kind !== 'bits' || value.right.kind !== 'literal' || typeof value.right.value !== 'number')
    return null
  const left = bitsOf(target, value.left)
  if (left === null) return null
  const literal = value.right.value
  if (value.op === '&') return { and: (left.and & literal) >>> 0, xor: (left.xor & literal) >>> 0 }
  if (value.op === '^') return { and: left.and, xor: (left.xor ^ literal) >>> 0 }
  if (value.op === '|')
    return { and: (left.and & ~literal) >>> 0, xor: ((left.xor & ~literal) | literal) >>> 0 }
  return null
}

/** Once conntrack has looked, `notrack` changes only what is invalid. */
export function notrack({ universe, beforeConntrack }: Asking): readonly Assign[] {
  if (beforeConntrack === false)
    return [{ field: stateField(universe), to: { kind: 'unknown' }, touches: ['ct'] }]
  const to = { kind: 'value', value: STATE_BITS.untracked } as const
  return [
    { field: stateBefore(universe), to, touches: [] },
    { field: stateField(universe), to, touches: ['ct'] },
  ]
}

/** One address and one port are known afterwards; a choice or a map's answer isn't. */
export function translated(
  { kind, address, port }: Translate,
  { universe, family }: Asking,
): readonly Assign[] {
  const source = kind === 'snat' || kind === 'masquerade'
  const own = addressField(universe, source ? 'saddr' : 'daddr', family)
  const assigns: Assign[] = []
  const touches = ['fib', 'status', 'original', 'reply', 'daddr', 'saddr', 'checksum', 'rt']
  if (kind === 'masquerade' || kind === 'redirect')
    assigns.push({ field: own, to: { kind: 'unknown' }, touches })
  else if (address !== undefined) assigns.push({ field: own, to: oneOf(address, own), touches })
  const ports = portField(universe, source ? 'sport' : 'dport')
  const mayMove = port !== undefined || source || address?.kind === 'map'
  if (mayMove) assigns.push({ field: ports, to: { kind: 'unknown' }, touches })
  return assigns
}

function oneOf(to: Expression | Pattern, field: Field): Assign['to'] {
  const value = to.kind === 'literal' || to.kind === 'value' ? to.value : undefined
  return typeof value === typeof field.least ? { kind: 'value', value: value! } : { kind: 'unknown' }
}

/** Keys of the fields that rules of the chain, or of chains it leads to, assign. */
export function assignedIn(
  chain: Chain,
  table: Table,
  known: Map<Chain, ReadonlySet<string>>,
): ReadonlySet<string> {
  const found = known.get(chain)
  if (found !== undefined) return found
  const keys = new Set<string>()
  known.set(chain, keys)
  for (const { statements } of chain.rules) {
    for (const statement of statements) {
      if (statement.kind === 'assign') for (const key of assignedKeys(statement.target)) keys.add(key)
      if (statement.kind === 'notrack') keys.add('ct state')
      if (statement.kind === 'reset-option') keys.add(statement.option)
      for (const name of calledChains(statement, table)) {
        const called = table.chains.find(one => one.name === name)
        if (called !== undefined) for (const key of assignedIn(called, table, known)) keys.add(key)
      }
    }
  }
  return keys
}

export function assignedKeys(target: Expression): readonly string[] {
  if (target.kind === 'raw' && (target.base === 'nh' || target.base === 'th')) return FIELDS_AT[target.base]
  if (target.kind === 'payload' && (target.field === 'sport' || target.field === 'dport'))
    return [target.field]
  return [expressionText(target)]
}

/** Whether assigning `key` may change what is read from the field. */
export function concerns(key: string, field: Field): boolean {
  if (field.key === key || field.key.startsWith(`${key} &`)) return true
  const word = key.split(' ').at(-1)!
  return !PLAIN.has(field.key) && field.key.includes(word)
}

/** Fields that change only with what they are named after. */
const PLAIN: ReadonlySet<string> = new Set([
  ...[
    'ip saddr',
    'ip daddr',
    'ip6 saddr',
    'ip6 daddr',
    'sport',
    'dport',
    'icmp type',
    'icmp code',
    'tcp flags',
  ],
  ...['meta mark', 'ct mark', 'meta l4proto', 'meta iifname', 'meta oifname', 'ct state'],
])
