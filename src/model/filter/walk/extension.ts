/**
 * Extension headers, options and chunks (the kernel's nft_exthdr_*_eval). They are facts of the packet by nft's words:
 * `tcp option maxseg size` 1460, and `tcp option maxseg` 1 or 0 for whether it is there.
 */
import type { Expression } from '../expression.ts'
import { EXTENSION_WORDS } from '../headers.ts'
import { fact } from './fact.ts'
import { hasHeader } from './protocols.ts'
import type { Traversal } from './traversal.ts'
import { ABSENT, type Value } from './value.ts'

export type Extension = Extract<Expression, { kind: 'header' }>

const HEADER = {
  ipv6: 'ip6',
  'ipv4-option': 'ip',
  'tcp-option': 'tcp',
  'sctp-chunk': 'sctp',
  'dccp-option': 'dccp',
} as const

/** TCP options that are named by their kind (IANA). */
const TCP_KINDS: Readonly<Record<string, string>> = {
  0: 'eol',
  1: 'nop',
  2: 'maxseg',
  3: 'window',
  4: 'sack-perm',
  5: 'sack',
  8: 'timestamp',
  19: 'md5sig',
  30: 'mptcp',
  34: 'fastopen',
}

export function extension(t: Traversal, { of, name, field }: Extension): Value {
  const presence = `${EXTENSION_WORDS[of]} ${of === 'tcp-option' ? (TCP_KINDS[name] ?? name) : name}`
  const given = t.packet.fields?.get(presence)
  const isThere = hasHeader(t, HEADER[of]) && given !== 0 && !(HEADER[of] !== 'ip6' && t.packet.laterFragment)
  // An IPv6 header is asked for in IPv6 packets only; the others are "missing" from any other protocol.
  if (!isThere) return field === undefined && hasOwnAnswer(t, of) ? 0 : ABSENT
  const key = `${presence} ${field}`
  const whole = t.packet.fields?.get(`${presence} length`)
  if (field !== undefined) {
    const value = t.packet.fields?.get(key)
    // Of an option that was read, a field that isn't there is cut off.
    return value === undefined && whole !== undefined && of === 'tcp-option' ? ABSENT : fact(t, key, value)
  }
  const fields = [...(t.packet.fields?.keys() ?? [])]
  return fact(t, presence, given ?? (fields.some(one => one.startsWith(`${presence} `)) ? 1 : undefined), {
    domain: [0, 1],
  })
}

const hasOwnAnswer = (t: Traversal, of: Extension['of']): boolean =>
  of === 'tcp-option' || of === 'sctp-chunk' || of === 'dccp-option' || hasHeader(t, HEADER[of])
