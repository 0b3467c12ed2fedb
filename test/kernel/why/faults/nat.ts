/** Addresses that are translated: to somebody who isn't there, or back to somebody who doesn't know them. */
import { HOST_SILENT, LOST_BEFORE_TARGET, PORT_SILENT, REFUSED_ALIKE } from '../classes.ts'
import { among, at, chainOf, type Fault, named, rules, serve } from '../fault.ts'
import { fillConnections } from '../lab/fill-connections.ts'

export const dnat = (to: string): string => `table ip fault {
  chain at { type nat hook prerouting priority dstnat; ip daddr 10.0.1.1 tcp dport 8080 dnat to ${to}; }
}
`
const FRONT = '10.0.1.1:8080'

export const NAT: readonly Fault[] = [
  {
    name: 'forwarded-to-a-closed-port',
    target: FRONT,
    changes: [rules('router', dnat('10.0.2.2:81'))],
    mended: { target: '10.0.2.2:8080' },
    plain: { connect: 'ECONNREFUSED', time: 'quick' },
    culprit: 'nat-backend-closed',
    client: { verdict: 'unreachable', first: 'nat-backend-closed' },
    withRouter: named('nat-backend-closed'),
    unprivileged: among([...REFUSED_ALIKE, 'nat-backend-closed', 'nearer-box']),
    sim: true,
  },
  {
    name: 'forwarded-to-a-dead-host',
    target: FRONT,
    changes: [rules('router', dnat('10.0.2.99:8080'))],
    mended: { target: '10.0.2.2:8080' },
    plain: { connect: 'EHOSTUNREACH', time: 'seconds' },
    culprit: 'nat-backend-silent',
    client: among(['nat-backend-silent', 'host-down', 'filter-reject', 'router-refuses']),
    withRouter: named('nat-backend-silent'),
    sim: true,
  },
  {
    name: 'forwarded-to-one-who-drops',
    target: FRONT,
    changes: [
      rules('router', dnat('10.0.2.2:8080')),
      rules('server', chainOf('ip', 'type filter hook input priority 0', 'tcp dport 8080 drop')),
    ],
    mended: { target: '10.0.2.2:8080' },
    plain: { connect: 'silence' },
    culprit: 'nat-backend-silent',
    client: among([...PORT_SILENT, 'reply-from-elsewhere']),
    withRouter: { verdict: 'unreachable', first: ['nat-backend-silent', 'filter-drop'] },
    sim: true,
  },
  {
    name: 'hairpin-without-masquerade',
    topology: 'same-link',
    target: FRONT,
    changes: [rules('router', dnat('10.0.1.3:8080'))],
    mended: { target: '10.0.1.3:8080' },
    plain: { connect: 'silence' },
    culprit: 'reply-from-elsewhere',
    client: named('reply-from-elsewhere'),
    // Nor do they see whether anything left.
    unprivileged: among([...PORT_SILENT, 'reply-from-elsewhere', 'ipsec-no-state', 'egress-drop']),
    withRouter: named('reply-from-elsewhere'),
    sim: true,
  },
  {
    name: 'own-rule-sends-it-to-a-closed-port',
    changes: [
      rules(
        'client',
        chainOf(
          'ip',
          'type nat hook output priority -100',
          'ip daddr 10.0.2.2 tcp dport 8080 dnat to 10.0.2.2:81',
        ),
      ),
    ],
    plain: { connect: 'ECONNREFUSED', time: 'quick' },
    culprit: 'nat-backend-closed',
    client: at('nat-backend-closed', 'client', 'dnat'),
    unprivileged: among([...REFUSED_ALIKE, 'nearer-box', 'nat-backend-closed']),
  },
  {
    name: 'own-address-is-sent-to-a-closed-port',
    target: '10.0.1.2:8080',
    changes: [
      rules(
        'client',
        chainOf(
          'ip',
          'type nat hook output priority -100',
          'ip daddr 10.0.1.2 tcp dport 8080 dnat to 10.0.2.2:81',
        ),
      ),
    ],
    mended: { target: '10.0.2.2:8080' },
    plain: { connect: 'ECONNREFUSED', time: 'quick' },
    culprit: 'nat-backend-closed',
    client: at('nat-backend-closed', 'client', 'dnat'),
    unprivileged: among([...REFUSED_ALIKE, 'nearer-box', 'nat-backend-closed']),
  },
  {
    name: 'private-source-that-nobody-translates',
    changes: [
      {
        kind: 'ip',
        host: 'server',
        lines: ['route del default', 'route add blackhole 10.0.0.0/8'],
        back: ['route del blackhole 10.0.0.0/8', 'route add default via 10.0.2.1'],
      },
    ],
    plain: { connect: 'silence' },
    culprit: 'no-return-route',
    client: among(HOST_SILENT),
    withTarget: { verdict: 'unreachable', first: ['no-return-route', 'route-blackhole'], host: 'server' },
    sim: true,
  },
  {
    name: 'table-of-connections-is-full',
    changes: [
      rules('router', chainOf('ip', 'type filter hook forward priority 0', 'ct state invalid counter')),
      fillConnections,
    ],
    plain: { connect: 'silence' },
    culprit: 'conntrack-full',
    client: among(HOST_SILENT),
    withTarget: among(LOST_BEFORE_TARGET),
    withRouter: at('conntrack-full', 'router'),
    alone: true,
    sim: true,
  },
  {
    name: 'taken-by-a-box-on-the-way',
    // A transparent proxy whose other side is dead, and a target where nothing listens.
    changes: [
      serve(),
      rules(
        'router',
        chainOf(
          'ip',
          'type nat hook prerouting priority dstnat',
          'ip daddr 10.0.2.2 tcp dport 8080 redirect to :9000',
        ),
      ),
      { kind: 'serve', host: 'router', orders: [{ port: 9000, behaviour: 'close-at-once' }] },
    ],
    try: { says: 'GET / HTTP/1.1\r\n\r\n' },
    plain: { connect: 'connected', next: ['end', 'ECONNRESET', 'EPIPE'] },
    culprit: 'intercepted',
    client: { verdict: 'unreachable', first: ['intercepted', 'closes-at-once', 'resets-at-once'] },
    // That it is closed at once is what was seen, whoever does it.
    withTarget: { verdict: 'unreachable', first: ['intercepted'], beside: ['closes-at-once'] },
    unprivileged: { verdict: 'unreachable', first: ['closes-at-once', 'resets-at-once'] },
    sim: true,
  },
]
