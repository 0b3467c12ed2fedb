/** Targets that write something and go on: MARK, CONNMARK, CLASSIFY, DSCP, TOS, TTL, HL, TCPMSS, TCPOPTSTRIP, TRACE, CT … */
import type { Expression } from '../../../model/filter/expression.ts'
import type { Statement } from '../../../model/filter/statement.ts'
import { wordIn } from '../../word-in.ts'
import { bits, ct, literal, meta, payload } from '../conditions.ts'
import type { Extension, GivenOptions } from '../extension.ts'
import { DSCP_CLASSES } from '../matches/matches.ts'
import { trafficClass } from '../traffic-class.ts'

const FULL = 0xffffffff
const assign = (target: Expression, value: Expression): Statement => ({ kind: 'assign', target, value })
const not = (mask: number, full = FULL): number => (full ^ mask) >>> 0

/** `(target & ~mask) ^ value`, in as few steps as it takes. */
function changed(target: Expression, mask: number, value: Expression, full = FULL): Expression {
  if (mask === full) return value
  const kept = mask === 0 ? target : bits(target, '&', not(mask, full))
  return value.kind === 'literal' && value.value === 0 ? kept : bits(kept, '^', value)
}

/** How MARK and CONNMARK set a mark (libxt_MARK.c): each option is a mask and a value. */
function markOf(given: GivenOptions): { readonly value: number; readonly mask: number } | undefined {
  const read = (option: string) => given.masked(option, 'a mark, or mark/mask')
  if (given.has('--set-xmark')) return read('--set-xmark')
  if (given.has('--set-mark')) {
    const { value, mask } = read('--set-mark')
    return { value, mask: (mask | value) >>> 0 }
  }
  if (given.has('--and-mark')) return { value: 0, mask: not(read('--and-mark').value) }
  if (given.has('--or-mark')) return { value: read('--or-mark').value, mask: read('--or-mark').value }
  if (given.has('--xor-mark')) return { value: read('--xor-mark').value, mask: 0 }
  return undefined
}

const setMark = (target: Expression) => (given: GivenOptions) => {
  const mark = markOf(given)
  return mark && [assign(target, changed(target, mark.mask, literal(mark.value)))]
}

/** `--save-mark` from packet to connection, `--restore-mark` back, each under its mask (xt_connmark.c). */
function connmark(given: GivenOptions): readonly Statement[] | undefined {
  const mask = (option: string): number =>
    given.has('--mask')
      ? given.number('--mask', 'a mask')
      : given.has(option)
        ? given.number(option, 'a mask')
        : FULL
  const [nf, tracked] = [mask('--nfmask'), mask('--ctmask')]
  if (given.has('--left-shift-mark') || given.has('--right-shift-mark')) return undefined
  const under = (left: Expression, bitsOf: number) => (bitsOf === FULL ? left : bits(left, '&', bitsOf))
  if (given.has('--save-mark'))
    return [assign(ct('mark'), changed(ct('mark'), tracked, under(meta('mark'), nf)))]
  if (given.has('--restore-mark'))
    return [assign(meta('mark'), changed(meta('mark'), nf, under(ct('mark'), tracked)))]
  return setMark(ct('mark'))(given)
}

