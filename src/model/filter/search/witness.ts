/**
 * A packet out of a region: one value for each field that matters. The region speaks of fields one by one; whether
 * they fit together (a mark and its bits) is seen here, and who tells the witness asks the evaluator about it first.
 */
import { STATE_BITS } from '../conntrack-bits.ts'
import type { Conntrack, ConntrackState, Packet, Surroundings, Tuple } from '../packet.ts'
import type { Scalar } from '../pattern.ts'
import { hasPorts } from '../transports.ts'
import { type Field, rankOfValue } from './field.ts'
import { pickValue } from './pick-value.ts'
import { maskIn, type Program } from './program.ts'
import { hasRank } from './rank-set.ts'
import { type Region, ranksIn } from './region.ts'

export interface Witness {
  readonly packet: Packet
  readonly surroundings: Surroundings
}

const SYN = 2
const ACK = 16
/** Addresses for documentation (RFC 5737, RFC 3849) and private ones. */
const SOURCES = { ip: [0xc6336407, 0x0a000007], ip6: [0x20010db8000000000000000000000007n] }
const DESTINATIONS = { ip: [0xc0000201, 0x0a000001], ip6: [0x20010db8000100000000000000000001n] }

/** Null where no packet was found in the region; there may be one all the same. */
export function witnessOf(program: Program, region: Region): Witness | null {
  const choice = new Choice(program, region)
  const { family } = program
  const isV4 = family === 'ip'
  const protocol = choice.number('meta l4proto', [6, 17, isV4 ? 1 : 58]) ?? 6
  const state =
    choice.number('ct state', [STATE_BITS.new, STATE_BITS.established, STATE_BITS.related]) ?? STATE_BITS.new
  const source = choice.value(`${family} saddr`, SOURCES[family]) ?? SOURCES[family][0]!
  const destination = choice.value(`${family} daddr`, DESTINATIONS[family]) ?? DESTINATIONS[family][0]!
  const ports = hasPorts(protocol)
  const icmp = protocol === (isV4 ? 1 : 58)
  const flags = protocol === 6
  const usual = state === STATE_BITS.new ? [SYN, ACK] : [ACK, ACK | SYN]
  const length = choice.number('meta length', [60])
  const packet: Packet = {
    family: isV4 ? 'ipv4' : 'ipv6',
    protocol,
    source,
    destination,
    ...(ports && { sourcePort: choice.number('sport', [40000]) ?? 40000 }),
    ...(ports && { destinationPort: choice.number('dport', [443]) ?? 443 }),
    ...(flags && { tcpFlags: choice.number('tcp flags', usual) ?? usual[0]! }),
    ...(icmp && { icmpType: choice.number('icmp type', [isV4 ? 8 : 128]) ?? (isV4 ? 8 : 128) }),
    ...(icmp && { icmpCode: choice.number('icmp code', [0]) ?? 0 }),
    ...(length !== undefined && { length }),
  }
  const others = otherFacts(choice)
  const conntrack = conntrackOf(choice, state)
  const surroundings: Surroundings = {
    inputInterface: interfaceOf(choice, 'iifname', program.hook === 'output'),
    outputInterface: interfaceOf(choice, 'oifname', BEFORE_ROUTING.has(program.hook)),
    mark: choice.number('meta mark', [0]) ?? 0,
    conntrack,
    ...(others.facts.size > 0 && { facts: others.facts }),
  }
  return choice.failed
    ? null
    : { packet: { ...packet, ...(others.fields.size > 0 && { fields: others.fields }) }, surroundings }
}

const BEFORE_ROUTING: ReadonlySet<string> = new Set(['prerouting', 'input', 'ingress'])

function interfaceOf(choice: Choice, which: 'iifname' | 'oifname', none: boolean): string | null {
  const name =
    choice.value(`meta ${which}`, none ? [''] : ['eth0', 'eth1', 'lan0', 'wan0', '']) ?? (none ? '' : 'eth0')
  return name === '' ? null : (name as string)
}

function conntrackOf(choice: Choice, bit: number): Conntrack {
  const state = (Object.keys(STATE_BITS) as ConntrackState[]).find(name => STATE_BITS[name] === bit)!
  const direction = choice.number('ct direction', [0])
  const status = choice.number('ct status', [0])
  const mark = choice.number('ct mark', [0])
  return {
    state,
    direction: direction === 1 ? 'reply' : 'original',
    ...(status !== undefined && { status }),
    mark: mark ?? 0,
    ...tuplesOf(choice),
  }
}

const PARTS = {
  saddr: 'source',
  daddr: 'destination',
  'proto-src': 'sourcePort',
  'proto-dst': 'destinationPort',
} as const

