/** `@th,16,16`: bits at a place. Where a field of its own stands there, it is that field; other places aren't known. */
import { payload } from './payload.ts'
import type { Traversal } from './traversal.ts'
import { ABSENT, untold, type Value } from './value.ts'

/** `base,offset,length` in bits to the field: RFC 791, RFC 8200, RFC 9293, RFC 768, RFC 792; IEEE 802.3. */
const NETWORK: Readonly<Record<'ipv4' | 'ipv6', Readonly<Record<string, string>>>> = {
  ipv4: {
    '0,4': 'version',
    '4,4': 'hdrlength',
    '8,6': 'dscp',
    '14,2': 'ecn',
    '16,16': 'length',
    '32,16': 'id',
    '48,16': 'frag-off',
    '64,8': 'ttl',
    '72,8': 'protocol',
    '80,16': 'checksum',
    '96,32': 'saddr',
    '128,32': 'daddr',
  },
  ipv6: {
    '0,4': 'version',
    '4,6': 'dscp',
    '10,2': 'ecn',
    '12,20': 'flowlabel',
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
    return bitsAt(t, family === 'ipv4' ? 'ip' : 'ip6', NETWORK[family], offset, length) ?? untold(text)
  if (base === 'll') return hasLink(t) ? (bitsAt(t, 'ether', LINK, offset, length) ?? untold(text)) : ABSENT
  if (base !== 'th') return untold(text)
  const [header, known] = (protocol === undefined ? undefined : TRANSPORT[protocol]) ?? ['th', PORTS]
  return bitsAt(t, header, known, offset, length) ?? untold(text)
}

/** The field that stands at just that place, as protocol and name. */
export function fieldAt({ packet }: Traversal, base: string, place: string): [string, string] | undefined {
  const { family, protocol } = packet
  const [header, known] =
    base === 'nh'
      ? ([family === 'ipv4' ? 'ip' : 'ip6', NETWORK[family]] as const)
      : ((base === 'th' && protocol !== undefined ? TRANSPORT[protocol] : undefined) ?? (['', {}] as const))
  const field = known[place]
  return field === undefined ? undefined : [header, field]
}

/** ARPHRD_NONE: a device of packets that have no link header (a tunnel). */
const NO_LINK = 65_534

function hasLink(t: Traversal): boolean {
  if (t.layer === 'bridge') return true
  const { inputInterface, outputInterface, interfaces } = t.surroundings
  const device = t.hook === 'egress' ? outputInterface : inputInterface
  if (device === null || t.hook === 'output') return false
  return device === undefined || interfaces?.get(device)?.type !== NO_LINK
}

/** Fields that fill the place side by side, or parts of them, as one number; undefined where one isn't known. */
function bitsAt(
  t: Traversal,
  header: string,
  known: Readonly<Record<string, string>>,
  offset: number,
  length: number,
): Value | undefined {
  const whole = known[`${offset},${length}`]
  const read = (field: string): Value => payload(t, isPort(field) ? 'th' : header, field)
  if (whole !== undefined) return read(whole)
  let bits = 0n
  for (let at = offset; at < offset + length; ) {
    const found = Object.entries(known).find(([place]) => {
      const [start = 0, size = 0] = place.split(',').map(Number)
      return start <= at && at < start + size
    })
    if (found === undefined) return undefined
    const [start = 0, size = 0] = found[0].split(',').map(Number)
    const value = read(found[1])
    if (value === ABSENT) return ABSENT
    if (typeof value !== 'number' && typeof value !== 'bigint') return undefined
    const taken = Math.min(start + size, offset + length) - at
    const part = (BigInt(value) >> BigInt(start + size - at - taken)) & ((1n << BigInt(taken)) - 1n)
    bits = (bits << BigInt(taken)) | part
    at += taken
  }
  return length > 48 ? bits : Number(bits)
}

const isPort = (field: string): boolean => field === 'sport' || field === 'dport'
