/**
 * Values as words, and words as values: `established` and 2, `10.0.0.1` and 0x0a000001, by datatype, as nft reads and
 * lists them (nft(8), "DATA TYPES"; `nft describe`).
 *
 * Words that a machine gives names to (users, groups, realms, labels, device groups, services) are known as far as every
 * machine has them; others stay numbers.
 */
import type { Datatype } from './datatypes.ts'
import type { Scalar } from './pattern.ts'
import {
  etherNumber,
  etherText,
  ipv4Number,
  ipv4Text,
  ipv6Number,
  ipv6Text,
} from './symbols/address-words.ts'
import * as host from './symbols/host-words.ts'
import * as packet from './symbols/protocol-words.ts'
import { dateNumber, dateText, hourNumber, hourText, spanNumber, spanText } from './symbols/time-words.ts'
import type { WordTable } from './symbols/word-table.ts'

export { datatypeOf, datatypesOf } from './datatype-of.ts'

/** Words of each datatype that has some. */
export const WORDS: ReadonlyMap<string, WordTable> = new Map([
  ['inet_proto', packet.INET_PROTO],
  ['icmp_type', packet.ICMP_TYPE],
  ['icmp_code', packet.ICMP_CODE],
  ['icmpv6_type', packet.ICMPV6_TYPE],
  ['icmpv6_code', packet.ICMPV6_CODE],
  ['icmpx_code', packet.ICMPX_CODE],
  ['igmp_type', packet.IGMP_TYPE],
  ['tcp_flag', packet.TCP_FLAG],
  ['dccp_pkttype', packet.DCCP_PKTTYPE],
  ['mh_type', packet.MH_TYPE],
  ['arp_op', packet.ARP_OP],
  ['ether_type', packet.ETHER_TYPE],
  ['dscp', packet.DSCP],
  ['ecn', packet.ECN],
  ['ct_state', host.CT_STATE],
  ['ct_dir', host.CT_DIR],
  ['ct_status', host.CT_STATUS],
  ['ct_event', host.CT_EVENT],
  ['fib_addrtype', host.FIB_ADDRTYPE],
  ['iface_type', host.IFACE_TYPE],
  ['pkt_type', host.PKT_TYPE],
  ['nf_proto', host.NF_PROTO],
  ['boolean', host.BOOLEAN],
  ['devgroup', host.DEVGROUP],
  ['realm', host.REALM],
  ['day', host.DAY],
  ['uid', host.UID],
  ['gid', host.UID],
])

/**
 * The value of one word or number of that datatype, without quotes; undefined if it is none or doesn't fit. Lists of
 * flags and ranges are patterns, not words.
 */
export function parseSymbol(datatype: Datatype, word: string): Scalar | undefined {
  if (datatype.scalar === 'string') return word
  const number = ofKind(datatype, word) ?? plainNumber(datatype, word)
  if (number === undefined) return undefined
  if (datatype.width > 0 && !fits(number, datatype.width)) return undefined
  return datatype.scalar === 'bigint' ? BigInt(number) : number
}

const fits = (number: number | bigint, width: number): boolean =>
  typeof number === 'number' ? number < 2 ** width : number >> BigInt(width) === 0n

function ofKind(datatype: Datatype, word: string): number | bigint | undefined {
  switch (datatype.name) {
    case 'ipv4_addr':
      return ipv4Number(word)
    case 'ipv6_addr':
      return ipv6Number(word)
    case 'ether_addr':
      return etherNumber(word)
    case 'hour':
      return hourNumber(word)
    case 'time':
      return datatype.width === 64 ? dateNumber(word) : spanNumber(word)
    case 'classid':
      return classid(word)
    case 'ct_label':
      return /^\d+$/.test(word) && Number(word) < 128 ? 1n << BigInt(word) : undefined
  }
  const table = WORDS.get(datatype.name)
  return (
    table?.numberOf.get(word) ??
    (table === packet.INET_PROTO ? table.numberOf.get(word.toLowerCase()) : undefined)
  )
}