/** What rules ask of a connection's two tuples. Zero where they ask only of other parts. */
function tuplesOf(choice: Choice): Pick<Conntrack, 'original' | 'reply'> {
  const tuples: { original?: Tuple; reply?: Tuple } = {}
  for (const { key } of choice.rest()) {
    const [, direction, part] =
      /^ct (original|reply) (?:ip6? )?(saddr|daddr|proto-src|proto-dst)$/.exec(key) ?? []
    const value = part === undefined ? undefined : choice.value(key)
    if (value === undefined) continue
    const which = direction as 'original' | 'reply'
    const zero = typeof value === 'bigint' ? 0n : 0
    tuples[which] = {
      source: zero,
      destination: zero,
      ...tuples[which],
      [PARTS[part as keyof typeof PARTS]]: value,
    }
  }
  return tuples
}

/** Fields that have no place of their own in a packet or what surrounds it. */
function otherFacts(choice: Choice): { fields: Map<string, Scalar>; facts: Map<string, Scalar> } {
  const fields = new Map<string, Scalar>()
  const facts = new Map<string, Scalar>()
  for (const field of choice.rest()) {
    const value = choice.value(field.key)
    if (value === undefined) continue
    const where =
      /^(?:ip|ip6|tcp|udp|icmp|icmpv6|sctp|dccp|udplite|th|esp|ah|ether|vlan|igmp|comp|gre) /.test(field.key)
        ? fields
        : facts
    where.set(field.key, value)
  }
  return { fields, facts }
}

const OWN_PLACE: ReadonlySet<string> = new Set([
  ...['meta l4proto', 'ct state', 'ct state before conntrack', 'ip saddr', 'ip daddr', 'ip6 saddr'],
  ...['ip6 daddr', 'sport', 'dport', 'tcp flags', 'icmp type', 'icmp code', 'meta length', 'meta iifname'],
  ...['meta oifname', 'meta mark', 'ct direction', 'ct status', 'ct mark'],
])

class Choice {
  readonly #program: Program
  readonly #region: Region
  failed = false

  constructor(program: Program, region: Region) {
    this.#program = program
    this.#region = region
  }

  number(key: string, usual: readonly number[]): number | undefined {
    return this.value(key, usual) as number | undefined
  }

  /** Undefined where nothing asks for it, or it is left out. */
  value(key: string, usual: readonly Scalar[] = []): Scalar | undefined {
    const { universe } = this.#program
    const field = universe.find(key)
    const parts = universe.fields.filter(one => one.origin === undefined && one.key.startsWith(`${key} & `))
    if (field === undefined && parts.length === 0) return undefined
    const value = parts.length === 0 ? this.#single(field!, usual) : this.#composed(field, key, parts, usual)
    if (value === undefined && !(field?.optional ?? true)) this.failed = true
    return value
  }

  /** Constrained fields that have no place of their own. */
  rest(): readonly Field[] {
    return this.#program.universe.fields.filter(
      field =>
        !OWN_PLACE.has(field.key) &&
        field.origin === undefined &&
        !field.key.includes(' & ') &&
        this.#isNarrowed(field),
    )
  }

  #isNarrowed(field: Field): boolean {
    const { low, high } = this.#region
    return low[field.id] !== 0 || high[field.id] !== field.size - 1 || this.#region.gaps.has(field.id)
  }

  #single(field: Field, usual: readonly Scalar[]): Scalar | undefined {
    return pickValue(field, ranksIn(this.#region, field.id), usual)
  }

  /** A number whose bits are as the masked fields want them. */
  #composed(
    field: Field | undefined,
    key: string,
    parts: readonly Field[],
    usual: readonly Scalar[],
  ): Scalar | undefined {
    const fits = (value: number): boolean =>
      (field === undefined || hasRank(ranksIn(this.#region, field.id), rankOfValue(field, value))) &&
      parts.every(part =>
        hasRank(ranksIn(this.#region, part.id), rankOfValue(part, (value & maskOf(part, key)) >>> 0)),
      )
    const first = field === undefined ? undefined : this.#single(field, usual)
    const bases = [first, ...usual, 0, 0xffffffff].filter(value => typeof value === 'number')
    for (const base of bases) {
      if (fits(base)) return base
      let value = base
      for (const part of parts) {
        const mask = maskOf(part, key)
        if (hasRank(ranksIn(this.#region, part.id), rankOfValue(part, (value & mask) >>> 0))) continue
        value = ((value & ~mask) | (this.#bitsOf(part, mask) ?? 0)) >>> 0
      }
      if (fits(value)) return value
    }
    return undefined
  }

  #bitsOf(part: Field, mask: number): number | undefined {
    const ranks = ranksIn(this.#region, part.id)
    const tries = [mask, mask & -mask, ...part.cuts].filter(value => typeof value === 'number')
    return tries.find(
      value => (value & mask) >>> 0 === value >>> 0 && hasRank(ranks, rankOfValue(part, value >>> 0)),
    )
  }
}

const maskOf = (part: Field, key: string): number => maskIn(part, { key })!
