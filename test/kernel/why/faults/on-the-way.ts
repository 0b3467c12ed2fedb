/** A router drops, refuses, or doesn't know the way. */
import {
  FORBIDDEN_THERE,
  HOST_SILENT,
  LOST_BEFORE_TARGET,
  NO_WAY_THERE,
  OWN_SILENT,
  PORT_SILENT,
  REFUSED_ALIKE,
} from '../classes.ts'
import { among, at, type Expected, type Fault, filter, ip, tune } from '../fault.ts'
import { plainTry } from '../lab/plain-connect.ts'

const quick = (connect: string) => ({ plain: { connect, time: 'quick' } }) as const
const silent = { plain: { connect: 'silence' }, withTarget: among(LOST_BEFORE_TARGET) } as const

/** The router's filter answers for the target. */
const rejecting = (
  name: string,
  answer: string,
  connect: string,
  client: readonly string[],
  target?: string,
): Fault => ({
  name: `router-rejects-${name}`,
  ...(target !== undefined && { target }),
  changes: [filter('router', 'forward', `tcp dport 8080 reject with ${answer}`)],
  ...quick(connect),
  culprit: 'filter-reject',
  client: among(client),
  withRouter: at('filter-reject', 'router', 'forward'),
  sim: true,
})

const V6 = '[fd00:2::2]:8080'
const anyRouter: Expected = among(NO_WAY_THERE)

/** The last router is already asking for the host, for somebody else: it gives up on all of them at the same time. */
function askedBefore(name: string, address: string): Fault {
  return {
    name: `target-host-is-down-and-was-asked-for-${name}`,
    target: address.includes(':') ? `[${address}]:8080` : `${address}:8080`,
    mended: {},
    changes: [
      {
        kind: 'step',
        inject: async lab => {
          await plainTry(lab.client, { address, port: 8080, patience: 1_200 })
        },
        undo: async () => {},
        alike: { is: 'tried', address, port: 8080, afterMs: 1_200 },
      },
    ],
    plain: { connect: 'EHOSTUNREACH' },
    culprit: 'host-down',
    client: { ...among(NO_WAY_THERE), first: 'host-down' },
    withRouter: { verdict: 'unreachable', first: ['host-down', 'neighbour-silent'] },
    sim: true,
  }
}

