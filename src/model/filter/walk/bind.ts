/**
 * Translation where somebody remembers connections: which addresses and ports a connection gets is theirs to say, with a rule
 * (`translate.ts`) and without one, since a connection that no rule translates can be in another one's way, too (the
 * kernel's null binding, nf_nat_alloc_null_binding).
 */

import type { NatRange, TranslatedEnd } from '../../nat/nat-range.ts'
import { STATUS_BITS } from '../conntrack-bits.ts'
import type { Conntrack, Packet, Tuple } from '../packet.ts'
import type { Scalar } from '../pattern.ts'
import type { Translate } from '../statement.ts'
import { hasPorts } from '../transports.ts'
import { override } from './fact.ts'
import { outputOf } from './meta.ts'
import type { Outcome } from './outcome.ts'
import type { Traversal } from './traversal.ts'
import { isScalar, isUntold, type Value } from './value.ts'

export interface BindQuestion {
  readonly end: TranslatedEnd
  readonly range: NatRange
  /** The connection as it is so far. */
  readonly conntrack: Conntrack
  /** Of `masquerade`: whose address is taken. */
  readonly device?: string
}

export interface Bound {
  /** As packets of the connection look before and afterwards, and what will answer them. */
  readonly before: Tuple
  readonly tuple: Tuple
  readonly reply: Tuple
}

export type Binder = (question: BindQuestion) => Bound

/** What a statement of a rule has come to, its values as far as they are known. */
export interface BindTarget {
  readonly address?: Value
  readonly port?: Value
}

/** Undefined where nobody says: what isn't known is left open then. */
export function bindByRule(
  t: Traversal,
  { kind, flags }: Translate,
  end: TranslatedEnd,
  target: BindTarget,
): Outcome | undefined {
  const { bind } = t.options
  const { conntrack } = t.surroundings
  const range = rangeOf(target, flags)
  if (bind === undefined || conntrack?.reply === undefined || range === undefined) return undefined
  const device = kind === 'masquerade' ? outputOf(t) : undefined
  bindEnd(t, end, bind({ end, range, conntrack, ...(typeof device === 'string' ? { device } : {}) }))
  return { kind: 'translate' }
}

/** No rule translates this end. It keeps its address, and its port unless another connection has it. */
export function bindUntouched(t: Traversal, end: TranslatedEnd): void {
  const { bind } = t.options
  const { conntrack } = t.surroundings
  if (bind === undefined || conntrack?.reply === undefined) return
  const address = end === 'source' ? conntrack.reply.destination : conntrack.reply.source
  bindEnd(t, end, bind({ end, range: { addresses: { low: address, high: address } }, conntrack }))
}

function rangeOf({ address, port }: BindTarget, flags: Translate['flags']): NatRange | undefined {
  const addresses = address === undefined ? undefined : limitsOf(address)
  const ports = port === undefined ? undefined : limitsOf(port)
  if ((address !== undefined && addresses === undefined) || (port !== undefined && ports === undefined))
    return undefined
  return {
    ...(addresses === undefined ? {} : { addresses }),
    ...(ports === undefined ? {} : { ports: { low: Number(ports.low), high: Number(ports.high) } }),
    ...(flags.includes('random') || flags.includes('fully-random') ? { random: true } : {}),
    ...(flags.includes('persistent') ? { persistent: true } : {}),
  }
}

/** A value, or all those of a range. */
function limitsOf(value: Value): { readonly low: Scalar; readonly high: Scalar } | undefined {
  if (isScalar(value)) return { low: value, high: value }
  if (!isUntold(value) || value.within?.length !== 1) return undefined
  const { low, after } = value.within[0]!
  if (low === undefined || after === undefined || typeof after === 'string') return undefined
  return { low, high: typeof after === 'bigint' ? after - 1n : after - 1 }
}

function bindEnd(t: Traversal, end: TranslatedEnd, { before, tuple, reply }: Bound): void {
  const { conntrack } = t.surroundings
  t.translated[end] = true
  // It is the connection that is translated: against its direction, this end is the other one.
  if (conntrack === undefined || conntrack.direction === 'reply') return
  const isOther = PARTS.some(part => tuple[part] !== before[part])
  // The whole end is written, over what rules made of it (nf_nat_manip_pkt); of ICMP the identifier, whichever end it is.
  if (isOther)
    for (const part of [end, isIcmp(t.packet.protocol) ? 'sourcePort' : (`${end}Port` as const)] as const)
      if (tuple[part] !== undefined) setPart(t, part, tuple[part])
  const bit = !isOther ? 0 : end === 'source' ? STATUS_BITS.snat : STATUS_BITS.dnat
  t.surroundings = {
    ...t.surroundings,
    conntrack: { ...conntrack, reply, status: (conntrack.status ?? 0) | bit },
  }
}

const PARTS = ['source', 'destination', 'sourcePort', 'destinationPort'] as const
const KEYS = { source: 'saddr', destination: 'daddr', sourcePort: 'sport', destinationPort: 'dport' } as const
const ICMP = 1
const ICMPV6 = 58
const isIcmp = (protocol = 0): boolean => protocol === ICMP || protocol === ICMPV6

/** Of a packet on its way: an address, a port, or the identifier that ICMP has instead of a port. */
export function setPart(t: Traversal, part: keyof typeof KEYS, value: Scalar): void {
  const { family, protocol = 0 } = t.packet
  if (part === 'source' || part === 'destination') {
    override(t, `${family === 'ipv4' ? 'ip' : 'ip6'} ${KEYS[part]}`, value)
    t.packet = { ...t.packet, [part]: value }
  } else if (hasPorts(protocol)) {
    override(t, `th ${KEYS[part]}`, value)
    t.packet = { ...t.packet, [part]: value } as Packet
  } else if (part === 'sourcePort' && isIcmp(protocol)) {
    const key = protocol === ICMP ? 'icmp id' : 'icmpv6 id'
    override(t, key, value)
    t.packet = { ...t.packet, fields: new Map(t.packet.fields).set(key, value) }
  }
}
