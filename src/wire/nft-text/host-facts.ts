/**
 * What the host knows of a packet: conntrack, routing, sockets, fingerprints, IPsec.
 */
import type { Direction, Expression } from '../../model/filter/expression.ts'
import type { Reader } from './reader.ts'
import { shown } from './token-stream.ts'

const CT_KEYS: ReadonlySet<string> = new Set([
  'state',
  'direction',
  'status',
  'mark',
  'expiration',
  'helper',
  'label',
  'event',
  'bytes',
  'packets',
  'avgpkt',
  'zone',
  'l3proto',
  'protocol',
  'proto-src',
  'proto-dst',
  'saddr',
  'daddr',
  'id',
  'secmark',
  'count',
])
const ROUTING_KEYS: ReadonlySet<string> = new Set(['classid', 'nexthop', 'mtu', 'tcpmss', 'ipsec'])

/** Whether the word here, which is the name of some protocol or header too, begins an expression of this file. */
export function isOutsideHeader(reader: Reader): boolean {
  const { text } = reader.stream.token
  const next = reader.stream.peek()
  if (text === 'rt') return ROUTING_KEYS.has(next.text) || next.text === 'ip' || next.text === 'ip6'
  return next.kind === 'word'
}

/** `ct state`, `ct original ip saddr`, `ct reply bytes`. */
export function readConntrack(reader: Reader): Expression {
  const { stream } = reader
  stream.need('ct')
  const direction = stream.takeAny('original', 'reply') as Direction | undefined
  const family = stream.takeAny('ip', 'ip6') as 'ip' | 'ip6' | undefined
  const { text } = stream.token
  if (stream.token.kind !== 'word' || !CT_KEYS.has(text))
    throw stream.refuse(`${shown(stream.token)} is no key of ct`, `The keys are ${[...CT_KEYS].join(', ')}.`)
  stream.next()
  const address = text === 'saddr' || text === 'daddr'
  if (family !== undefined && !address)
    throw stream.refuse(`${text} has no family`, `Leave ${family} out.`, stream.previous)
  if (direction === undefined && (address || text.startsWith('proto-')))
    throw stream.refuse(
      `ct ${text} needs a direction`,
      `Write ct original ${text} or ct reply ${text}.`,
      stream.previous,
    )
  const known = address ? (family ?? tableFamily(reader)) : undefined
  return {
    kind: 'ct',
    key: text,
    ...(direction && text !== 'l3proto' && text !== 'protocol' && { direction }),
    ...(known !== undefined && { family: known }),
  }
}

const tableFamily = ({ family }: Reader): 'ip' | 'ip6' | undefined =>
  family === 'ip' || family === 'ip6' ? family : undefined

function networkOf(reader: Reader): 'ip' | 'ip6' | undefined {
  const { network } = reader.protocols
  return network === 'ip' || network === 'ip6' ? network : tableFamily(reader)
}

const FIB_FLAGS: ReadonlySet<string> = new Set(['saddr', 'daddr', 'mark', 'iif', 'oif'])

/** `fib saddr . iif oif`: flags, then the result. */
export function readFib(reader: Reader): Expression {
  const { stream } = reader
  stream.need('fib')
  const flags: string[] = []
  do {
    const { text } = stream.token
    if (!FIB_FLAGS.has(text))
      throw stream.refuse(`${shown(stream.token)} is no flag of fib`, `Write ${[...FIB_FLAGS].join(', ')}.`)
    if (flags.includes(text)) throw stream.refuse(`${text} stands twice`, 'Write each flag once.')
    flags.push(stream.next().text)
  } while (stream.take('.'))
  if (flags.includes('saddr') === flags.includes('daddr'))
    throw stream.refuse('fib looks up one address', 'Write saddr or daddr, and not both.')
  const result = stream.takeAny('type', 'oifname', 'oif', 'check')
  if (result === undefined)
    throw stream.refuse(`${shown(stream.token)} is no result of fib`, 'Write type, oif, oifname or check.')
  return { kind: 'fib', flags, result: result as 'type' | 'oif' | 'oifname' | 'check' }
}

/** `rt nexthop`, `rt ip nexthop`, `rt mtu`. */
export function readRouting(reader: Reader): Expression {
  const { stream } = reader
  stream.need('rt')
  const family = stream.takeAny('ip', 'ip6') as 'ip' | 'ip6' | undefined
  const { text } = stream.token
  if (!ROUTING_KEYS.has(text))
    throw stream.refuse(
      `${shown(stream.token)} is no key of rt`,
      `Write one of ${[...ROUTING_KEYS].join(', ')}.`,
    )
  stream.next()
  const key = text === 'tcpmss' ? 'mtu' : text
  const known = key === 'nexthop' ? (family ?? networkOf(reader)) : undefined
  if (key === 'nexthop' && known === undefined)
    throw stream.refuse(
      "of which family the next hop is can't be told",
      'Write rt ip nexthop or rt ip6 nexthop.',
    )
  return { kind: 'rt', key, ...(known !== undefined && { family: known }) }
}

/** `socket transparent`, `socket cgroupv2 level 2`. */
export function readSocket(reader: Reader): Expression {
  const { stream } = reader
  stream.need('socket')
  const key = stream.takeAny('transparent', 'mark', 'wildcard', 'cgroupv2')
  if (key === undefined)
    throw stream.refuse(
      `${shown(stream.token)} is no key of socket`,
      'Write transparent, mark, wildcard or cgroupv2.',
    )
  if (key !== 'cgroupv2') return { kind: 'socket', key }
  stream.need('level')
  return { kind: 'socket', key, level: stream.number('a level', 255) }
}

/** `osf ttl skip name`. */
export function readOsf(reader: Reader): Expression {
  const { stream } = reader
  stream.need('osf')
  let ttl: string | undefined = ''
  if (stream.take('ttl')) {
    ttl = stream.takeAny('loose', 'skip')
    if (ttl === undefined)
      throw stream.refuse('loose or skip was expected', 'Write osf ttl loose or osf ttl skip.')
  }
  const key = stream.takeAny('name', 'version') as 'name' | 'version' | undefined
  if (key === undefined) throw stream.refuse('name or version was expected', 'Write osf name or osf version.')
  return { kind: 'osf', key, ttl }
}

/** `ipsec in spnum 1 ip saddr`, `ipsec out reqid`. */
export function readIpsec(reader: Reader): Expression {
  const { stream } = reader
  stream.need('ipsec')
  const direction = stream.takeAny('in', 'out') as 'in' | 'out' | undefined
  if (direction === undefined) throw stream.refuse('in or out was expected', 'Write ipsec in or ipsec out.')
  const spnum = stream.take('spnum') ? stream.number('which policy', 255) : 0
  const family = stream.takeAny('ip', 'ip6') as 'ip' | 'ip6' | undefined
  const key = stream.takeAny(...(family === undefined ? ['reqid', 'spi'] : ['saddr', 'daddr']))
  if (key === undefined)
    throw stream.refuse(
      'reqid, spi or an address was expected',
      'Write reqid, spi, ip saddr, ip daddr, ip6 saddr or ip6 daddr.',
    )
  return { kind: 'ipsec', direction, spnum, key, ...(family && { family }) }
}
