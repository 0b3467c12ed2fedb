/**
 * What an attempt comes to, and what is seen of it, for each thing that can be in its way: the tables of how a Linux client
 * takes ICMP errors (`icmp_err_convert`, net/ipv4/icmp.c; `tab_unreach`, net/ipv6/icmp.c), routes (`fib_props`,
 * net/ipv4/fib_semantics.c), and where a packet stops.
 */
import { FORGED_ROWS } from './forged-rows.ts'
import type { Question } from './question.ts'

export interface Row {
  readonly name: string
  /** Rules of nft, by namespace: taken away afterwards. */
  readonly nft?: Readonly<Record<string, string>>
  /** Commands before, and what undoes them: the namespace first. */
  readonly before?: readonly (readonly string[])[]
  readonly after?: readonly (readonly string[])[]
  readonly ask: Question
  readonly as?: 'nobody'
  readonly want: Wanted
}

export interface Wanted {
  /** The kind of the outcome, and its code where there is one: `refused ECONNREFUSED`. */
  readonly outcome: string
  readonly atOnce?: boolean
  /** `3/13 from 10.0.1.1 EHOSTUNREACH`; each once, in order. */
  readonly icmp?: readonly string[]
  /** `out router S 64`; of frames that are alike and follow each other the first. A reason instead where they aren't told. */
  readonly frames?: readonly string[] | string
  readonly sent?: string
  /** What comes back: a text, or a kind with its outcome. */
  readonly received?: string
}

const filter = (hook: string, rules: string): string =>
  `table inet t { chain c { type filter hook ${hook} priority 0; ${rules}; }; }`
const [V4, V6] = ['tcp/10.0.2.2:80', 'tcp/[fd00:2::2]:80']
const attempt = (to: string, more: Partial<Question> = {}): Question => ({ ask: 'attempt', to, ...more })
const SYN = 'out router S 64'
/** Silence is waited for so long. */
const SOON = { timeoutMs: 300 }

/** An error of the router: how it rejects, what comes, and what a client makes of it. */
const REJECTS: readonly (readonly [family: 'v4' | 'v6', how: string, icmp: string, outcome: string])[] = [
  ['v4', 'icmp type net-unreachable', '3/0', 'unreachable ENETUNREACH'],
  ['v4', 'icmp type host-unreachable', '3/1', 'unreachable EHOSTUNREACH'],
  ['v4', 'icmp type prot-unreachable', '3/2', 'broken ENOPROTOOPT'],
  ['v4', 'icmp type port-unreachable', '3/3', 'refused ECONNREFUSED'],
  ['v4', 'icmp type net-prohibited', '3/9', 'unreachable ENETUNREACH'],
  ['v4', 'icmp type host-prohibited', '3/10', 'unreachable EHOSTUNREACH'],
  ['v4', 'icmp type admin-prohibited', '3/13', 'unreachable EHOSTUNREACH'],
  ['v6', 'icmpv6 type no-route', '1/0', 'unreachable ENETUNREACH'],
  ['v6', 'icmpv6 type admin-prohibited', '1/1', 'denied EACCES'],
  ['v6', 'icmpv6 type addr-unreachable', '1/3', 'unreachable EHOSTUNREACH'],
  ['v6', 'icmpv6 type port-unreachable', '1/4', 'refused ECONNREFUSED'],
  ['v6', 'icmpv6 type policy-fail', '1/5', 'denied EACCES'],
  ['v6', 'icmpv6 type reject-route', '1/6', 'denied EACCES'],
]

const rejected = REJECTS.flatMap(([family, how, icmp, outcome]): Row[] => {
  const to = family === 'v4' ? V4! : V6!
  const from = family === 'v4' ? '10.0.1.1' : 'fd00:1::1'
  const errors = [`${icmp} from ${from} ${outcome.split(' ')[1]}`]
  const nft = (protocol: string, port: number) => ({
    router: filter('forward', `${protocol} dport ${port} reject with ${how}`),
  })
  return [
    {
      name: `TCP: the router answers ${how}`,
      nft: nft('tcp', 80),
      ask: attempt(to),
      want: { outcome, atOnce: false, icmp: errors, frames: [SYN, `in client-side ${icmp} 64`] },
    },
    {
      name: `UDP: the router answers ${how}`,
      nft: nft('udp', 53),
      ask: attempt(to.replace('tcp', 'udp').replace(/:80$/, ':53'), { say: 'x' }),
      want: { outcome: 'yes', sent: 'yes', received: `failed ${outcome}`, icmp: errors },
    },
  ]
}).map(row => ({ ...row, want: { ...row.want, ...framesAt(row.want.frames) } }))

