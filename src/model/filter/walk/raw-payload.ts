/** `@th,16,16`: bits at a place. Where a field of its own stands there, it is that field; other places aren't known. */
import { payload } from './payload.ts'
import type { Traversal } from './traversal.ts'
import { ABSENT, untold, type Value } from './value.ts'

/** `base,offset,length` in bits to the field: RFC 791, RFC 8200, RFC 9293, RFC 768, RFC 792. */
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
const TRANSPORT: Readonly<
  Record<number, readonly [protocol: string, fields: Readonly<Record<string, string>>]>
> = {
  6: ['tcp', { '0,16': 'sport', '16,16': 'dport', '32,32': 'sequence', '64,32': 'ackseq', '104,8': 'flags' }],
  17: ['udp', { '0,16': 'sport', '16,16': 'dport', '32,16': 'length' }],
  132: ['sctp', { '0,16': 'sport', '16,16': 'dport' }],
  1: ['icmp', { '0,8': 'type', '8,8': 'code' }],
  58: ['icmpv6', { '0,8': 'type', '8,8': 'code' }],
}

export function rawPayload(t: Traversal, base: string, offset: number, length: number): Value {
  const place = `${offset},${length}`
  const text = `@${base},${place}`
  const { family, protocol, laterFragment, fields } = t.packet
  const given = fields?.get(text)
  if (given !== undefined) return given
  if (base === 'nh') {
    const field = NETWORK[family][place]
    return field === undefined ? untold(text) : payload(t, family === 'ipv4' ? 'ip' : 'ip6', field)
  }
  if (base !== 'th') return untold(text)
  if (laterFragment === true) return ABSENT
  if (place === '0,16' || place === '16,16') return payload(t, 'th', offset === 0 ? 'sport' : 'dport')
  const [header, known] = (protocol === undefined ? undefined : TRANSPORT[protocol]) ?? ['', {}]
  const field = (known as Readonly<Record<string, string>>)[place]
  return field === undefined ? untold(text) : payload(t, header, field)
}
