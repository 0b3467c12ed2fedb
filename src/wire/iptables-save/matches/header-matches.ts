/** Matches on other headers: icmp, icmp6, ttl, hl, tos, dscp, ecn, length, tcpmss, ah, esp, ipcomp, mh (xt_*.c). */
import type { Expression } from '../../../model/filter/expression.ts'
import type { Pattern } from '../../../model/filter/pattern.ts'
import type { Statement } from '../../../model/filter/statement.ts'
import { wordIn } from '../../word-in.ts'
import { hasAny, is, isMasked, match, meta, payload, value } from '../conditions.ts'
import type { Extension, GivenOptions } from '../extension.ts'
import { ICMP_NAMES, ICMPV6_NAMES } from '../icmp-names.ts'
import { trafficClass } from '../traffic-class.ts'

type IcmpName = readonly [type: number, code?: number]

/** `8`, `3/1`, `echo-request`. `any` is only the protocol, which the rule names anyway. */
const icmp =
  (protocol: 'icmp' | 'icmpv6', option: string, names: Readonly<Record<string, IcmpName>>) =>
  (given: GivenOptions): readonly Statement[] | undefined => {
    const text = given.text(option)
    if (text === undefined) return []
    const negated = given.negated(option)
    if (text === 'any' || text === '255/255') return negated ? undefined : []
    const numbers = /^(\d{1,3})(?:\/(\d{1,3}))?$/.exec(text)
    const [type, code] =
      wordIn(names, text) ?? (numbers === null ? [] : [Number(numbers[1]), numbers[2] && Number(numbers[2])])
    if (type === undefined || type > 255 || Number(code ?? 0) > 255)
      throw given.refuse(option, 'a type of ICMP: a name, a number, or type/code')
    if (type === 255 && protocol === 'icmp') return negated ? undefined : []
    if (code === undefined) return [is(payload(protocol, 'type'), type, negated)]
    const both = { kind: 'tuple', parts: [payload(protocol, 'type'), payload(protocol, 'code')] } as const
    const pair: Pattern = { kind: 'tuple', parts: [value(type), value(code as number)] }
    return negated
      ? [match(both, '!=', { kind: 'set', elements: [pair] })]
      : [is(payload(protocol, 'type'), type), is(payload(protocol, 'code'), code as number)]
  }

const hops =
  (prefix: 'ttl' | 'hl', protocol: string, field: string) =>
  (given: GivenOptions): readonly Statement[] => {
    const left = payload(protocol, field)
    const number = (end: string): Pattern =>
      value(given.number(`--${prefix}-${end}`, 'a number of hops', 255))
    const eq = `--${prefix}-eq`
    if (given.has(eq)) return [match(left, given.negated(eq) ? '!=' : '==', number('eq'))]
    if (given.has(`--${prefix}-lt`)) return [match(left, '<', number('lt'))]
    return [match(left, '>', number('gt'))]
  }

/** RFC 4594: what libxt_dscp calls classes. */
export const DSCP_CLASSES: Readonly<Record<string, number>> = Object.fromEntries([
  ['BE', 0],
  ['EF', 46],
  ...Array.from({ length: 8 }, (_, i) => [`CS${i}`, i * 8]),
  ...[1, 2, 3, 4].flatMap(i => [1, 2, 3].map(j => [`AF${i}${j}`, i * 8 + j * 2])),
])

function dscp(given: GivenOptions): readonly Statement[] {
  const named = given.has('--dscp-class')
  const option = named ? '--dscp-class' : '--dscp'
  const [point] = named
    ? given.symbols(option, DSCP_CLASSES, 'a class: BE, EF, CS0 to CS7, AF11 to AF43')
    : [given.number(option, 'a code point', 63)]
  return [is(payload(given.surrounding.family, 'dscp'), point!, given.negated(option))]
}

function ecn(given: GivenOptions): readonly Statement[] {
  const flags = payload('tcp', 'flags')
  return [
    ...(given.has('--ecn-tcp-cwr') ? [hasAny(flags, 128, given.negated('--ecn-tcp-cwr'))] : []),
    ...(given.has('--ecn-tcp-ece') ? [hasAny(flags, 64, given.negated('--ecn-tcp-ece'))] : []),
    ...(given.has('--ecn-ip-ect')
      ? [
          is(
            payload(given.surrounding.family, 'ecn'),
            given.number('--ecn-ip-ect', 'a mark of ECN', 3),
            given.negated('--ecn-ip-ect'),
          ),
        ]
      : []),
  ]
}

/** A packet without the option passes what is negated: nftables would stop there. */
function tcpmss(given: GivenOptions): readonly Statement[] | undefined {
  if (given.negated('--mss')) return undefined
  const left = { kind: 'header', of: 'tcp-option', name: 'maxseg', field: 'size' } as const
  return [is(left, given.range('--mss', 'a segment size or range', 65535))]
}