/** The client's device has the name of the router. */
function framesAt(frames: Wanted['frames']): Pick<Wanted, 'frames'> {
  if (frames === undefined || typeof frames === 'string') return {}
  return { frames: frames.map(one => one.replace('client-side', 'router')) }
}

const answered: readonly Row[] = [
  {
    name: 'somebody listens',
    ask: attempt(V4!, { wait: 3 }),
    want: { outcome: 'yes', icmp: [], frames: [SYN, 'in router SA 63', 'out router A 64'] },
  },
  {
    name: 'somebody listens, by IPv6',
    ask: attempt(V6!, { wait: 3 }),
    want: { outcome: 'yes', icmp: [], frames: [SYN, 'in router SA 63', 'out router A 64'] },
  },
  {
    name: 'what is said comes back',
    ask: attempt(V4!, { say: 'hello' }),
    want: { outcome: 'yes', sent: 'yes', received: 'hello' },
  },
  {
    name: 'a closed port: the server resets, one hop behind the router',
    ask: attempt('tcp/10.0.2.2:81'),
    want: { outcome: 'refused ECONNREFUSED', icmp: [], frames: [SYN, 'in router AR 63'] },
  },
  {
    name: 'the router resets: no hop is missing',
    nft: { router: filter('forward', 'tcp dport 80 reject with tcp reset') },
    ask: attempt(V4!),
    want: { outcome: 'refused ECONNREFUSED', icmp: [], frames: [SYN, 'in router AR 64'] },
  },
  {
    name: 'the server’s filter resets: as a closed port',
    nft: { server: filter('input', 'tcp dport 80 reject with tcp reset') },
    ask: attempt(V4!),
    want: { outcome: 'refused ECONNREFUSED', icmp: [], frames: [SYN, 'in router AR 63'] },
  },
  {
    name: 'UDP: somebody answers',
    ask: attempt('udp/10.0.2.2:53', { say: 'x' }),
    want: {
      outcome: 'yes',
      sent: 'yes',
      received: 'x',
      icmp: [],
      frames: ['out router udp 64', 'in router udp 63'],
    },
  },
  {
    name: 'UDP: a closed port',
    ask: attempt('udp/10.0.2.2:54', { say: 'x' }),
    want: {
      outcome: 'yes',
      sent: 'yes',
      received: 'failed refused ECONNREFUSED',
      icmp: ['3/3 from 10.0.2.2 ECONNREFUSED'],
      frames: ['out router udp 64', 'in router 3/3 63'],
    },
  },
  {
    name: 'UDP: nobody says anything',
    nft: { server: filter('input', 'udp dport 53 drop') },
    ask: attempt('udp/10.0.2.2:53', { say: 'x', listenMs: 200 }),
    want: { outcome: 'yes', sent: 'yes', received: 'nothing', icmp: [], frames: ['out router udp 64'] },
  },
]

const routed: readonly Row[] = (
  [
    ['unreachable', '3/1', 'EHOSTUNREACH'],
    ['prohibit', '3/13', 'EHOSTUNREACH'],
    ['throw', '3/0', 'ENETUNREACH'],
  ] as const
).map(([kind, icmp, errno]) => ({
  name: `the router has a route of type ${kind}`,
  before: [['router', 'ip', 'route', 'add', kind, '10.0.9.0/24']],
  after: [['router', 'ip', 'route', 'del', kind, '10.0.9.0/24']],
  ask: attempt('tcp/10.0.9.9:80'),
  want: {
    outcome: `unreachable ${errno}`,
    icmp: [`${icmp} from 10.0.1.1 ${errno}`],
    frames: [SYN, `in router ${icmp} 64`],
  },
}))

