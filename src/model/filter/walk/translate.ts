/**
 * Network address translation (nft(8), "NAT STATEMENTS"; the kernel's nft_nat_eval, nft_masq_eval, nft_redir_eval,
 * nf_nat_setup_info). The packet is changed at once; the chains after this one see it so.
 */

import { STATUS_BITS } from '../conntrack-bits.ts'
import type { Expression } from '../expression.ts'
import { isPattern } from '../is-pattern.ts'
import type { Packet, Tuple } from '../packet.ts'
import type { Pattern, Scalar } from '../pattern.ts'
import type { Translate } from '../statement.ts'
import { hasPorts } from '../transports.ts'
import { bindByRule, setPart } from './bind.ts'
import { lastOf } from './bits.ts'
import { override } from './fact.ts'
import { findElement, patternValue } from './lookup.ts'
import { inputOf, outputOf } from './meta.ts'
import { BREAK, DROP, NEXT, type Outcome } from './outcome.ts'
import { regionOf } from './pattern-region.ts'
import { readExpression } from './read-expression.ts'
import { holds } from './region.ts'
import { type Traversal, tupleOf } from './traversal.ts'
import { ABSENT, isTuple, untold, type Value } from './value.ts'

type Target = { readonly address?: Value; readonly port?: Value }
const LOOPBACK = { ipv4: 0x7f000001, ipv6: 1n } as const

export function translate(t: Traversal, statement: Translate): Outcome {
  const { kind, family } = statement
  const end = kind === 'snat' || kind === 'masquerade' ? 'source' : 'destination'
  const target = targetOf(t, statement, end)
  if (target === 'absent') return BREAK
  // In an inet table the statement passes over the other family's packets.
  if (family !== undefined && (family === 'ip') !== (t.packet.family === 'ipv4')) return NEXT
  if (target === 'none') return DROP
  const bound = t.options.bind === undefined ? undefined : bindByRule(t, statement, end, target)
  if (bound !== undefined) return bound
  apply(t, end, target)
  return { kind: 'translate' }
}

function targetOf(
  t: Traversal,
  statement: Translate,
  end: keyof Traversal['translated'],
): Target | 'absent' | 'none' {
  const { kind, address, port, flags } = statement
  if (kind === 'masquerade' || kind === 'redirect') {
    const own = kind === 'masquerade' ? masqueradeAddress(t) : redirectAddress(t)
    if (own === null) return 'none'
    return withPort(t, own, port, end)
  }
  if (address === undefined) return withPort(t, undefined, port, end)
  if (flags.includes('netmap')) return mappedNetwork(t, address, end) ?? 'absent'
  const value = addressValue(t, address, end)
  if (value === ABSENT) return 'absent'
  // A map's datum may hold address and port.
  if (isTuple(value)) return { address: value[0]!, port: value[1]! }
  return withPort(t, value, port, end)
}

function withPort(
  t: Traversal,
  address: Value | undefined,
  port: Expression | Pattern | undefined,
  end: 'source' | 'destination',
): Target | 'absent' {
  const known = address === undefined ? {} : { address }
  if (port === undefined) return known
  const value = portValue(t, port, end)
  return value === ABSENT ? 'absent' : { ...known, port: value }
}

/** Within a range, an address or a port that is in it stays; of ports for a destination, the first is tried first. */
function portValue(t: Traversal, port: Expression | Pattern, end: 'source' | 'destination'): Value {
  if (port.kind !== 'range') return expressionOrPattern(t, port)
  if (t.options.bind !== undefined) return patternValue(t, port)
  if (port.low === port.high) return port.low
  const own = end === 'source' ? t.packet.sourcePort : t.packet.destinationPort
  const region = regionOf(port, 16)!
  if (own !== undefined && holds(region, own)) return own
  if (own !== undefined && end === 'destination') return port.low
  return untold('the port that the kernel chooses', { within: region })
}

function addressValue(t: Traversal, address: Expression | Pattern, end: 'source' | 'destination'): Value {
  // A prefix is a range like any other, unless `prefix to` stands before it.
  if (address.kind !== 'range' && address.kind !== 'prefix') return expressionOrPattern(t, address)
  if (address.kind === 'range' && address.low === address.high) return address.low
  return untold(`the ${end} address that the kernel chooses`, { within: regionOf(address, 0)! })
}

const expressionOrPattern = (t: Traversal, side: Expression | Pattern): Value =>
  isPattern(side) ? patternValue(t, side) : readExpression(t, side)

/** `netmap`: the bits of the prefix are replaced, those after it stay (nft_nat_setup_netmap). */
function mappedNetwork(
  t: Traversal,
  to: Expression | Pattern,
  end: 'source' | 'destination',
): Target | undefined {
  const own = t.packet[end]
  const range = rangeOf(t, to)
  if (range === undefined) return undefined
  const { low, high } = range
  if (own === undefined) return { address: untold(`the ${end} address in its other network`) }
  if (typeof low === 'bigint') {
    const host = low ^ (high as bigint)
    return { address: (BigInt(own) & host) | (low & ~host) }
  }
  const host = (Number(low) ^ Number(high)) >>> 0
  return { address: ((Number(own) & host) | (Number(low) & ~host)) >>> 0 }
}

