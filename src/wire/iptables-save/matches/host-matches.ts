/**
 * Matches on what the host knows beside the packet: owner, socket, time, kinds of packets, processors, groups
 * (the kernel's xt_owner.c, xt_socket.c, xt_time.c and neighbours).
 */
import type { Expression } from '../../../model/filter/expression.ts'
import type { Pattern } from '../../../model/filter/pattern.ts'
import type { Statement } from '../../../model/filter/statement.ts'
import { is, isMasked, match, meta, oneOf, value } from '../conditions.ts'
import type { Extension, GivenOptions } from '../extension.ts'
import { time } from './time-match.ts'

function owner(given: GivenOptions): readonly Statement[] | undefined {
  if (!given.only('--uid-owner', '--gid-owner')) return undefined
  return (['uid', 'gid'] as const).flatMap(id => {
    const option = `--${id}-owner`
    if (!given.has(option)) return []
    // Names would need the machine's own users.
    if (!/^\d+(?:-\d+)?$/.test(given.word(option))) throw given.refuse(option, 'a number or range of numbers')
    const range = given.range(option, `a ${id}`, 0xffffffff, '-')
    return [is(meta(`sk${id}`), range, given.negated(option))]
  })
}

/** Without `--nowildcard`, sockets bound to every address don't count. */
function socket(given: GivenOptions): readonly Statement[] {
  const wildcard: Expression = { kind: 'socket', key: 'wildcard' }
  return [
    ...(given.has('--transparent') ? [is({ kind: 'socket', key: 'transparent' }, 1)] : []),
    is(wildcard, given.has('--nowildcard') ? { kind: 'range', low: 0, high: 1 } : value(0)),
    ...(given.has('--restore-skmark')
      ? [{ kind: 'assign', target: meta('mark'), value: { kind: 'socket', key: 'mark' } } as const]
      : []),
  ]
}

/** `lround(0x80000000 * probability)` of 31 random bits (libxt_statistic.c, xt_statistic.c). */
function statistic(given: GivenOptions): readonly Statement[] | undefined {
  if (given.text('--mode') === 'random') {
    const probability = Number(given.text('--probability'))
    if (!(probability >= 0 && probability <= 1))
      throw given.refuse('--probability', 'a probability from 0 to 1')
    const left: Expression = { kind: 'numgen', mode: 'random', modulus: 0x80000000, offset: 0 }
    const limit = value(Math.round(0x80000000 * probability))
    return [match(left, given.negated('--probability') ? '>=' : '<', limit)]
  }
  const every = given.number('--every', 'a number')
  const packet = given.has('--packet') ? given.number('--packet', 'a number') : 0
  const left: Expression = { kind: 'numgen', mode: 'inc', modulus: every, offset: 0 }
  return [is(left, packet, given.negated('--every'))]
}

/** IPsec in and out: whether there is a policy, and no more. */
function policy(given: GivenOptions): readonly Statement[] | undefined {
  if (!given.only('--dir', '--pol') || given.negated('--pol')) return undefined
  const wanted = given.text('--pol') === 'ipsec' ? 1 : 0
  return [is(given.text('--dir') === 'in' ? meta('ipsec') : { kind: 'rt', key: 'ipsec' }, wanted)]
}

const masked = (left: Expression, option: string) => (given: GivenOptions) => [
  isMasked(left, given.masked(option, 'a number, or number/mask'), 0xffffffff, given.negated(option)),
]

function devgroup(given: GivenOptions): readonly Statement[] | undefined {
  return (['src', 'dst'] as const).flatMap(end => {
    const option = `--${end}-group`
    if (!given.has(option)) return []
    const left = meta(end === 'src' ? 'iifgroup' : 'oifgroup')
    return [isMasked(left, given.masked(option, 'a group'), 0xffffffff, given.negated(option))]
  })
}

const PACKET_TYPES = { unicast: 0, host: 0, broadcast: 1, bcast: 1, multicast: 2, mcast: 2 }

function pkttype(given: GivenOptions): readonly Statement[] {
  const [type] = given.symbols('--pkt-type', PACKET_TYPES, 'unicast, broadcast or multicast')
  return [is(meta('pkttype'), type!, given.negated('--pkt-type'))]
}

function cgroup(given: GivenOptions): readonly Statement[] | undefined {
  if (!given.has('--cgroup')) return undefined
  return [is(meta('cgroup'), given.number('--cgroup', 'a class'), given.negated('--cgroup'))]
}

const weekday = (names: readonly number[]): Pattern => oneOf(names.map(value))

export const HOST_MATCHES: Readonly<Record<string, Extension>> = {
  owner: {
    options: { '--uid-owner': 1, '--gid-owner': 1, '--socket-exists': 0, '--suppl-groups': 0 },
    read: owner,
  },
  socket: { options: { '--transparent': 0, '--nowildcard': 0, '--restore-skmark': 0 }, read: socket },
  statistic: {
    options: { '--mode': 1, '--probability': 1, '--every': 1, '--packet': 1 },
    read: statistic,
  },
  policy: {
    options: {
      '--dir': 1,
      '--pol': 1,
      '--strict': 0,
      '--reqid': 1,
      '--spi': 1,
      '--proto': 1,
      '--mode': 1,
      '--tunnel-src': 1,
      '--tunnel-dst': 1,
      '--next': 0,
    },
    read: policy,
  },
  realm: { options: { '--realm': 1 }, read: masked({ kind: 'rt', key: 'classid' }, '--realm') },
  cpu: {
    options: { '--cpu': 1 },
    read: given => [is(meta('cpu'), given.number('--cpu', 'a processor'), given.negated('--cpu'))],
  },
  cgroup: { options: { '--cgroup': 1, '--path': 1 }, read: cgroup },
  devgroup: { options: { '--src-group': 1, '--dst-group': 1 }, read: devgroup },
  pkttype: { options: { '--pkt-type': 1 }, read: pkttype },
  time: {
    options: {
      '--timestart': 1,
      '--timestop': 1,
      '--weekdays': 1,
      '--monthdays': 1,
      '--datestart': 1,
      '--datestop': 1,
      '--contiguous': 0,
      '--kerneltz': 0,
      '--utc': 0,
    },
    read: given => time(given, weekday),
  },
  comment: { options: { '--comment': 1 }, read: () => [] },
}