function classify(given: GivenOptions): readonly Statement[] {
  const parts = /^([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(given.text('--set-class') ?? '')
  if (parts === null) throw given.refuse('--set-class', 'a class, as 1:10 in hexadecimal')
  const number = Number.parseInt(parts[1]!, 16) * 65536 + Number.parseInt(parts[2]!, 16)
  return [assign(meta('priority'), literal(number))]
}

function dscp(given: GivenOptions): readonly Statement[] {
  const [point] = given.has('--set-dscp')
    ? [given.number('--set-dscp', 'a code point', 63)]
    : given.symbols('--set-dscp-class', DSCP_CLASSES, 'a class: BE, EF, CS0 to CS7, AF11 to AF43')
  return [assign(payload(given.surrounding.family, 'dscp'), literal(point!))]
}

function tos(given: GivenOptions): readonly Statement[] | undefined {
  if (!given.has('--set-tos')) return undefined
  const target = trafficClass(given.surrounding.family)
  const { value, mask } = given.masked('--set-tos', 'a type of service', 255)
  return [assign(target, changed(target, mask, literal(value), 255))]
}

const hops =
  (option: string, protocol: string, field: string) =>
  (given: GivenOptions): readonly Statement[] | undefined =>
    given.has(option)
      ? [assign(payload(protocol, field), literal(given.number(option, 'a number of hops', 255)))]
      : undefined

function tcpmss(given: GivenOptions): readonly Statement[] {
  const target = { kind: 'header', of: 'tcp-option', name: 'maxseg', field: 'size' } as const
  if (given.has('--set-mss'))
    return [assign(target, literal(given.number('--set-mss', 'a segment size', 65535)))]
  return [assign(target, { kind: 'rt', key: 'mtu' })]
}

/** nft's words for options by iptables' words. */
const STRIPPED: Readonly<Record<string, string>> = {
  wscale: 'window',
  mss: 'maxseg',
  'sack-permitted': 'sack-perm',
  sack: 'sack',
  timestamp: 'timestamp',
  md5: '19',
}

const strip = (given: GivenOptions): readonly Statement[] =>
  given
    .list('--strip-options')
    .map(option => ({ kind: 'reset-option', option: wordIn(STRIPPED, option) ?? option }))

const NOTRACK: Statement = { kind: 'notrack', xtables: true }

function track(given: GivenOptions): readonly Statement[] | undefined {
  if (given.only('--notrack')) return [NOTRACK]
  if (!given.only('--zone') || !/^\d+$/.test(given.text('--zone') ?? '')) return undefined
  return [assign(ct('zone'), literal(given.number('--zone', 'a zone', 65535)))]
}

const MARKS = { '--set-xmark': 1, '--set-mark': 1, '--and-mark': 1, '--or-mark': 1, '--xor-mark': 1 } as const

export const MARK_TARGETS: Readonly<Record<string, Extension>> = {
  MARK: { options: MARKS, read: setMark(meta('mark')) },
  CONNMARK: {
    options: {
      ...MARKS,
      '--save-mark': 0,
      '--restore-mark': 0,
      '--nfmask': 1,
      '--ctmask': 1,
      '--mask': 1,
      '--left-shift-mark': 1,
      '--right-shift-mark': 1,
    },
    read: connmark,
  },
  CLASSIFY: { options: { '--set-class': 1 }, read: classify },
  DSCP: { options: { '--set-dscp': 1, '--set-dscp-class': 1 }, read: dscp },
  TOS: { options: { '--set-tos': 1, '--and-tos': 1, '--or-tos': 1, '--xor-tos': 1 }, read: tos },
  TTL: { options: { '--ttl-set': 1, '--ttl-inc': 1, '--ttl-dec': 1 }, read: hops('--ttl-set', 'ip', 'ttl') },
  HL: { options: { '--hl-set': 1, '--hl-inc': 1, '--hl-dec': 1 }, read: hops('--hl-set', 'ip6', 'hoplimit') },
  TCPMSS: { options: { '--set-mss': 1, '--clamp-mss-to-pmtu': 0 }, read: tcpmss },
  TCPOPTSTRIP: { options: { '--strip-options': 1 }, read: strip },
  TRACE: { options: {}, read: () => [assign(meta('nftrace'), literal(1))] },
  NOTRACK: { options: {}, read: () => [NOTRACK] },
  CT: {
    options: {
      '--notrack': 0,
      '--helper': 1,
      '--ctevents': 1,
      '--expevents': 1,
      '--zone': 1,
      '--zone-orig': 1,
      '--zone-reply': 1,
      '--timeout': 1,
    },
    read: track,
  },
}
