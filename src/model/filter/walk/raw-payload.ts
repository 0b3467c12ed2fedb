/** `@th,16,16`: bits at a place. Where a field of its own stands there, it is that field; other places aren't known. */
import { payload } from './payload.ts'
import type { Traversal } from './traversal.ts'
import { ABSENT, untold, type Value } from './value.ts'

/** `base,offset,length` in bits to the field: RFC 791, RFC 8200, RFC 9293, RFC 768, RFC 792; IEEE 802.3. */
const NETWORK: Readonly<Record<'ipv4' | 'ipv6', Readonly<Record<string, string>>>> = {
  ipv4: {
    '0,4': 'version',
    '8,6': 'dscp',
    '14,2': 'ecn',
    '16,16': 'length',
    '32,16': 'id',
    '48,16': 'frag-off',
    '64,8': 'ttl',
    '72,8': 'protocol',
    '96,32': 'saddr',
    '128,32': 'daddr',
  },
  ipv6: {
    '0,4': 'version',
    '32,16': 'length',
    '48,8': 'nexthdr',
    '56,8': 'hoplimit',
    '64,128': 'saddr',
    '192,128': 'daddr',
  },
}
const LINK = { '0,48': 'daddr', '48,48': 'saddr', '96,16': 'type' }
const PORTS = { '0,16': 'sport', '16,16': 'dport' }
const TRANSPORT: Readonly<
  Record<number, readonly [protocol: string, fields: Readonly<Record<string, string>>]>
> = {
  6: ['tcp', { '0,16': 'sport', '16,16': 'dport', '32,32': 'sequence', '64,32': 'ackseq', '104,8': 'flags' }],
  17: ['udp', { '0,16': 'sport', '16,16': 'dport', '32,16': 'length' }],
  132: ['sctp', { '0,16': 'sport', '16,16': 'dport' }],
  1: ['icmp', { '0,8': 'type', '8,8': 'code', '16,16': 'checksum' }],
  58: ['icmpv6', { '0,8': 'type', '8,8': 'code', '16,16': 'checksum' }],
}

export function rawPayload(t: Traversal, base: string, offset: number, length: number): Value {
  const text = `@${base},${offset},${length}`
  const { family, protocol, fields } = t.packet
  const given = fields?.get(text)
  if (given !== undefined) return given
  if (base === 'nh')
    return fieldsAt(t, family === 'ipv4' ? 'ip' : 'ip6', NETWORK[family], offset, length) ?? untold(text)
  if (base === 'll') return fieldsAt(t, 'ether', LINK, offset, length) ?? untold(text)
  if (base !== 'th') return untold(text)
  const [header, known] = (protocol === undefined ? undefined : TRANSPORT[protocol]) ?? ['th', PORTS]
  return fieldsAt(t, header, known, offset, length) ?? untold(text)
}

/** Fields that lie side by side and fill the place, as one number. */
function fieldsAt(
  t: Traversal,
  header: string,
  known: Readonly<Record<string, string>>,
  offset: number,
  length: number,
): Value | undefined {
  const whole = known[`${offset},${length}`]
  if (whole !== undefined) return payload(t, isPort(whole) ? 'th' : header, whole)
  const first = Object.keys(known).find(place => place.startsWith(`${offset},`))
  const size = Number(first?.split(',')[1] ?? length)
  if (first === undefined || size >= length || length > 48) return undefined
  const left = fieldsAt(t, header, known, offset, size)
  const right = fieldsAt(t, header, known, offset + size, length - size)
  if (left === ABSENT || right === ABSENT) return ABSENT
  if (typeof left !== 'number' || typeof right !== 'number') return undefined
  return left * 2 ** (length - size) + right
}

const isPort = (field: string): boolean => field === 'sport' || field === 'dport'