const refusedHere: readonly Row[] = (
  [
    ['unreachable', 'unreachable EHOSTUNREACH'],
    ['prohibit', 'denied EACCES'],
    ['blackhole', 'broken EINVAL'],
    ['throw', 'unreachable ENETUNREACH'],
  ] as const
).map(([kind, outcome]) => ({
  name: `the client has a route of type ${kind}`,
  before: [
    ['client', 'ip', 'route', 'add', kind, '10.0.2.0/24'],
    ...(kind === 'throw' ? [['client', 'ip', 'route', 'del', 'default']] : []),
  ],
  after: [
    ['client', 'ip', 'route', 'del', kind, '10.0.2.0/24'],
    ...(kind === 'throw' ? [['client', 'ip', 'route', 'add', 'default', 'via', '10.0.1.1']] : []),
  ],
  ask: attempt(V4!),
  want: { outcome, atOnce: true, icmp: [], frames: [] },
}))

const stopped: readonly Row[] = [
  {
    name: 'the router drops: frames leave and nothing comes',
    nft: { router: filter('forward', 'tcp dport 80 drop') },
    ask: attempt(V4!, SOON),
    want: { outcome: 'timed-out', atOnce: false, icmp: [], frames: [SYN] },
  },
  {
    name: 'the router has a black hole',
    before: [['router', 'ip', 'route', 'add', 'blackhole', '10.0.9.0/24']],
    after: [['router', 'ip', 'route', 'del', 'blackhole', '10.0.9.0/24']],
    ask: attempt('tcp/10.0.9.9:80', SOON),
    want: { outcome: 'timed-out', icmp: [], frames: [SYN] },
  },
  ...['output', 'postrouting'].map(
    (hook): Row => ({
      name: `its own ${hook} drops: no frame leaves`,
      nft: { client: filter(hook, 'tcp dport 80 drop') },
      ask: attempt(V4!, SOON),
      want: { outcome: 'timed-out', atOnce: false, icmp: [], frames: [] },
    }),
  ),
  {
    name: 'its own output drops a datagram: the sender is told',
    nft: { client: filter('output', 'udp dport 53 drop') },
    ask: attempt('udp/10.0.2.2:53', { say: 'x', listenMs: 0 }),
    want: { outcome: 'yes', sent: 'denied EPERM', received: 'nothing', icmp: [], frames: [] },
  },
  {
    name: 'its own output resets: all over loopback',
    nft: { client: filter('output', 'tcp dport 80 reject with tcp reset') },
    ask: attempt(V4!),
    want: { outcome: 'refused ECONNREFUSED', icmp: [], frames: ['out lo AR 64', 'in lo AR 64'] },
  },
  {
    name: 'its own output rejects: the error is its own, over loopback',
    nft: { client: filter('output', 'tcp dport 80 reject with icmp type admin-prohibited') },
    ask: attempt(V4!),
    want: {
      outcome: 'unreachable EHOSTUNREACH',
      icmp: ['3/13 from 10.0.1.2 EHOSTUNREACH'],
      frames: ['out lo 3/13 64', 'in lo 3/13 64'],
    },
  },
  {
    name: 'its own input drops the answer, which is seen all the same',
    nft: { client: filter('input', 'tcp sport 80 drop') },
    ask: attempt(V4!, SOON),
    want: { outcome: 'timed-out', icmp: [], frames: [SYN, 'in router SA 63'] },
  },
  {
    name: 'nobody on its own link has the address: no frame leaves',
    ask: attempt('tcp/10.0.1.77:80'),
    want: {
      outcome: 'unreachable EHOSTUNREACH',
      atOnce: false,
      icmp: ['3/1 from 10.0.1.2 EHOSTUNREACH'],
      frames: ['out lo 3/1 64', 'in lo 3/1 64'],
    },
  },
  {
    name: 'nobody on the last link has the address: the router says so',
    ask: attempt('tcp/10.0.2.77:80'),
    want: {
      outcome: 'unreachable EHOSTUNREACH',
      icmp: ['3/1 from 10.0.1.1 EHOSTUNREACH'],
      frames: [SYN, 'in router 3/1 64'],
    },
  },
  {
    name: 'one hop: the router says that it ran out',
    ask: attempt(V4!, { hops: 1 }),
    want: {
      outcome: 'unreachable EHOSTUNREACH',
      icmp: ['11/0 from 10.0.1.1 EHOSTUNREACH'],
      frames: ['out router S 1', 'in router 11/0 64'],
    },
  },
  {
    name: 'one hop, by IPv6',
    ask: attempt(V6!, { hops: 1 }),
    want: {
      outcome: 'unreachable EHOSTUNREACH',
      icmp: ['3/0 from fd00:1::1 EHOSTUNREACH'],
      frames: ['out router S 1', 'in router 3/0 64'],
    },
  },
  {
    name: 'two hops are enough',
    ask: attempt(V4!, { hops: 2, wait: 3 }),
    want: { outcome: 'yes', icmp: [], frames: ['out router S 2', 'in router SA 63', 'out router A 2'] },
  },
  {
    name: 'UDP, one hop',
    ask: attempt('udp/10.0.2.2:53', { hops: 1, say: 'x' }),
    want: {
      outcome: 'yes',
      sent: 'yes',
      received: 'failed unreachable EHOSTUNREACH',
      icmp: ['11/0 from 10.0.1.1 EHOSTUNREACH'],
    },
  },
  {
    name: 'IPsec wants it blocked',
    before: [['client', 'ip', 'xfrm', 'policy', 'add', 'dst', '10.0.2.2', 'dir', 'out', 'action', 'block']],
    after: [['client', 'ip', 'xfrm', 'policy', 'flush']],
    ask: attempt(V4!),
    want: { outcome: 'denied EPERM', atOnce: true, frames: [] },
  },
]

