/**
 * What a rule's expression asks for: a field of the universe, with what must hold for it to be there at all, or a
 * value that is the same for every packet in question.
 *
 * The implied protocol checks that no listing shows (nft's src/payload.c, `payload_gen_dependency`) are here: `tcp dport`
 * is read of TCP only, `ip saddr` of IPv4 only, whether the match is negated or not. Of later fragments Linux reads
 * the bytes that stand where the header would be, so they are like any packet with such a header.
 */
import { STATE_BITS } from '../conntrack-bits.ts'
import { datatypeOf } from '../datatype-of.ts'
import type { Expression } from '../expression.ts'
import { EXTENSION_WORDS } from '../headers.ts'
import type { Scalar } from '../pattern.ts'
import type { Hook } from '../ruleset.ts'
import { FAMILY_OF_HEADER, PORTED, TRANSPORTS } from '../transports.ts'
import { valueText } from '../value-text.ts'
import { BYTES, type Field } from './field.ts'
import type { Term, Universe } from './universe.ts'
import type { SetTable } from './value-range.ts'

/** Packets of one family at one hook, as one chain sees them. */
export interface Asking {
  readonly universe: Universe
  readonly family: 'ip' | 'ip6'
  readonly hook: Hook
  /** The chain comes before conntrack has looked at the packet: priority below -200, or ingress. Null: nobody can tell. */
  readonly beforeConntrack: boolean | null
  readonly sets: SetTable
  /** Sets that rules or time may fill are not taken as they are now: membership is an atom. */
  readonly liveSets: boolean
  /** Names of sets that rules of the table change. */
  readonly updated: ReadonlySet<string>
}

export type Asked =
  | { readonly kind: 'field'; readonly field: Field; readonly needs: readonly Term[]; readonly width: number }
  | { readonly kind: 'constant'; readonly value: Scalar }
  /** Not there in any of these packets. */
  | { readonly kind: 'never' }
  /** Differs each time it is asked, or isn't understood. */
  | { readonly kind: 'opaque'; readonly needs: readonly Term[] }

const NEVER: Asked = { kind: 'never' }

const STATES = Object.values(STATE_BITS)

/** By the word for a header, the protocols of which one is asked for; always the same list for the same word. */
const IMPLIED: ReadonlyMap<string, readonly number[]> = new Map([
  ...Object.entries(TRANSPORTS).map(([word, number]): [string, number[]] => [word, [number]]),
  // Reads two bytes of whatever transport there is; that these are ports is true of five.
  ['th', PORTED],
])
export const TCP = IMPLIED.get('tcp')!
const NONE: readonly number[] = []

/**
 * The protocols that naming a transport's header asks for: none where packets of the family have no such header, undefined
 * for other headers.
 */
export function impliedProtocols(header: string, family: 'ip' | 'ip6'): readonly number[] | undefined {
  const only = FAMILY_OF_HEADER[header]
  return only === undefined || (only === 'ipv4') === (family === 'ip') ? IMPLIED.get(header) : NONE
}

export function ask(expression: Expression, asking: Asking): Asked {
  const { universe } = asking
  switch (expression.kind) {
    case 'payload':
      return askPayload(expression.protocol, expression.field, expression, asking)
    case 'meta':
      return askMeta(expression.key, expression, asking)
    case 'ct': {
      if (asking.beforeConntrack === null) return { kind: 'opaque', needs: [] }
      if (expression.key === 'state') {
        const field = asking.beforeConntrack ? stateBefore(universe) : stateField(universe)
        return { kind: 'field', field, needs: [], width: 32 }
      }
      return asking.beforeConntrack ? NEVER : generic(expression, asking, [], true)
    }
    case 'numgen':
    case 'unsupported':
    case 'tuple':
    case 'literal':
      return { kind: 'opaque', needs: [] }
    default:
      return generic(expression, asking, [], true)
  }
}

function askPayload(protocol: string, field: string, expression: Expression, asking: Asking): Asked {
  const { universe, family } = asking
  if (protocol === 'ip' || protocol === 'ip6') {
    if (protocol !== family) return NEVER
    if (field === 'saddr' || field === 'daddr')
      return known(addressField(universe, field, family), family === 'ip' ? 32 : 128)
    if (field === 'protocol') return known(protocolField(universe), 8)
    return generic(expression, asking, [], false)
  }
  const numbers = impliedProtocols(protocol, family)
  if (numbers === NONE) return NEVER
  if (numbers === undefined) return generic(expression, asking, [], true)
  const needs = transport(universe, numbers)
  if (protocol === 'icmp' || protocol === 'icmpv6') {
    if (field !== 'type' && field !== 'code') return generic(expression, asking, needs, true)
    return known(universe.field(`icmp ${field}`, { shape: 'list', values: BYTES }), 8, needs)
  }
  if (field === 'sport' || field === 'dport') return known(portField(universe, field), 16, needs)
  if (protocol === 'tcp' && field === 'flags') return known(flagsField(universe), 8, needs)
  return generic(expression, asking, needs, protocol !== 'tcp' && protocol !== 'udp')
}