export const ON_THE_WAY: readonly Fault[] = [
  {
    name: 'router-accepts-only-one-way',
    changes: [filter('router', 'forward', 'tcp dport 8080 accept', 'drop')],
    plain: { connect: 'silence' },
    culprit: 'filter-drop',
    client: among(HOST_SILENT),
    withTarget: among(['filter-drop', 'way-drops']),
    withRouter: at('filter-drop', 'router', 'forward'),
    sim: true,
  },
  {
    name: 'router-drops',
    changes: [filter('router', 'forward', 'tcp dport 8080 drop')],
    ...silent,
    culprit: 'filter-drop',
    client: among(PORT_SILENT),
    withRouter: at('filter-drop', 'router', 'forward'),
    sim: true,
  },
  {
    name: 'router-drops-by-policy',
    changes: [filter('router', 'forward', '', 'drop')],
    ...silent,
    culprit: 'filter-drop',
    client: among(HOST_SILENT),
    withRouter: at('filter-drop', 'router', 'forward'),
    sim: true,
  },
  rejecting('tcp-reset', 'tcp reset', 'ECONNREFUSED', ['filter-reject', 'router-refuses', 'nearer-box']),
  rejecting('port-unreachable', 'icmp type port-unreachable', 'ECONNREFUSED', [
    'filter-reject',
    'router-refuses',
  ]),
  rejecting('net-unreachable', 'icmp type net-unreachable', 'ENETUNREACH', NO_WAY_THERE),
  rejecting('host-unreachable', 'icmp type host-unreachable', 'EHOSTUNREACH', NO_WAY_THERE),
  rejecting('prot-unreachable', 'icmp type prot-unreachable', 'ENOPROTOOPT', FORBIDDEN_THERE),
  rejecting('net-prohibited', 'icmp type net-prohibited', 'ENETUNREACH', FORBIDDEN_THERE),
  rejecting('host-prohibited', 'icmp type host-prohibited', 'EHOSTUNREACH', FORBIDDEN_THERE),
  rejecting('admin-prohibited', 'icmp type admin-prohibited', 'EHOSTUNREACH', FORBIDDEN_THERE),
  rejecting('v6-no-route', 'icmpv6 type no-route', 'ENETUNREACH', NO_WAY_THERE, V6),
  rejecting('v6-admin-prohibited', 'icmpv6 type admin-prohibited', 'EACCES', FORBIDDEN_THERE, V6),
  rejecting('v6-addr-unreachable', 'icmpv6 type addr-unreachable', 'EHOSTUNREACH', NO_WAY_THERE, V6),
  rejecting('v6-port-unreachable', 'icmpv6 type port-unreachable', 'ECONNREFUSED', FORBIDDEN_THERE, V6),
  rejecting('v6-policy-fail', 'icmpv6 type policy-fail', 'EACCES', FORBIDDEN_THERE, V6),
  rejecting('v6-reject-route', 'icmpv6 type reject-route', 'EACCES', FORBIDDEN_THERE, V6),
  {
    name: 'router-does-not-forward',
    changes: [tune('router', { 'net.ipv4.ip_forward': 0 })],
    ...silent,
    culprit: 'forwarding-off',
    // Not even the router says that time ran out there: what it alone can do to all comes first.
    client: { ...among(HOST_SILENT), first: 'forwarding-off' },
    withRouter: at('forwarding-off', 'router'),
    sim: true,
  },
  {
    name: 'router-has-an-unreachable-route',
    changes: [ip('router', ['route add unreachable 10.0.2.2'], ['route del unreachable 10.0.2.2'])],
    ...quick('EHOSTUNREACH'),
    culprit: 'route-unreachable',
    client: anyRouter,
    withRouter: at('route-unreachable', 'router'),
    sim: true,
  },
  {
    name: 'router-has-a-prohibit-route',
    changes: [ip('router', ['route add prohibit 10.0.2.2'], ['route del prohibit 10.0.2.2'])],
    ...quick('EHOSTUNREACH'),
    culprit: 'route-prohibit',
    client: among(FORBIDDEN_THERE),
    withRouter: at('route-prohibit', 'router'),
    sim: true,
  },
  {
    name: 'router-has-a-blackhole-route',
    changes: [ip('router', ['route add blackhole 10.0.2.2'], ['route del blackhole 10.0.2.2'])],
    ...silent,
    culprit: 'route-blackhole',
    client: among(HOST_SILENT),
    withRouter: at('route-blackhole', 'router'),
    sim: true,
  },
  {
    name: 'router-has-no-route',
    topology: 'two-routers',
    changes: [ip('router', ['route del 10.0.2.0/24'], ['route add 10.0.2.0/24 via 10.0.9.2'])],
    ...quick('ENETUNREACH'),
    culprit: 'router-no-route',
    client: anyRouter,
    withRouter: at('router-no-route', 'router'),
    sim: true,
  },
  {
    name: 'link-of-the-router-is-down',
    changes: [
      ip('router', ['link set wan down'], ['link set wan up', 'address replace fd00:2::1/64 dev wan nodad']),
    ],
    ...quick('ENETUNREACH'),
    culprit: 'router-no-route',
    client: anyRouter,
    withRouter: at('router-no-route', 'router'),
  },
  {
    name: 'second-router-drops',
    topology: 'two-routers',
    changes: [filter('far', 'forward', 'tcp dport 8080 drop')],
    ...silent,
    culprit: 'filter-drop',
    client: among(PORT_SILENT),
    withRouter: at('filter-drop', 'far', 'forward'),
    sim: true,
  },
  {
    name: 'second-router-rejects',
    topology: 'two-routers',
    changes: [filter('far', 'forward', 'tcp dport 8080 reject with icmp type admin-prohibited')],
    ...quick('EHOSTUNREACH'),
    culprit: 'filter-reject',
    client: among(FORBIDDEN_THERE),
    withRouter: at('filter-reject', 'far', 'forward'),
    sim: true,
  },
  {
    name: 'target-host-is-down',
    target: '10.0.2.99:8080',
    mended: {},
    changes: [],
    plain: { connect: 'EHOSTUNREACH', time: 'seconds' },
    culprit: 'host-down',
    client: { verdict: 'unreachable', oneOf: ['host-down', 'neighbour-silent', 'nat-backend-silent'] },
    withRouter: { verdict: 'unreachable', first: ['host-down', 'neighbour-silent'] },
    sim: true,
  },
  askedBefore('v4', '10.0.2.99'),
  askedBefore('v6', 'fd00:2::99'),
  {
    name: 'hop-limit-too-small',
    changes: [filter('client', 'postrouting', 'tcp dport 8080 ip ttl set 1')],
    ...quick('EHOSTUNREACH'),
    culprit: 'hop-limit',
    client: { verdict: 'unreachable', first: 'hop-limit' },
    sim: true,
  },
  {
    name: 'hop-limit-too-small-of-ipv6',
    target: V6,
    changes: [filter('client', 'postrouting', 'tcp dport 8080 ip6 hoplimit set 1')],
    ...quick('EHOSTUNREACH'),
    culprit: 'hop-limit',
    client: { verdict: 'unreachable', first: 'hop-limit' },
    sim: true,
  },
  {
    name: 'routing-loop',
    topology: 'two-routers',
    target: '10.0.7.7:8080',
    changes: [
      ip('router', ['route add 10.0.7.0/24 via 10.0.9.2'], ['route del 10.0.7.0/24']),
      ip('far', ['route add 10.0.7.0/24 via 10.0.9.1'], ['route del 10.0.7.0/24']),
    ],
    mended: {},
    ...quick('EHOSTUNREACH'),
    culprit: 'hop-limit',
    client: { verdict: 'unreachable', first: 'hop-limit' },
    sim: true,
  },
  {
    name: 'router-owns-the-address-too',
    changes: [ip('router', ['address add 10.0.2.2/32 dev lo'], ['address del 10.0.2.2/32 dev lo'])],
    ...quick('ECONNREFUSED'),
    culprit: 'nearer-box',
    client: among(['nearer-box', ...REFUSED_ALIKE]),
    withRouter: at('nearer-box', 'router'),
    sim: true,
  },
  {
    name: 'errors-are-held-back',
    changes: [
      ip('router', ['route add unreachable 10.0.2.2'], ['route del unreachable 10.0.2.2']),
      // One in a hundred seconds to each host (icmp_ratelimit, ip-sysctl.rst: milliseconds); a burst of six first.
      tune('router', { 'net.ipv4.icmp_ratelimit': 100_000 }),
      {
        kind: 'step',
        inject: async lab => {
          for (let i = 0; i < 8; i++)
            await plainTry(lab.client, { address: '10.0.2.2', port: 8080, patience: 100 })
        },
        undo: async () => {},
      },
    ],
    plain: { connect: 'silence' },
    culprit: 'route-unreachable',
    // A client that comes late hears nothing: that an error is held back it can't rule out, and what it would say nobody knows.
    client: { ...among(HOST_SILENT), culprit: 'icmp-limited' },
    withRouter: { verdict: 'unreachable', first: ['route-unreachable', 'icmp-limited'], host: 'router' },
  },
  {
    name: 'one-error-and-then-none',
    changes: [
      ip('router', ['route add unreachable 10.0.2.2'], ['route del unreachable 10.0.2.2']),
      // Who was sent none for a while has saved up four seconds when an error is due (ip_error): enough for one.
      tune('router', { 'net.ipv4.icmp_ratelimit': 4_000 }),
    ],
    ...quick('EHOSTUNREACH'),
    culprit: 'route-unreachable',
    // What the one error said stands, whatever is silent after it.
    client: anyRouter,
    withRouter: { ...at('route-unreachable', 'router'), beside: ['icmp-limited'] },
    // Nobody asks last: by then it may be silent.
    unprivileged: {
      ...among([...NO_WAY_THERE, ...HOST_SILENT, ...OWN_SILENT]),
      culprit: ['route-unreachable', 'icmp-limited'],
    },
  },
]
