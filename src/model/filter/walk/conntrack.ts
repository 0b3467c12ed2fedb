/** What connection tracking says of the packet (nft(8), "CONNTRACK EXPRESSIONS"; the kernel's nft_ct_get_eval). */
import { STATE_BITS, STATUS_BITS } from '../conntrack-bits.ts'
import type { Direction } from '../expression.ts'
import type { Conntrack, Packet, Tuple, Zone } from '../packet.ts'
import { addLabels } from './connection-facts.ts'
import { fact, override, wordedFact } from './fact.ts'
import type { Traversal } from './traversal.ts'
import { ABSENT, type Value } from './value.ts'
import { setZone } from './zone.ts'

const STATES = Object.values(STATE_BITS)
const DIRECTION = { original: 0, reply: 1 } as const

export interface ConntrackExpression {
  readonly key: string
  readonly direction?: Direction
  readonly family?: 'ip' | 'ip6'
  readonly otherwise?: number
}

/** Bit of `ct state`; before the lookup every packet is invalid, but for one that is exempt already. */
export function stateOf(t: Traversal): Value {
  const { conntrack } = t.surroundings
  if (t.template !== undefined) return STATE_BITS.new
  if (!t.tracked)
    return conntrack?.state === 'untracked' && t.exempt ? STATE_BITS.untracked : STATE_BITS.invalid
  return fact(t, 'ct state', conntrack && STATE_BITS[conntrack.state], { domain: STATES })
}

/** Whether there is a connection to ask about. May assume it. */
export function hasConnection(t: Traversal): boolean {
  if (!t.tracked || t.template !== undefined) return false
  const { conntrack } = t.surroundings
  if (conntrack !== undefined) return conntrack.state !== 'invalid' && conntrack.state !== 'untracked'
  const tracked = [STATE_BITS.established, STATE_BITS.related, STATE_BITS.new]
  return t.choices.ask({
    key: 'ct state',
    region: tracked.map(bit => ({ low: bit, after: bit + 1 })),
    domain: STATES.map(bit => ({ low: bit, after: bit + 1 })),
    text: 'ct state established,related,new',
    unsupported: false,
  })
}

export function conntrack(t: Traversal, expression: ConntrackExpression): Value {
  const { key, direction, family } = expression
  if (key === 'state') return stateOf(t)
  if (!hasConnection(t)) return expression.otherwise ?? ABSENT
  const known = t.surroundings.conntrack
  switch (key) {
    case 'direction':
      return fact(t, 'ct direction', known?.direction && DIRECTION[known.direction], { domain: [0, 1] })
    case 'status':
      return fact(t, 'ct status', statusOf(t, known))
    case 'mark':
      return fact(t, 'ct mark', known?.mark)
    case 'l3proto':
      return t.packet.family === 'ipv4' ? 2 : 10
    case 'protocol':
      return fact(t, 'meta l4proto', t.packet.protocol)
    case 'saddr':
    case 'daddr':
      if (family !== undefined && (family === 'ip') !== (t.packet.family === 'ipv4')) return ABSENT
      return ofTuple(t, known, key, direction)
    case 'proto-src':
    case 'proto-dst':
      return ofTuple(t, known, key, direction)
    case 'zone':
      return fact(t, wordsOf(expression), known && (known.zone ?? NO_ZONE)[direction ?? 'original'])
    case 'helper': {
      const words = 'ct helper'
      const helper = fact(t, words, known?.facts?.get(words) ?? t.surroundings.facts?.get(words))
      return helper === '' ? ABSENT : helper
    }
    // A number that tells nothing (nf_ct_get_id).
    case 'id':
      return wordedFact(t, 'ct id', { within: [{ low: 0, after: 2 ** 32 }] })
    case 'avgpkt':
      return average(t, known, direction)
    default: {
      const words = wordsOf(expression)
      return known?.facts?.has(words) === true ? fact(t, words, known.facts.get(words)) : wordedFact(t, words)
    }
  }
}

const wordsOf = ({ key, direction }: ConntrackExpression): string =>
  direction === undefined ? `ct ${key}` : `ct ${direction} ${key}`

const NO_ZONE: Zone = { original: 0, reply: 0 }

function average(t: Traversal, known: Conntrack | undefined, direction: Direction | undefined): Value {
  const way = direction === undefined ? 'ct' : `ct ${direction}`
  const bytes = known?.facts?.get(`${way} bytes`)
  const packets = known?.facts?.get(`${way} packets`)
  if (typeof bytes !== 'bigint' || typeof packets !== 'bigint') return wordedFact(t, `${way} avgpkt`)
  return packets === 0n ? 0n : bytes / packets
}

const TUPLE_FIELDS = {
  saddr: 'source',
  daddr: 'destination',
  'proto-src': 'sourcePort',
  'proto-dst': 'destinationPort',
} as const satisfies Record<string, keyof Tuple & keyof Packet>

function ofTuple(
  t: Traversal,
  known: Conntrack | undefined,
  key: keyof typeof TUPLE_FIELDS,
  direction: Direction = 'original',
): Value {
  return fact(t, `ct ${direction} ${key}`, known?.[direction]?.[TUPLE_FIELDS[key]])
}

/** With the bits that say how far translation has come, as the kernel has them in the same word. */
function statusOf(t: Traversal, known: Conntrack | undefined): number | undefined {
  if (known?.status === undefined) return undefined
  const { source, destination } = t.translated
  return (
    known.status | (source ? STATUS_BITS.sourceDone : 0) | (destination ? STATUS_BITS.destinationDone : 0)
  )
}

/** Sets a fact of the connection; without one nothing happens. */
export function setConntrack(t: Traversal, key: string, value: Value, direction?: Direction): void {
  if (key === 'zone') {
    if (!hasConnection(t)) setZone(t, value, direction)
    return
  }
  if (!hasConnection(t)) return
  const known = t.surroundings.conntrack
  if (key === 'label') {
    addLabels(t, value)
    return
  }
  const scalar = override(t, `ct ${key}`, value)
  if (key !== 'mark' || known === undefined) return
  const { mark: _, ...rest } = known
  const mark = typeof scalar === 'number' ? { mark: scalar } : {}
  t.surroundings = { ...t.surroundings, conntrack: { ...rest, ...mark } }
}
