/** Datagrams, whose silence means little. */
import { LOST_BEFORE_TARGET, UDP_HOST_SILENT } from '../classes.ts'
import { at, type Fault, filter, ip, named, serve, tune } from '../fault.ts'
import { plainTry } from '../lab/plain-connect.ts'

const TARGET = {
  protocol: 'udp',
  target: '10.0.2.2:9000',
  try: { says: 'hello' },
  healthy: [{ port: 9000, behaviour: 'datagrams' }],
} as const
const silent = { plain: { connect: 'connected', next: 'silence' } } as const
const untold = { client: { verdict: ['unknown', 'unreachable'], first: 'udp-silent' } } as const

export const UDP: readonly Fault[] = [
  {
    name: 'udp-nobody-has-the-port',
    ...TARGET,
    changes: [serve()],
    plain: { connect: 'connected', next: 'ECONNREFUSED' },
    culprit: 'udp-closed',
    client: named('udp-closed'),
    withTarget: { verdict: 'unreachable', first: ['udp-closed', 'nobody-listens'] },
    sim: true,
  },
  {
    name: 'udp-buffer-of-the-target-is-full',
    ...TARGET,
    changes: [serve({ port: 9000, address: '10.0.2.2', behaviour: 'deaf' })],
    ...silent,
    culprit: 'receive-buffer-full',
    ...untold,
    withTarget: at('receive-buffer-full', 'server'),
    sim: true,
  },
  {
    name: 'udp-target-input-drops',
    ...TARGET,
    changes: [filter('server', 'input', 'udp dport 9000 drop')],
    ...silent,
    culprit: 'filter-drop',
    ...untold,
    withTarget: at('filter-drop', 'server', 'input'),
    sim: true,
  },
  {
    name: 'udp-router-does-not-forward',
    ...TARGET,
    changes: [tune('router', { 'net.ipv4.ip_forward': 0 })],
    ...silent,
    culprit: 'forwarding-off',
    client: { verdict: ['unknown', 'unreachable'], oneOf: UDP_HOST_SILENT },
    withTarget: {
      verdict: ['unknown', 'unreachable'],
      oneOf: [...LOST_BEFORE_TARGET, 'stale-translation', 'reverse-path'],
    },
    withRouter: at('forwarding-off', 'router'),
  },
  {
    name: 'udp-own-output-drops',
    ...TARGET,
    changes: [filter('client', 'output', 'udp dport 9000 drop')],
    plain: { connect: 'connected', next: 'EPERM' },
    culprit: 'filter-drop',
    client: at('filter-drop', 'client', 'output'),
    sim: true,
  },
  {
    name: 'udp-own-input-drops-the-answer',
    ...TARGET,
    changes: [filter('client', 'input', 'iifname "lo" accept', 'drop')],
    ...silent,
    culprit: 'filter-drop',
    client: at('filter-drop', 'client', 'input'),
    sim: true,
  },
  {
    name: 'udp-answered-from-another-address',
    ...TARGET,
    // A socket of the wildcard answers from the address that the route back prefers.
    changes: [
      ip(
        'server',
        ['address add 10.0.2.3/24 dev eth0', 'route replace default via 10.0.2.1 src 10.0.2.3'],
        ['route replace default via 10.0.2.1', 'address del 10.0.2.3/24 dev eth0'],
      ),
    ],
    ...silent,
    culprit: 'reply-from-elsewhere',
    client: { verdict: ['unreachable', 'unknown'], first: ['reply-from-elsewhere', 'udp-silent'] },
    withTarget: { verdict: 'unreachable', first: 'reply-from-elsewhere' },
    sim: true,
  },
  {
    name: 'udp-stale-translation',
    ...TARGET,
    target: '10.0.1.1:9000',
    // A flow that goes on keeps the translation that it began with, whatever the rules say since.
    changes: [
      {
        kind: 'step',
        inject: async lab => {
          await lab.router.rules(forward('10.0.2.99'))
          await plainTry(lab.client, { ...STALE, patience: 50 })
          await lab.router.run('nft', 'flush', 'ruleset')
          await lab.router.rules(forward('10.0.2.2'))
        },
        undo: async lab => {
          await lab.router.run('conntrack', '-D', '-p', 'udp', '--orig-port-dst', '9000')
        },
      },
    ],
    try: { says: 'hello', source: '10.0.1.2', sourcePort: 5555 },
    plain: { connect: 'connected', next: ['silence', 'EHOSTUNREACH'] },
    culprit: 'stale-translation',
    // A flow that begins now is not concerned.
    client: { verdict: ['reachable'], oneOf: [] },
    withRouter: { verdict: ['reachable', 'degraded'], oneOf: ['stale-translation'] },
  },
]

const STALE = {
  protocol: 'udp',
  address: '10.0.1.1',
  port: 9000,
  says: 'hello',
  source: '10.0.1.2',
  sourcePort: 5555,
} as const

const forward = (to: string): string => `table ip fault {
  chain at { type nat hook prerouting priority dstnat; udp dport 9000 dnat to ${to}; }
}
`
