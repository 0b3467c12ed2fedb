/** Nobody takes the connection at the target: sockets, queues, processes. */
import { PORT_SILENT, REFUSED_ALIKE, SILENT_AFTERWARDS } from '../classes.ts'
import { among, at, type Fault, ip, named, serve, stop, tune } from '../fault.ts'
import { flood } from '../lab/flood.ts'

const REFUSED = { connect: 'ECONNREFUSED', time: 'quick' } as const
const HUNG = { connect: 'silence' } as const
const SAYS = { says: 'GET / HTTP/1.1\r\nHost: server\r\n\r\n' }
const refused = { plain: REFUSED, client: among(REFUSED_ALIKE) } as const
const hung = { plain: HUNG, client: among(PORT_SILENT) } as const

/** Answers to SYNs are sent again for longer than a row takes (tcp_synack_retries, ip-sysctl.rst). */
const HALF_OPEN_FOR_LONG = { 'net.ipv4.tcp_synack_retries': 12 }

export const AT_THE_TARGET: readonly Fault[] = [
  {
    name: 'nothing-listens',
    changes: [serve()],
    ...refused,
    culprit: 'nobody-listens',
    withTarget: at('nobody-listens', 'server'),
    sim: true,
  },
  {
    name: 'listener-on-loopback',
    changes: [serve({ port: 8080, address: '127.0.0.1', behaviour: 'http' })],
    ...refused,
    culprit: 'listener-loopback',
    withTarget: at('listener-loopback', 'server'),
    sim: true,
  },
  {
    name: 'listener-on-another-address',
    changes: [
      ip('server', ['address add 10.0.2.3/24 dev eth0'], ['address del 10.0.2.3/24 dev eth0']),
      serve({ port: 8080, address: '10.0.2.3', behaviour: 'http' }),
    ],
    ...refused,
    culprit: 'listener-other-address',
    withTarget: at('listener-other-address', 'server'),
    sim: true,
  },
  {
    name: 'listener-of-ipv6-only',
    changes: [serve({ port: 8080, v6only: true, behaviour: 'http' })],
    ...refused,
    culprit: 'listener-other-family',
    withTarget: at('listener-other-family', 'server'),
    sim: true,
  },
  {
    name: 'listener-on-another-device',
    changes: [serve({ port: 8080, device: 'lo', behaviour: 'http' })],
    ...refused,
    culprit: 'listener-other-device',
    withTarget: at('listener-other-device', 'server'),
    sim: true,
  },
  {
    name: 'listener-in-another-namespace',
    changes: [
      {
        kind: 'serve',
        host: 'server',
        orders: [{ port: 8080, behaviour: 'http' }],
        before: ['unshare', '--net'],
      },
    ],
    ...refused,
    culprit: 'listener-other-namespace',
    withTarget: at('listener-other-namespace', 'server'),
  },
  {
    name: 'listener-of-another-protocol',
    changes: [serve({ port: 8080, behaviour: 'datagrams' })],
    ...refused,
    culprit: 'listener-other-protocol',
    withTarget: at('listener-other-protocol', 'server'),
    sim: true,
  },
  {
    name: 'accept-queue-full',
    changes: [serve({ port: 8080, behaviour: 'full' })],
    ...hung,
    culprit: 'accept-queue-full',
    withTarget: at('accept-queue-full', 'server'),
    sim: true,
  },
  {
    name: 'server-without-descriptors',
    changes: [
      {
        kind: 'serve',
        host: 'server',
        orders: [{ port: 8080, behaviour: 'no-descriptors' }],
        before: ['prlimit', '--nofile=64:64'],
      },
    ],
    ...hung,
    culprit: 'descriptors-exhausted',
    // Who can accept nobody has a queue that fills.
    withTarget: { ...at('descriptors-exhausted', 'server'), beside: ['accept-queue-full'] },
  },
  {
    name: 'process-stopped',
    changes: [stop('server')],
    try: SAYS,
    plain: { connect: 'connected', next: 'silence' },
    culprit: 'process-stopped',
    client: among(SILENT_AFTERWARDS),
    // It says nothing, either.
    withTarget: { ...at('process-stopped', 'server'), beside: ['silent'] },
    sim: true,
  },
  {
    name: 'never-reads',
    changes: [serve({ port: 8080, behaviour: 'hold' })],
    try: SAYS,
    plain: { connect: 'connected', next: 'silence' },
    culprit: 'silent',
    client: among(SILENT_AFTERWARDS),
    withTarget: named('silent'),
    sim: true,
  },
  {
    name: 'closes-at-once',
    changes: [serve({ port: 8080, behaviour: 'close-at-once' })],
    try: SAYS,
    plain: { connect: 'connected', next: ['end', 'ECONNRESET', 'EPIPE'] },
    culprit: 'closes-at-once',
    client: { verdict: 'unreachable', first: ['closes-at-once', 'resets-at-once'] },
    sim: true,
  },
  {
    name: 'resets-at-once',
    changes: [serve({ port: 8080, behaviour: 'reset-at-once' })],
    try: SAYS,
    plain: { connect: 'connected', next: ['ECONNRESET', 'EPIPE'] },
    culprit: 'resets-at-once',
    client: named('resets-at-once'),
    sim: true,
  },
  {
    name: 'waits-for-data-and-so-does-the-client',
    target: '10.0.2.2:25',
    healthy: [{ port: 25, behaviour: 'banner' }],
    changes: [serve({ port: 25, behaviour: 'banner', deferAccept: 60 })],
    plain: { connect: 'connected', next: 'silence' },
    culprit: 'deferred-accept',
    client: among(SILENT_AFTERWARDS),
    withTarget: at('deferred-accept', 'server'),
  },
  {
    name: 'signatures-wanted',
    changes: [serve({ port: 8080, address: '0.0.0.0', behaviour: 'http', md5Of: '10.0.1.2' })],
    ...hung,
    culprit: 'md5-required',
    withTarget: at('md5-required', 'server'),
  },
  {
    name: 'syn-queue-full-by-its-backlog',
    changes: [
      tune('server', { 'net.ipv4.tcp_syncookies': 0, ...HALF_OPEN_FOR_LONG }),
      // Four half-open ones fill it; where more than half of max(8, backlog) are, they are forgotten sooner (reqsk_timer_handler).
      serve({ port: 8080, address: '0.0.0.0', behaviour: 'bare', backlog: 3 }),
      flood(16),
    ],
    ...hung,
    culprit: 'syn-queue-full',
    withTarget: at('syn-queue-full', 'server'),
  },
  {
    name: 'syn-queue-full-by-three-quarters',
    changes: [
      tune('server', {
        'net.ipv4.tcp_syncookies': 0,
        'net.ipv4.tcp_max_syn_backlog': 8,
        ...HALF_OPEN_FOR_LONG,
      }),
      serve({ port: 8080, address: '0.0.0.0', behaviour: 'http', backlog: 128 }),
      flood(16),
    ],
    ...hung,
    culprit: 'syn-queue-full',
    withTarget: at('syn-queue-full', 'server'),
  },
  {
    name: 'socket-throws-all-away',
    changes: [serve({ port: 8080, address: '0.0.0.0', behaviour: 'bare', swallows: true })],
    ...hung,
    culprit: 'socket-filter',
    withTarget: at('socket-filter', 'server'),
  },
  {
    name: 'one-of-two-siblings-stopped',
    changes: [
      serve({ port: 8080, behaviour: 'http', reusePort: true }),
      {
        kind: 'step',
        inject: async lab => {
          await lab.serve(lab.server, [{ port: 8080, behaviour: 'http', reusePort: true }])
          lab.signal('server', 'SIGSTOP', 1)
        },
        undo: async lab => lab.signal('server', 'SIGCONT', 1),
        alike: {
          is: 'stopped',
          host: 'server',
          beside: { port: 8080, behaviour: 'http', reusePort: true },
        },
      },
    ],
    try: SAYS,
    // The kernel chooses a sibling by a hash with a secret.
    plain: { connect: 'connected', next: ['silence', 'HTTP/1.1 200 OK'] },
    culprit: 'reuseport-sibling',
    client: { verdict: 'degraded', oneOf: [...SILENT_AFTERWARDS, 'loss', 'slow'] },
    withTarget: { verdict: 'degraded', first: ['reuseport-sibling', 'process-stopped'] },
    sim: true,
  },
]