const odd: readonly Row[] = [
  {
    name: 'a source that isn’t ours',
    ask: attempt(V4!, { from: '10.0.1.99' }),
    want: { outcome: 'unreachable EADDRNOTAVAIL', atOnce: true, icmp: [], frames: [] },
  },
  {
    name: 'a source that is ours',
    ask: attempt(V4!, { from: '10.0.1.2', wait: 3 }),
    want: { outcome: 'yes', frames: [SYN, 'in router SA 63', 'out router A 64'] },
  },
  {
    name: 'a device that isn’t there',
    ask: attempt(V4!, { device: 'nowhere' }),
    want: { outcome: 'broken ENODEV', atOnce: true, frames: [] },
  },
  {
    name: 'a device that leads there',
    ask: attempt(V4!, { device: 'router' }),
    want: { outcome: 'yes' },
  },
  {
    name: 'a broadcast address',
    ask: attempt('tcp/10.0.1.255:80'),
    want: { outcome: 'unreachable ENETUNREACH', atOnce: true, frames: [] },
  },
  {
    name: 'a multicast address',
    ask: attempt('tcp/224.0.0.1:80'),
    want: { outcome: 'unreachable ENETUNREACH', atOnce: true, frames: [] },
  },
  {
    name: 'an address of a link, without the link',
    ask: attempt('tcp/[fe80::1]:80'),
    want: { outcome: 'broken EINVAL', atOnce: true, frames: [] },
  },
  {
    name: 'an address of a link that isn’t there',
    ask: attempt('tcp/[fe80::1%nowhere]:80'),
    want: { outcome: 'broken ENODEV', atOnce: true, frames: [] },
  },
  {
    name: 'data that nobody acknowledges',
    nft: { router: filter('forward', 'tcp dport 80 tcp flags & psh != 0 drop') },
    ask: attempt(V4!, { say: 'hello', listenMs: 400 }),
    want: { outcome: 'yes', sent: 'yes', received: 'nothing', icmp: [] },
  },
]

const unprivileged: readonly Row[] = [
  {
    name: 'as nobody: the outcome and who refused are told, frames are not',
    as: 'nobody',
    nft: { router: filter('forward', 'tcp dport 80 reject with icmp type admin-prohibited') },
    ask: attempt(V4!),
    want: {
      outcome: 'unreachable EHOSTUNREACH',
      icmp: ['3/13 from 10.0.1.1 EHOSTUNREACH'],
      frames: 'denied',
    },
  },
  {
    name: 'as nobody: a hop search needs no right',
    as: 'nobody',
    ask: attempt(V4!, { hops: 1 }),
    want: {
      outcome: 'unreachable EHOSTUNREACH',
      icmp: ['11/0 from 10.0.1.1 EHOSTUNREACH'],
      frames: 'denied',
    },
  },
  {
    name: 'as nobody: a device may be chosen (Linux 5.7)',
    as: 'nobody',
    ask: attempt(V4!, { device: 'router' }),
    want: { outcome: 'yes', frames: 'denied' },
  },
]

export const ROWS: readonly Row[] = [
  ...rejected,
  ...answered,
  ...routed,
  ...refusedHere,
  ...stopped,
  ...odd,
  ...unprivileged,
  ...FORGED_ROWS,
]
