/** Healthy networks that look odd: nothing may be found wrong with any of them. */
import { AF_INET, SOCK_STREAM } from '../stage/libc.ts'
import { ipAddress } from '../stage/socket-address.ts'
import { type Change, chainOf, filter, ip, rules, type Setting, serve, tune } from './fault.ts'
import { dnat } from './faults/nat.ts'
import { beginConnect, closeSocket, openSocket } from './lab/calls.ts'
import { fillUnanswered } from './lab/fill-connections.ts'
import { flood } from './lab/flood.ts'
import { namingFiles } from './lab/naming-files.ts'

export interface Control extends Setting {
  /** What may be said even so, as of a network that does lose. */
  readonly mayBe?: readonly string[]
}

const FRONT = '10.0.1.1:8080'
const V6 = '[fd00:2::2]:8080'
const SAME_LINK = { topology: 'same-link', target: '10.0.1.3:8080' } as const
/** The rule that loses packets is one that drops some, too. */
const QUALITY = ['loss', 'slow', 'filter-drop'] as const

const masquerade = chainOf(
  'ip',
  'type nat hook postrouting priority srcnat',
  'ip daddr 10.0.0.0/16 masquerade',
).replace(' fault ', ' source ')

/** So many connections to the server are open. */
const busy = (count: number): Change => ({
  kind: 'step',
  inject: async lab => {
    for (let i = 0; i < count; i++) {
      const fd = lab.client.inside(() => {
        const one = openSocket(AF_INET, SOCK_STREAM)
        beginConnect(one, ipAddress('10.0.2.2', 8080))
        return one
      })
      lab.later(() => closeSocket(fd))
    }
  },
  undo: async () => {},
  alike: { is: 'connected', address: '10.0.2.2', port: 8080, times: count },
})

const manyRules = (count: number): string =>
  Array.from({ length: count }, (_, i) => `tcp dport ${10_000 + i} counter drop`).join('\n    ')

const plain = (name: string, ...changes: readonly Change[]): Control => ({ name, changes })

