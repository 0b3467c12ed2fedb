/** What a packet has in each field, as a rank. Unknown is -1. */
import { STATE_BITS } from '../conntrack-bits.ts'
import type { Packet, Surroundings } from '../packet.ts'
import type { Scalar } from '../pattern.ts'
import type { Hook } from '../ruleset.ts'
import { hasPorts } from '../transports.ts'
import { type Field, lastUpTo, rankOfValue } from './field.ts'
import { UNKNOWN } from './first-match.ts'

export type Reader = (packet: Packet, surroundings: Surroundings) => number

export function readerOf(field: Field, hook: Hook): Reader {
  const read = valueReader(field.key, hook)
  const rank = rankFinder(field)
  const transport = TRANSPORT.has(field.key)
  return (packet, surroundings) => {
    // What stands where the header would be, nobody knows.
    if (transport && packet.laterFragment === true) return UNKNOWN
    const value = read(packet, surroundings)
    return value === undefined ? UNKNOWN : rank(value)
  }
}

const TRANSPORT: ReadonlySet<string> = new Set(['sport', 'dport', 'tcp flags', 'icmp type', 'icmp code'])

type ValueReader = (packet: Packet, surroundings: Surroundings) => Scalar | undefined

/** The value of a field by its key; undefined where it isn't known. */
export function valueReader(key: string, hook: Hook): ValueReader {
  const [base, mask] = key.split(' & ')
  if (mask !== undefined) {
    const whole = valueReader(base!, hook)
    const bits = Number(mask)
    return (packet, surroundings) => {
      const value = whole(packet, surroundings)
      return typeof value === 'number' ? (value & bits) >>> 0 : undefined
    }
  }
  switch (key) {
    case 'meta l4proto':
      return packet => packet.protocol
    case 'ip saddr':
    case 'ip6 saddr':
      return packet => packet.source
    case 'ip daddr':
    case 'ip6 daddr':
      return packet => packet.destination
    case 'sport':
      return packet => (mayHavePorts(packet) ? packet.sourcePort : 0)
    case 'dport':
      return packet => (mayHavePorts(packet) ? packet.destinationPort : 0)
    case 'tcp flags':
      return packet => (packet.protocol === 6 ? packet.tcpFlags : 0)
    case 'icmp type':
      return packet => (isIcmp(packet) ? packet.icmpType : 0)
    case 'icmp code':
      return packet => (isIcmp(packet) ? packet.icmpCode : 0)
    case 'meta length':
      return packet => packet.length
    case 'meta mark':
      return (_, { mark }) => mark
    case 'ct state':
      return (_, { conntrack }) => (conntrack === undefined ? undefined : STATE_BITS[conntrack.state])
    case 'ct state before conntrack':
      return () => STATE_BITS.invalid
    case 'ct mark':
      return (_, { conntrack }) => (isTracked(conntrack?.state) ? conntrack?.mark : undefined)
    case 'ct status':
      return (_, { conntrack }) => (isTracked(conntrack?.state) ? conntrack?.status : undefined)
    case 'meta iifname':
      return hook === 'output' ? () => '' : (_, { inputInterface }) => nameOf(inputInterface)
    case 'meta oifname':
      return BEFORE_ROUTING.has(hook) ? () => '' : (_, { outputInterface }) => nameOf(outputInterface)
    default:
      return HEADER.test(key) ? packet => packet.fields?.get(key) : (_, { facts }) => facts?.get(key)
  }
}

const HEADER = /^(?:ip|ip6|icmp|icmpv6|tcp|udp) (?!option)/
const BEFORE_ROUTING: ReadonlySet<string> = new Set(['prerouting', 'input', 'ingress'])
const nameOf = (name: string | null | undefined): string | undefined => (name === null ? '' : name)
const isTracked = (state: string | undefined): boolean => state !== 'invalid' && state !== 'untracked'

/** Of a packet without ports nobody asks for them: any rank will do. */
const mayHavePorts = ({ protocol }: Packet): boolean => protocol === undefined || hasPorts(protocol)
const isIcmp = ({ protocol }: Packet): boolean => protocol === undefined || protocol === 1 || protocol === 58

function rankFinder(field: Field): (value: Scalar) => number {
  if (field.shape === 'list') {
    const ranks = new Map(field.values.map((value, rank) => [value as Scalar, rank]))
    return value => ranks.get(value) ?? UNKNOWN
  }
  if (field.most === 65535) {
    const table = Int32Array.from({ length: 65536 }, (_, value) => rankOfValue(field, value))
    return value => table[value as number] ?? UNKNOWN
  }
  if (typeof field.least === 'number') {
    const cuts = Float64Array.from(field.cuts as number[])
    return value => (typeof value === 'number' ? lastUpTo(cuts, value) : UNKNOWN)
  }
  return value => (typeof value === typeof field.least ? rankOfValue(field, value) : UNKNOWN)
}