const index =
  (option: string, protocol: string, field: string, most = 0xffffffff) =>
  (given: GivenOptions): readonly Statement[] | undefined => {
    if (!given.only(option)) return undefined
    if (!given.has(option)) return []
    return [
      is(payload(protocol, field), given.range(option, 'a number or range', most), given.negated(option)),
    ]
  }

const ipv6 = (name: string, field?: string): Expression => ({
  kind: 'header',
  of: 'ipv6',
  name,
  ...(field === undefined ? {} : { field }),
})

/** Options that are numbers in an extension header; without any, whether the header is there. */
const extensionHeader =
  (name: string, fields: Readonly<Record<string, readonly [field: string, most: number]>>) =>
  (given: GivenOptions): readonly Statement[] | undefined => {
    if (!given.only(...Object.keys(fields))) return undefined
    if (given.names.length === 0) return [is(ipv6(name), 1)]
    return given.names.map(option => {
      const [field, most] = fields[option]!
      return is(ipv6(name, field), given.range(option, 'a number or range', most), given.negated(option))
    })
  }

const routing = extensionHeader('rt', { '--rt-type': ['type', 255], '--rt-segsleft': ['seg-left', 255] })
const fragmentId = extensionHeader('frag', { '--fragid': ['id', 0xffffffff] })

function frag(given: GivenOptions): readonly Statement[] | undefined {
  const flags = given.names.filter(name => name !== '--fragid')
  if (flags.length === 0 || given.names.length > 1) return flags.length === 0 ? fragmentId(given) : undefined
  if (flags[0] === '--fragfirst') return [is(ipv6('frag', 'frag-off'), 0)]
  if (flags[0] === '--fragmore') return [is(ipv6('frag', 'more-fragments'), 1)]
  return flags[0] === '--fraglast' ? [is(ipv6('frag', 'more-fragments'), 0)] : undefined
}

export const HEADER_MATCHES: Readonly<Record<string, Extension>> = {
  icmp: { options: { '--icmp-type': 1 }, read: icmp('icmp', '--icmp-type', ICMP_NAMES) },
  icmp6: { options: { '--icmpv6-type': 1 }, read: icmp('icmpv6', '--icmpv6-type', ICMPV6_NAMES) },
  ttl: { options: { '--ttl-eq': 1, '--ttl-lt': 1, '--ttl-gt': 1 }, read: hops('ttl', 'ip', 'ttl') },
  hl: { options: { '--hl-eq': 1, '--hl-lt': 1, '--hl-gt': 1 }, read: hops('hl', 'ip6', 'hoplimit') },
  tos: {
    options: { '--tos': 1 },
    read: given => [
      isMasked(
        trafficClass(given.surrounding.family),
        given.masked('--tos', 'a type of service, as 0x10/0x3f', 255),
        255,
        given.negated('--tos'),
      ),
    ],
  },
  dscp: { options: { '--dscp': 1, '--dscp-class': 1 }, read: dscp },
  ecn: { options: { '--ecn-tcp-cwr': 0, '--ecn-tcp-ece': 0, '--ecn-ip-ect': 1 }, read: ecn },
  length: {
    options: { '--length': 1 },
    read: given => [
      is(meta('length'), given.range('--length', 'a length in bytes', 65535), given.negated('--length')),
    ],
  },
  tcpmss: { options: { '--mss': 1 }, read: tcpmss },
  ah: {
    options: { '--ahspi': 1, '--ahlen': 1, '--ahres': 0 },
    read: index('--ahspi', 'ah', 'spi'),
  },
  esp: { options: { '--espspi': 1 }, read: index('--espspi', 'esp', 'spi') },
  ipcomp: {
    options: { '--ipcompspi': 1, '--compres': 0 },
    read: index('--ipcompspi', 'comp', 'cpi', 65535),
  },
  rt: {
    options: {
      '--rt-type': 1,
      '--rt-segsleft': 1,
      '--rt-len': 1,
      '--rt-0-res': 0,
      '--rt-0-addrs': 1,
      '--rt-0-not-strict': 0,
    },
    read: routing,
  },
  frag: {
    options: {
      '--fragid': 1,
      '--fraglen': 1,
      '--fragres': 0,
      '--fragfirst': 0,
      '--fragmore': 0,
      '--fraglast': 0,
    },
    read: frag,
  },
  hbh: { options: { '--hbh-len': 1, '--hbh-opts': 1 }, read: extensionHeader('hbh', {}) },
  dst: { options: { '--dst-len': 1, '--dst-opts': 1 }, read: extensionHeader('dst', {}) },
  mh: { options: { '--mh-type': 1 }, read: given => (given.names.length > 0 ? undefined : []) },
}
