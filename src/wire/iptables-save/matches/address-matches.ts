/** Matches on addresses and what is known of them: iprange, addrtype, mac, rpfilter, set (libxt_iprange.c and its neighbours). */
import type { Expression } from '../../../model/filter/expression.ts'
import type { Pattern } from '../../../model/filter/pattern.ts'
import type { Statement } from '../../../model/filter/statement.ts'
import { bits, is, literal, match, oneOf, payload, value } from '../conditions.ts'
import type { Extension, GivenOptions } from '../extension.ts'
import { addressScalar } from '../rule-words.ts'
import { setKey } from '../set-key.ts'

function iprange(given: GivenOptions): readonly Statement[] {
  const { family } = given.surrounding
  return (['src', 'dst'] as const).flatMap(end => {
    const option = `--${end}-range`
    if (!given.has(option)) return []
    const [first, last = first] = given.word(option).split('-')
    const low = addressScalar(first!, family)
    const high = addressScalar(last!, family)
    if (low === undefined || high === undefined || low > high)
      throw given.refuse(option, 'two addresses, the lower first, with "-" between')
    return [is(payload(family, `${end[0]}addr`), { kind: 'range', low, high }, given.negated(option))]
  })
}

/** `RTN_` types of include/uapi/linux/rtnetlink.h. */
const ADDRESS_TYPES = {
  UNSPEC: 0,
  UNICAST: 1,
  LOCAL: 2,
  BROADCAST: 3,
  ANYCAST: 4,
  MULTICAST: 5,
  BLACKHOLE: 6,
  UNREACHABLE: 7,
  PROHIBIT: 8,
  THROW: 9,
  NAT: 10,
  XRESOLVE: 11,
}

function addrtype(given: GivenOptions): readonly Statement[] {
  return (['src', 'dst'] as const).flatMap(end => {
    const option = `--${end}-type`
    if (!given.has(option)) return []
    const types = given.symbols(option, ADDRESS_TYPES, 'a kind of address, as LOCAL or BROADCAST')
    const interfaces = ['iif', 'oif'].filter(side =>
      given.has(`--limit-iface-${side === 'iif' ? 'in' : 'out'}`),
    )
    const left: Expression = { kind: 'fib', flags: [`${end[0]}addr`, ...interfaces], result: 'type' }
    return [is(left, oneOf(types.map(value)), given.negated(option))]
  })
}

function mac(given: GivenOptions): readonly Statement[] {
  const text = given.text('--mac-source') ?? ''
  if (!/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(text))
    throw given.refuse('--mac-source', 'a hardware address, as 00:11:22:aa:bb:cc')
  return [
    is(
      payload('ether', 'saddr'),
      Number.parseInt(text.replaceAll(':', ''), 16),
      given.negated('--mac-source'),
    ),
  ]
}

/** The kernel's xt_rpfilter.c; what the exotic option asks for, nftables can't ask. */
function rpfilter(given: GivenOptions): readonly Statement[] | undefined {
  if (given.has('--accept-local')) return undefined
  const flags = [
    'saddr',
    ...(given.has('--validmark') ? ['mark'] : []),
    ...(given.has('--loose') ? [] : ['iif']),
  ]
  return [is({ kind: 'fib', flags, result: 'check' }, given.has('--invert') ? 0 : 1)]
}

/** A set of ipset(8) by name, `ipset:NAME`; what of the packet is looked up is for the type of the set to say. */
function set(given: GivenOptions): readonly Statement[] | undefined {
  if (!given.only('--match-set')) return undefined
  const name = given.word('--match-set')
  const key = setKey(given.surrounding, name, given.list('--match-set', 1))
  const right: Pattern = { kind: 'reference', set: `ipset:${name}` }
  return key && [match(key, given.negated('--match-set') ? '!=' : '==', right)]
}

/** `-f` and `! -f`: later fragments, by the offset in the header. */
export const fragment = (negated: boolean): Statement =>
  match(bits(payload('ip', 'frag-off'), '&', literal(0x1fff)), negated ? '==' : '!=', value(0))

export const ADDRESS_MATCHES: Readonly<Record<string, Extension>> = {
  iprange: { options: { '--src-range': 1, '--dst-range': 1 }, read: iprange },
  addrtype: {
    options: { '--src-type': 1, '--dst-type': 1, '--limit-iface-in': 0, '--limit-iface-out': 0 },
    read: addrtype,
  },
  mac: { options: { '--mac-source': 1 }, read: mac },
  rpfilter: {
    options: { '--loose': 0, '--validmark': 0, '--accept-local': 0, '--invert': 0 },
    read: rpfilter,
  },
  set: {
    options: {
      '--match-set': 2,
      '--return-nomatch': 0,
      '--update-counters': 0,
      '--update-subcounters': 0,
      '--packets-eq': 1,
      '--packets-lt': 1,
      '--packets-gt': 1,
      '--bytes-eq': 1,
      '--bytes-lt': 1,
      '--bytes-gt': 1,
    },
    read: set,
  },
}