/** Decimal, `0x…` or, as strtoull(3) has it, `0…` octal. */
function plainNumber(datatype: Datatype, word: string): number | bigint | undefined {
  if (datatype.name === 'ct_label') return undefined
  if (datatype.name === 'time' && datatype.width === 64 && /^\d+$/.test(word))
    return BigInt(word) * 1_000_000_000n
  if (/^(?:[1-9]\d*|0)$/.test(word) || /^0x[0-9a-f]+$/i.test(word))
    return word.length < 15 ? Number(word) : narrow(BigInt(word))
  return /^0[0-7]+$/.test(word) ? narrow(BigInt(`0o${word.slice(1)}`)) : undefined
}

const narrow = (number: bigint): number | bigint =>
  number <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(number) : number

function classid(word: string): number | undefined {
  if (word === 'none') return 0
  if (word === 'root') return 0xffffffff
  const parts = /^([0-9a-f]{0,4}):([0-9a-f]{0,4})$/i.exec(word)
  if (parts === null) return undefined
  return ((Number.parseInt(parts[1] || '0', 16) << 16) | Number.parseInt(parts[2] || '0', 16)) >>> 0
}

/**
 * As nft lists it, quoted where nft quotes. `bare` is how it stands at the ends of a range: numbers instead of words.
 */
export function formatScalar(datatype: Datatype, scalar: Scalar, bare = false): string {
  if (typeof scalar === 'string')
    return datatype.name === 'iface_index' && /^\d+$/.test(scalar) ? scalar : `"${scalar}"`
  const special = formatKind(datatype, scalar, bare)
  if (special !== undefined) return special
  const table = bare ? undefined : WORDS.get(datatype.name)
  if (datatype.flags === true) return bare ? hex(scalar, 1) : flagWords(datatype, scalar, table)
  const word = table?.wordOf.get(Number(scalar))
  if (word !== undefined) return QUOTED.has(datatype.name) ? `"${word}"` : word
  const digits = HEX_DIGITS[datatype.name]
  return digits === undefined ? String(scalar) : hex(scalar, digits)
}

const QUOTED: ReadonlySet<string> = new Set(['devgroup', 'realm', 'day'])
const HEX_DIGITS: Readonly<Record<string, number>> = {
  mark: 8,
  dscp: 2,
  ecn: 1,
  ether_type: 4,
  xinteger: 1,
}

const hex = (scalar: number | bigint, digits: number): string =>
  `0x${scalar.toString(16).padStart(digits, '0')}`

function formatKind(datatype: Datatype, scalar: number | bigint, bare: boolean): string | undefined {
  switch (datatype.name) {
    case 'ipv4_addr':
      return ipv4Text(Number(scalar))
    case 'ipv6_addr':
      return ipv6Text(BigInt(scalar))
    case 'ether_addr':
      return etherText(Number(scalar))
    case 'hour':
      return `"${hourText(Number(scalar))}"`
    case 'time':
      if (datatype.width === 64) return `"${dateText(BigInt(scalar))}"`
      return bare ? `${Math.floor(Number(scalar) / 1000)}s` : spanText(Number(scalar))
    case 'classid':
      return classidText(Number(scalar))
    case 'ct_label':
      return labelText(BigInt(scalar))
    default:
      return undefined
  }
}

function classidText(number: number): string {
  if (number === 0) return 'none'
  if (number === 0xffffffff) return 'root'
  const [major, minor] = [number >>> 16, number & 0xffff]
  return `${major === 0 ? '' : major.toString(16)}:${minor === 0 ? '' : minor.toString(16)}`
}

function labelText(bits: bigint): string {
  const labels: number[] = []
  for (let label = 0; label < 128; label++) if ((bits >> BigInt(label)) & 1n) labels.push(label)
  return labels.join(',')
}

/** Lowest bit first; bits without a word make one number. */
function flagWords(datatype: Datatype, scalar: number | bigint, table: WordTable | undefined): string {
  const parts: string[] = []
  let rest = 0n
  for (let bit = 0n; bit < BigInt(datatype.width || 64); bit++) {
    const one = BigInt(scalar) & (1n << bit)
    if (one === 0n) continue
    const word = table?.wordOf.get(Number(one))
    if (word === undefined) rest |= one
    else parts.push(word)
  }
  if (rest !== 0n || parts.length === 0) parts.push(hex(rest, 1))
  return parts.join(',')
}