function askMeta(key: string, expression: Expression, asking: Asking): Asked {
  const { universe, family } = asking
  switch (key) {
    case 'nfproto':
      return { kind: 'constant', value: family === 'ip' ? 2 : 10 }
    case 'protocol':
      return { kind: 'constant', value: family === 'ip' ? 0x0800 : 0x86dd }
    case 'l4proto':
      return known(protocolField(universe), 8)
    case 'iif':
    case 'iifname':
      return known(interfaceField(universe, 'iifname'), 0)
    case 'oif':
    case 'oifname':
      return known(interfaceField(universe, 'oifname'), 0)
    case 'random':
      return { kind: 'opaque', needs: [] }
    default:
      return generic(expression, asking, [], !ALWAYS.has(key))
  }
}

/** Facts that every packet has. */
const ALWAYS: ReadonlySet<string> = new Set(['mark', 'length', 'pkttype', 'priority', 'day', 'hour', 'time'])

const known = (field: Field, width: number, needs: readonly Term[] = []): Asked => ({
  kind: 'field',
  field,
  needs,
  width,
})

/** Any other expression is a field by its text: the same text asks for the same value. */
function generic(
  expression: Expression,
  { universe }: Asking,
  needs: readonly Term[],
  optional: boolean,
): Asked {
  const { width, scalar } = datatypeOf(expression)
  const least = scalar === 'number' ? 0 : scalar === 'bigint' ? 0n : ''
  const most =
    width === 0 || scalar === 'string'
      ? undefined
      : scalar === 'number'
        ? 2 ** width - 1
        : (1n << BigInt(width)) - 1n
  const field = universe.field(expressionText(expression), {
    shape: 'line',
    optional,
    least,
    ...(most === undefined ? {} : { most }),
  })
  return { kind: 'field', field, needs, width }
}

/** In nft's words as far as facts are named by them (`Packet.fields`, `Surroundings.facts`), else the value itself. */
export function expressionText(expression: Expression): string {
  switch (expression.kind) {
    case 'payload':
      return `${expression.protocol} ${expression.field}`
    case 'meta':
      return `meta ${expression.key}`
    case 'ct': {
      const words = ['ct', expression.direction, expression.family, expression.key]
      return words.filter(word => word !== undefined).join(' ')
    }
    case 'fib':
      return `fib ${expression.flags.join(' . ')} ${expression.result}`
    case 'rt':
    case 'socket':
    case 'osf':
      return `${expression.kind} ${expression.key}`
    case 'header': {
      const words = [EXTENSION_WORDS[expression.of], expression.name, expression.field]
      return words.filter(word => word !== undefined).join(' ')
    }
    default:
      return valueText(expression)
  }
}

/** That a packet is of one of these protocols. */
export function transport(universe: Universe, numbers: readonly number[]): readonly Term[] {
  const known = universe.implied.get(numbers)
  if (known !== undefined) return known
  const ranges = numbers.map(value => ({ low: value, high: value }))
  const terms = [universe.term(protocolField(universe), { kind: 'in', ranges })]
  universe.implied.set(numbers, terms)
  return terms
}

export const protocolField = (universe: Universe): Field =>
  universe.field('meta l4proto', { shape: 'list', values: BYTES })
export const stateField = (universe: Universe): Field =>
  universe.field('ct state', { shape: 'list', values: STATES })
export const stateBefore = (universe: Universe): Field =>
  universe.field('ct state before conntrack', {
    shape: 'list',
    values: [STATE_BITS.invalid, STATE_BITS.untracked],
  })
export const flagsField = (universe: Universe): Field =>
  universe.field('tcp flags', { shape: 'list', values: BYTES })
export const portField = (universe: Universe, which: 'sport' | 'dport'): Field =>
  universe.field(which, { shape: 'line', most: 65535 })
export const interfaceField = (universe: Universe, which: 'iifname' | 'oifname'): Field =>
  universe.field(`meta ${which}`, { shape: 'line', least: '' })
export const addressField = (universe: Universe, which: 'saddr' | 'daddr', family: 'ip' | 'ip6'): Field =>
  family === 'ip'
    ? universe.field(`ip ${which}`, { shape: 'line', most: 0xffffffff })
    : universe.field(`ip6 ${which}`, { shape: 'line', least: 0n, most: (1n << 128n) - 1n })