export const CONTROLS: readonly Control[] = [
  plain('nothing-odd'),
  { name: 'ipv6', target: V6, changes: [] },
  { name: 'on-the-same-link', ...SAME_LINK, changes: [] },
  { name: 'on-the-same-link-of-ipv6', topology: 'same-link', target: '[fd00:1::3]:8080', changes: [] },
  { name: 'two-routers-between', topology: 'two-routers', changes: [] },
  { name: 'answers-by-another-way', topology: 'two-ways', changes: [] },
  {
    name: 'answers-by-another-way-checked-loosely',
    topology: 'two-ways',
    changes: [
      tune('server', { 'net.ipv4.conf.all.rp_filter': 2 }),
      tune('router', { 'net.ipv4.conf.all.rp_filter': 2 }),
    ],
  },
  plain(
    'reverse-path-checked-strictly-and-fine',
    tune('server', { 'net.ipv4.conf.all.rp_filter': 1 }),
    tune('router', { 'net.ipv4.conf.all.rp_filter': 1 }),
  ),
  plain('masqueraded', rules('router', masquerade)),
  { name: 'forwarded-port', target: FRONT, changes: [rules('router', dnat('10.0.2.2:8080'))] },
  {
    name: 'forwarded-to-another-port',
    target: FRONT,
    changes: [serve({ port: 80, behaviour: 'http' }), rules('router', dnat('10.0.2.2:80'))],
  },
  {
    name: 'hairpin-with-masquerade',
    topology: 'same-link',
    target: FRONT,
    changes: [rules('router', dnat('10.0.1.3:8080') + masquerade)],
  },
  {
    name: 'hairpin-that-the-bridge-hands-to-nat',
    topology: 'same-link',
    target: FRONT,
    changes: [
      tune('router', { 'net.bridge.bridge-nf-call-iptables': 1 }),
      rules('router', dnat('10.0.1.3:8080')),
    ],
  },
  {
    name: 'frames-lent-to-a-filter-that-accepts',
    ...SAME_LINK,
    changes: [
      tune('router', { 'net.bridge.bridge-nf-call-iptables': 1 }),
      filter('router', 'forward', 'ct state established,related accept\n    tcp dport 8080 accept', 'drop'),
    ],
  },
  {
    name: 'behind-a-relay',
    target: FRONT,
    changes: [
      {
        kind: 'serve',
        host: 'router',
        orders: [{ port: 8080, behaviour: 'relay', to: ['10.0.2.2', 8080] }],
      },
    ],
  },
  plain(
    'stateful-filters-everywhere',
    filter('client', 'input', 'iifname "lo" accept\n    ct state established,related accept', 'drop'),
    filter('router', 'forward', 'ct state established,related accept\n    tcp dport 8080 accept', 'drop'),
    filter('server', 'input', 'ct state established,related accept\n    tcp dport 8080 accept', 'drop'),
  ),
  plain('a-thousand-rules-against-other-ports', filter('server', 'input', manyRules(1000))),
  plain(
    'others-are-in-a-deny-list',
    filter('server', 'input', 'ip saddr { 10.0.1.3, 192.0.2.0/24 } tcp dport 8080 drop'),
  ),
  plain(
    'a-limit-that-is-far',
    filter(
      'server',
      'input',
      'tcp dport 8080 ct state new limit rate over 1000/second burst 1000 packets drop',
    ),
  ),
  plain(
    'fewer-connections-than-a-limit',
    busy(5),
    filter('server', 'input', 'tcp dport 8080 ct state new ct count over 500 reject'),
  ),
  plain('echo-is-dropped', filter('server', 'input', 'icmp type echo-request drop')),
  plain('all-errors-are-dropped-by-the-router', filter('router', 'output', 'meta l4proto icmp drop')),
  plain('marks-and-other-hop-limits', tune('server', { 'net.ipv4.ip_default_ttl': 255 })),
  plain('hop-limit-of-windows', tune('server', { 'net.ipv4.ip_default_ttl': 128 })),
  plain(
    'without-timestamps-and-windows',
    tune('client', {
      'net.ipv4.tcp_timestamps': 0,
      'net.ipv4.tcp_window_scaling': 0,
      'net.ipv4.tcp_sack': 0,
    }),
  ),
  plain('explicit-congestion-notification', tune('client', { 'net.ipv4.tcp_ecn': 1 })),
  plain('busy', busy(200)),
  plain('slow-program', serve({ port: 8080, behaviour: 'slow' })),
  plain('large-answer', serve({ port: 8080, behaviour: 'http', bytes: 500_000 })),
  plain(
    'two-siblings',
    serve(...[0, 1].map(() => ({ port: 8080, behaviour: 'http', reusePort: true }) as const)),
  ),
  plain('bound-to-its-address', serve({ port: 8080, address: '10.0.2.2', behaviour: 'http' })),
  plain('bound-to-the-right-device', serve({ port: 8080, device: 'eth0', behaviour: 'http' })),
  plain('waits-for-data-and-gets-it', serve({ port: 8080, behaviour: 'http', deferAccept: 30 })),
  plain(
    'cookies-against-a-flood',
    tune('server', { 'net.ipv4.tcp_syncookies': 1, 'net.ipv4.tcp_max_syn_backlog': 8 }),
    serve({ port: 8080, address: '0.0.0.0', behaviour: 'http', backlog: 16 }),
    flood(64),
  ),
  {
    name: 'full-of-connections-that-nobody-answered',
    changes: [filter('router', 'forward', 'ct state invalid counter'), fillUnanswered],
  },
  plain(
    'narrow-link-that-says-so',
    ip('router', ['link set wan mtu 1300'], ['link set wan mtu 1500']),
    ip('server', ['link set eth0 mtu 1300'], ['link set eth0 mtu 1500']),
  ),
  {
    name: 'narrow-link-of-ipv6-that-says-so',
    target: V6,
    changes: [
      ip('router', ['link set wan mtu 1280'], ['link set wan mtu 1500']),
      ip('server', ['link set eth0 mtu 1280'], ['link set eth0 mtu 1500']),
    ],
  },
  {
    name: 'one-in-twenty-is-lost',
    changes: [filter('router', 'forward', 'numgen random mod 20 < 1 drop')],
    mayBe: QUALITY,
  },
  {
    name: 'one-in-ten-is-lost-on-the-way-back',
    changes: [filter('router', 'forward', 'iifname "wan" numgen random mod 10 < 1 drop')],
    mayBe: QUALITY,
  },
  {
    name: 'slow-link',
    changes: [
      {
        kind: 'step',
        inject: async lab =>
          void (await lab.router.run(
            ...'tc qdisc add dev wan root tbf rate 256kbit burst 3000 latency 1s'.split(' '),
          )),
        undo: async () => {},
      },
    ],
    mayBe: QUALITY,
  },
  {
    name: 'name-of-both-families',
    target: 'db.test:8080',
    changes: [
      namingFiles({
        hosts: '127.0.0.1 localhost\nfd00:2::2 db.test\n10.0.2.2 db.test\n',
        'resolv.conf': '# nobody\n',
      }),
    ],
  },
  {
    name: 'name-from-a-resolver',
    target: 'db.test:8080',
    changes: [
      {
        kind: 'serve',
        host: 'router',
        orders: [{ port: 53, behaviour: 'dns', names: { 'db.test': '10.0.2.2' } }],
      },
      namingFiles({ hosts: '127.0.0.1 localhost\n', 'resolv.conf': 'nameserver 10.0.1.1\n' }),
    ],
  },
  {
    name: 'own-loopback',
    target: '127.0.0.1:8080',
    changes: [{ kind: 'serve', host: 'client', orders: [{ port: 8080, behaviour: 'http' }] }],
  },
  {
    name: 'own-address',
    target: '10.0.1.2:8080',
    changes: [{ kind: 'serve', host: 'client', orders: [{ port: 8080, behaviour: 'http' }] }],
  },
  {
    name: 'mail-server-that-speaks-first',
    target: '10.0.2.2:25',
    healthy: [{ port: 25, behaviour: 'banner' }],
    changes: [],
  },
  { name: 'ssh-server', target: '10.0.2.2:22', healthy: [{ port: 22, behaviour: 'ssh' }], changes: [] },
  {
    name: 'tls-that-is-right',
    target: 'https://server.test:8443',
    healthy: [{ port: 8443, behaviour: 'http', tls: { certificate: 'good' } }],
    changes: [namingFiles({ hosts: '127.0.0.1 localhost\n10.0.2.2 server.test\n' })],
  },
  {
    name: 'datagrams-that-come-back',
    target: '10.0.2.2:9000',
    protocol: 'udp',
    healthy: [{ port: 9000, behaviour: 'datagrams' }],
    changes: [],
  },
  {
    name: 'resolver-asked-by-udp',
    target: '10.0.2.2:53',
    protocol: 'udp',
    healthy: [{ port: 53, behaviour: 'dns' }],
    changes: [],
  },
  { name: 'source-is-given', source: '10.0.1.2', changes: [] },
  {
    name: 'second-address-as-source',
    source: '10.0.1.20',
    changes: [ip('client', ['address add 10.0.1.20/24 dev eth0'], [])],
  },
  plain(
    'routed-by-policy',
    ip(
      'client',
      [
        'rule add to 10.0.2.0/24 table 100 pref 100',
        'route add default via 10.0.1.1 table 100',
        'route del default',
      ],
      [],
    ),
  ),
  plain(
    'router-answers-for-the-other-side',
    ip('client', ['route replace 10.0.2.0/24 dev eth0 src 10.0.1.2'], []),
    tune('router', { 'net.ipv4.conf.lan.proxy_arp': 1 }),
  ),
  plain(
    'ipsec-of-somebody-else',
    ip('client', ['xfrm policy add src 10.0.1.2 dst 10.0.2.77 dir out action block'], []),
  ),
]
