/** The client's own host says no, or sends nothing. */

import { AF_INET, SOCK_STREAM } from '../../stage/libc.ts'
import { ipAddress } from '../../stage/socket-address.ts'
import { at, type Code, type Fault, filter, ip, named, tune } from '../fault.ts'
import { beginConnect, bindTo, closeSocket, openSocket } from '../lab/calls.ts'

const atOnce = (connect: string) => ({ plain: { connect, time: 'at once' } }) as const
const proven = (culprit: Code, stage?: string) => ({ culprit, client: at(culprit, 'client', stage) }) as const
const DEFAULT = 'route add default via 10.0.1.1'
/** A rule for one route, which is taken back by `del`. */
const special = (words: string) => ip('client', [`route add ${words}`], [`route del ${words}`])

/** The target is to blame: nothing is mended but the question. */
const asked = (name: string, target: string, connect: string, culprit: Code): Fault => ({
  name,
  target,
  mended: {},
  changes: [],
  ...atOnce(connect),
  culprit,
  client: named(culprit),
  sim: true,
})

export const HERE: readonly Fault[] = [
  {
    name: 'port-zero',
    target: '10.0.2.2:0',
    mended: {},
    changes: [],
    plain: { connect: 'ECONNREFUSED', time: 'quick' },
    culprit: 'port-zero',
    client: named('port-zero'),
    sim: true,
  },
  asked('limited-broadcast', '255.255.255.255:8080', 'ENETUNREACH', 'target-not-unicast'),
  asked('broadcast-of-a-link', '10.0.1.255:8080', 'ENETUNREACH', 'target-not-unicast'),
  asked('multicast', '224.0.0.5:8080', 'ENETUNREACH', 'target-not-unicast'),
  asked('link-local-without-zone', '[fe80::1]:8080', 'EINVAL', 'zone-missing'),
  {
    name: 'own-interface-down',
    changes: [
      // A route goes with its interface.
      ip('client', ['link set eth0 down'], ['link set eth0 up', DEFAULT]),
    ],
    ...atOnce('ENETUNREACH'),
    ...proven('interface-down'),
    sim: true,
  },
  {
    name: 'no-default-route',
    changes: [ip('client', ['route del default'], [DEFAULT])],
    ...atOnce('ENETUNREACH'),
    ...proven('no-route'),
    sim: true,
  },
  {
    name: 'own-unreachable-route',
    changes: [special('unreachable 10.0.2.0/24')],
    ...atOnce('EHOSTUNREACH'),
    ...proven('route-unreachable'),
    sim: true,
  },
  {
    name: 'own-prohibit-route',
    changes: [special('prohibit 10.0.2.0/24')],
    ...atOnce('EACCES'),
    ...proven('route-prohibit'),
    sim: true,
  },
  {
    name: 'own-blackhole-route',
    changes: [special('blackhole 10.0.2.0/24')],
    ...atOnce('EINVAL'),
    ...proven('route-blackhole'),
    sim: true,
  },
  {
    name: 'own-throw-route',
    changes: [special('throw 10.0.2.0/24')],
    ...atOnce('ENETUNREACH'),
    ...proven('no-route'),
    sim: true,
  },
  {
    name: 'own-rule-prohibits',
    changes: [ip('client', ['rule add to 10.0.2.0/24 prohibit pref 100'], ['rule del pref 100'])],
    ...atOnce('EACCES'),
    ...proven('route-prohibit'),
    sim: true,
  },
  {
    name: 'own-output-drops',
    changes: [filter('client', 'output', 'tcp dport 8080 drop')],
    plain: { connect: 'silence' },
    ...proven('filter-drop', 'output'),
    sim: true,
  },
  {
    name: 'own-output-resets',
    changes: [filter('client', 'output', 'tcp dport 8080 reject with tcp reset')],
    plain: { connect: 'ECONNREFUSED', time: 'quick' },
    ...proven('filter-reject', 'output'),
    sim: true,
  },
  {
    name: 'own-output-rejects-port-unreachable',
    changes: [filter('client', 'output', 'tcp dport 8080 reject')],
    plain: { connect: 'ECONNREFUSED', time: 'quick' },
    ...proven('filter-reject', 'output'),
    sim: true,
  },
  {
    name: 'own-output-rejects-host-unreachable',
    changes: [filter('client', 'output', 'tcp dport 8080 reject with icmp type host-unreachable')],
    plain: { connect: 'EHOSTUNREACH', time: 'quick' },
    ...proven('filter-reject', 'output'),
    sim: true,
  },
  {
    name: 'own-output-rejects-admin-prohibited',
    changes: [filter('client', 'output', 'tcp dport 8080 reject with icmp type admin-prohibited')],
    plain: { connect: 'EHOSTUNREACH', time: 'quick' },
    ...proven('filter-reject', 'output'),
    sim: true,
  },
  {
    name: 'own-postrouting-drops',
    changes: [filter('client', 'postrouting', 'tcp dport 8080 drop')],
    plain: { connect: 'silence' },
    ...proven('filter-drop', 'postrouting'),
    sim: true,
  },
  {
    name: 'own-input-drops-syn-ack',
    changes: [filter('client', 'input', 'tcp sport 8080 drop')],
    plain: { connect: 'silence' },
    ...proven('filter-drop', 'input'),
    sim: true,
  },
  {
    name: 'own-input-drops-by-policy',
    changes: [filter('client', 'input', 'iifname "lo" accept', 'drop')],
    plain: { connect: 'silence' },
    ...proven('filter-drop', 'input'),
    sim: true,
  },
  {
    name: 'no-port-is-left',
    changes: [
      tune('client', { 'net.ipv4.ip_local_port_range': '40000 40003' }),
      {
        kind: 'step',
        // Bound without SO_REUSEADDR, so that connect(2) can't share them, either.
        inject: async lab => {
          for (let port = 40_000; port <= 40_003; port++) {
            const fd = lab.client.inside(() => {
              const one = openSocket(AF_INET, SOCK_STREAM)
              bindTo(one, ipAddress('0.0.0.0', port))
              beginConnect(one, ipAddress('10.0.2.2', 8080))
              return one
            })
            lab.later(() => closeSocket(fd))
          }
        },
        undo: async () => {},
        alike: { is: 'connected', address: '10.0.2.2', port: 8080, times: 4, sourcePort: 40_000 },
      },
    ],
    ...atOnce('EADDRNOTAVAIL'),
    ...proven('ephemeral-exhausted'),
    sim: true,
  },
  {
    name: 'source-is-not-ours',
    source: '192.0.2.9',
    mended: { source: '10.0.1.2' },
    changes: [],
    ...atOnce('EADDRNOTAVAIL'),
    ...proven('source-not-ours'),
    sim: true,
  },
  {
    name: 'ipv6-is-off',
    target: '[fd00:2::2]:8080',
    changes: [
      tune('client', { 'net.ipv6.conf.all.disable_ipv6': 1 }),
      {
        kind: 'step',
        inject: async () => {},
        // Addresses went with it.
        undo: async lab => {
          lab.client.tune({ 'net.ipv6.conf.all.disable_ipv6': 0 })
          await lab.client.ip('address add fd00:1::2/64 dev eth0 nodad', 'route replace ::/0 via fd00:1::1')
        },
        alike: { is: 'nothing' },
      },
    ],
    ...atOnce('EADDRNOTAVAIL'),
    ...proven('ipv6-disabled'),
    sim: true,
  },
  {
    name: 'only-a-link-local-address',
    target: '[fd00:2::2]:8080',
    // Its route stays. Routers refuse what comes from such an address (RFC 4007 section 9).
    changes: [
      ip(
        'client',
        ['address del fd00:1::2/64 dev eth0'],
        ['address add fd00:1::2/64 dev eth0 nodad', 'route replace ::/0 via fd00:1::1'],
      ),
    ],
    plain: { connect: 'EHOSTUNREACH', time: 'quick' },
    culprit: 'no-address',
    client: { verdict: 'unreachable', first: 'no-address', oneOf: ['no-address', 'filter-reject'] },
  },
  {
    name: 'ipsec-forbids',
    changes: [
      ip(
        'client',
        ['xfrm policy add src 10.0.1.2 dst 10.0.2.2 dir out action block'],
        ['xfrm policy deleteall'],
      ),
    ],
    ...atOnce('EPERM'),
    ...proven('ipsec-policy'),
  },
  {
    name: 'ipsec-wants-a-state-that-is-not-there',
    changes: [
      ip(
        'client',
        [
          'xfrm policy add src 10.0.1.2 dst 10.0.2.2 dir out tmpl src 10.0.1.2 dst 10.0.2.2 proto esp mode transport',
        ],
        ['xfrm policy deleteall', 'xfrm state deleteall'],
      ),
    ],
    plain: { connect: 'silence' },
    ...proven('ipsec-no-state'),
  },
]
