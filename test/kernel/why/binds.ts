/**
 * The reverse question, asked at the server: why can't others reach its port? Each thing that keeps them out, made for real. What is
 * expected was written down beforehand, for root and for nobody, who may not read rules.
 */
import { at, type Expected, filter, ip, named, type Setting, serve, tune } from './fault.ts'

export interface BindRow extends Omit<Setting, 'target' | 'source' | 'mended' | 'try'> {
  /** A port: 8080 by default. */
  readonly what?: string
  readonly root: Asked
  readonly nobody: Asked
}

export interface Asked extends Expected {
  /** Somewhere in what it stands on, or in a step. */
  readonly says?: RegExp
}

/** By all that anybody may read nothing is against it; the rules may be. */
const OPEN_OR_UNKNOWN: Expected = { verdict: ['reachable', 'unknown'], oneOf: [] }
const UNKNOWN: Expected = { verdict: 'unknown', oneOf: [] }
const DEGRADED_OR_UNKNOWN = ['degraded', 'unknown'] as const
/** Who holds it: `node server.ts (5)`. */
const NODE = /node .*\(\d+\)/

export const BINDS: readonly BindRow[] = [
  {
    name: 'nothing-is-wrong',
    changes: [],
    root: { verdict: 'reachable', oneOf: [], says: NODE },
    nobody: OPEN_OR_UNKNOWN,
  },
  {
    name: 'nobody-has-the-port',
    changes: [serve()],
    root: { ...named('nobody-listens'), says: /tcp port 8080 is free to be bound/ },
    nobody: { ...named('nobody-listens'), says: /tcp port 8080 is free to be bound/ },
  },
  {
    name: 'nobody-has-the-privileged-port',
    what: '80',
    healthy: [{ port: 80, behaviour: 'http' }],
    changes: [serve()],
    root: { ...named('nobody-listens'), says: /tcp port 80 is free to be bound/ },
    nobody: {
      ...named('nobody-listens'),
      says: /tcp port 80 can’t be bound by us: .*(?:privilege|ip_unprivileged_port_start)/i,
    },
  },
  {
    name: 'somebody-has-the-port-and-does-not-listen',
    // Of both families: nobody binds 0.0.0.0 beside it.
    changes: [serve({ port: 8080, address: '::', behaviour: 'bound' })],
    root: { ...named('nobody-listens'), says: /tcp port 8080 can’t be bound by us: .*node/ },
    nobody: { ...named('nobody-listens'), says: /tcp port 8080 can’t be bound by us: / },
  },
  {
    name: 'datagrams-are-taken',
    what: '9000',
    protocol: 'udp',
    healthy: [{ port: 9000, behaviour: 'datagrams' }],
    changes: [],
    root: { verdict: 'reachable', oneOf: [], says: NODE },
    nobody: OPEN_OR_UNKNOWN,
  },
  {
    name: 'only-on-loopback',
    changes: [serve({ port: 8080, address: '127.0.0.1', behaviour: 'http' })],
    root: named('listener-loopback'),
    nobody: named('listener-loopback'),
  },
  {
    name: 'own-input-drops',
    changes: [filter('server', 'input', 'tcp dport 8080 drop')],
    root: at('filter-drop', 'client', 'input'),
    nobody: UNKNOWN,
  },
  {
    name: 'own-output-drops-the-answers',
    changes: [filter('server', 'output', 'tcp sport 8080 drop')],
    root: at('filter-drop', 'client', 'output'),
    nobody: UNKNOWN,
  },
  {
    name: 'listens-in-another-namespace',
    changes: [
      {
        kind: 'serve',
        host: 'server',
        orders: [{ port: 8080, behaviour: 'http' }],
        before: ['unshare', '--net'],
      },
    ],
    root: { ...named('listener-other-namespace'), says: NODE },
    // Anybody may read the tables of another process’s network (proc_pid_net(5)).
    nobody: named('listener-other-namespace'),
  },
  {
    name: 'the-address-has-gone',
    changes: [
      serve({ port: 8080, address: '10.0.2.2', behaviour: 'http' }),
      ip(
        'server',
        ['address del 10.0.2.2/24 dev eth0'],
        ['address add 10.0.2.2/24 dev eth0', 'route add default via 10.0.2.1'],
      ),
    ],
    root: named('listener-other-address'),
    nobody: named('listener-other-address'),
  },
  {
    name: 'no-address-at-all',
    changes: [
      ip(
        'server',
        ['address flush dev eth0'],
        [
          'address add 10.0.2.2/24 dev eth0',
          'address add fd00:2::2/64 dev eth0 nodad',
          'route add default via 10.0.2.1',
          'route replace ::/0 via fd00:2::1',
        ],
      ),
    ],
    root: named('no-address'),
    nobody: named('no-address'),
  },
  {
    name: 'the-interface-is-down',
    changes: [
      ip(
        'server',
        ['link set eth0 down'],
        [
          'link set eth0 up',
          'address replace fd00:2::2/64 dev eth0 nodad',
          'route add default via 10.0.2.1',
          'route replace ::/0 via fd00:2::1',
        ],
      ),
    ],
    root: named('interface-down'),
    nobody: named('interface-down'),
  },
  {
    name: 'the-cable-is-out',
    changes: [
      ip('router', ['link set wan down'], ['link set wan up', 'address replace fd00:2::1/64 dev wan nodad']),
    ],
    root: named('no-carrier'),
    nobody: named('no-carrier'),
  },
  {
    name: 'no-way-back',
    changes: [ip('server', ['route del default'], ['route add default via 10.0.2.1'])],
    // Who is on its link gets in, and IPv6 has its way.
    root: named('no-return-route', 'degraded'),
    nobody: { verdict: DEGRADED_OR_UNKNOWN, first: 'no-return-route' },
  },
  {
    name: 'the-way-back-is-another',
    topology: 'two-ways',
    changes: [tune('server', { 'net.ipv4.conf.all.rp_filter': 1 })],
    root: named('reverse-path', 'degraded'),
    nobody: { verdict: DEGRADED_OR_UNKNOWN, first: 'reverse-path' },
  },
]