function rangeOf(t: Traversal, to: Expression | Pattern): { low: Scalar; high: Scalar } | undefined {
  if (to.kind === 'prefix') {
    const width = typeof to.address === 'bigint' ? 128 : 32
    return { low: to.address, high: lastOf(to.address, to.length, width) }
  }
  if (to.kind === 'range') return { low: to.low, high: to.high }
  if (to.kind === 'map') {
    const found = networkOf(t, to)
    return found === undefined || !isPattern(found) ? undefined : rangeOf(t, found)
  }
  return undefined
}

function networkOf(t: Traversal, to: Extract<Expression, { kind: 'map' }>): Pattern | undefined {
  const key = readExpression(t, to.key)
  const found = key === ABSENT ? undefined : findElement(t, key, to.map)
  return found?.value?.kind === 'datum' ? found.value.parts[0] : undefined
}

/** The address of the device it leaves by; null where that has none: then the packet is dropped. */
function masqueradeAddress(t: Traversal): Value | null {
  const device = outputOf(t)
  const { family, destination } = t.packet
  const address =
    typeof device === 'string'
      ? t.surroundings.routing?.deviceAddress?.(family, device, destination)
      : undefined
  return address === undefined ? untold('the address of the device that it leaves by') : address
}

/** The first address of the device it came in by; loopback for what was made here. */
function redirectAddress(t: Traversal): Value | null {
  const { family } = t.packet
  if (t.hook === 'output') return LOOPBACK[family]
  const device = inputOf(t)
  const address =
    typeof device === 'string' ? t.surroundings.routing?.deviceAddress?.(family, device) : undefined
  return address === undefined ? untold('the address of the device that it came in by') : address
}

function apply(t: Traversal, end: 'source' | 'destination', { address, port }: Target): void {
  // What stands for a connection is translated by nothing (`ct zone set` too late).
  if (t.template !== undefined) return
  // It is the connection that is translated: against its direction, this end is the other one.
  if (t.surroundings.conntrack?.direction === 'reply') {
    t.translated[end] = true
    return
  }
  t.translated[end] = true
  const before = connectionTuple(t)
  const own = before && { address: before[end], port: before[`${end}Port`] }
  const { protocol } = t.packet
  const ported = protocol === undefined || hasPorts(protocol)
  const to = { address: address ?? own?.address, port: ported ? (port ?? own?.port) : undefined }
  // A translation to what it was from the beginning is none; else the whole end is written, over what rules made of it.
  const first = t.surroundings.conntrack?.original ?? before
  if (first !== undefined && to.address === first[end] && (!ported || to.port === first[`${end}Port`])) return
  const family = t.packet.family === 'ipv4' ? 'ip' : 'ip6'
  const [address_, port_] = end === 'source' ? ['saddr', 'sport'] : ['daddr', 'dport']
  if (to.address !== undefined) setEnd(t, end, `${family} ${address_}`, to.address)
  if (to.port !== undefined) setEnd(t, `${end}Port`, `th ${port_}`, to.port)
  if (before !== undefined && !ported) setIdentifier(t)
  remember(t, end, before, ported)
}

/** As packets of this direction look by now, whatever rules have made of this one. */
function connectionTuple(t: Traversal): Tuple | undefined {
  const reply = t.surroundings.conntrack?.reply
  return reply === undefined ? tupleOf(t.packet) : replyTo(reply)
}

/** Of ICMP the identifier goes with the address. */
function setIdentifier(t: Traversal): void {
  const id = t.surroundings.conntrack?.reply?.sourcePort
  if (id !== undefined) setPart(t, 'sourcePort', id)
}

function setEnd(t: Traversal, place: keyof Tuple, key: string, value: Value): void {
  const known = override(t, key, value)
  const { [place]: _, ...rest } = t.packet
  t.packet = (known === undefined ? rest : { ...rest, [place]: known }) as Packet
}

/** The connection knows from now on that it is translated, and what answers will look like. */
function remember(
  t: Traversal,
  end: 'source' | 'destination',
  before: Tuple | undefined,
  ported: boolean,
): void {
  const { conntrack } = t.surroundings
  const after = tupleOf(t.packet)
  if (conntrack === undefined || before === undefined || after === undefined) return
  const port = ported ? after[`${end}Port`] : undefined
  const other = end === 'source' ? 'destination' : 'source'
  const original = conntrack.original ?? before
  const reply: Tuple = {
    ...(conntrack.reply ?? replyTo(before)),
    [other]: after[end],
    ...(port === undefined ? {} : { [`${other}Port`]: port }),
  }
  const bit = end === 'source' ? STATUS_BITS.snat : STATUS_BITS.dnat
  const status = conntrack.status === undefined ? {} : { status: conntrack.status | bit }
  t.surroundings = { ...t.surroundings, conntrack: { ...conntrack, original, reply, ...status } }
}

export const replyTo = ({ source, destination, sourcePort, destinationPort }: Tuple): Tuple => ({
  source: destination,
  destination: source,
  ...(destinationPort === undefined ? {} : { sourcePort: destinationPort }),
  ...(sourcePort === undefined ? {} : { destinationPort: sourcePort }),
})
