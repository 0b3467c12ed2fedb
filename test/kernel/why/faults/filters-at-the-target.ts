/** A packet filter at the target. */

import { AF_INET, SOCK_STREAM } from '../../stage/libc.ts'
import { ipAddress } from '../../stage/socket-address.ts'
import { FORBIDDEN_THERE, HOST_SILENT, PORT_SILENT, REFUSED_ALIKE } from '../classes.ts'
import { among, at, chainOf, type Fault, filter, rules } from '../fault.ts'
import { beginConnect, closeSocket, openSocket } from '../lab/calls.ts'

const hung = { plain: { connect: 'silence' }, client: among(PORT_SILENT), culprit: 'filter-drop' } as const
const RAW = -300
/** Some connections stand, others don't. */
const LIMITED = ['filter-drop', 'way-drops', 'accept-queue-full', 'syn-queue-full'] as const

export const FILTERS_AT_THE_TARGET: readonly Fault[] = [
  {
    name: 'new-connections-are-limited',
    changes: [
      filter('server', 'input', 'tcp dport 8080 ct state new limit rate over 3/second burst 2 packets drop'),
    ],
    try: { says: 'GET / HTTP/1.1\r\nHost: server\r\n\r\n' },
    // Who comes alone notices nothing.
    plain: { connect: 'connected', next: 'HTTP/1.1 200 OK' },
    culprit: 'filter-drop',
    // What is dropped of many connections in a row is no loss of the way.
    client: { verdict: ['reachable', 'degraded'], oneOf: LIMITED },
    withTarget: { verdict: ['reachable', 'degraded'], oneOf: ['filter-drop'] },
  },
  {
    name: 'target-input-drops',
    changes: [filter('server', 'input', 'tcp dport 8080 drop')],
    ...hung,
    withTarget: at('filter-drop', 'server', 'input'),
    sim: true,
  },
  {
    name: 'target-input-resets',
    changes: [filter('server', 'input', 'tcp dport 8080 reject with tcp reset')],
    plain: { connect: 'ECONNREFUSED', time: 'quick' },
    culprit: 'filter-reject',
    client: among(REFUSED_ALIKE),
    withTarget: at('filter-reject', 'server', 'input'),
    sim: true,
  },
  {
    name: 'target-input-rejects-port-unreachable',
    changes: [filter('server', 'input', 'tcp dport 8080 reject')],
    plain: { connect: 'ECONNREFUSED', time: 'quick' },
    culprit: 'filter-reject',
    // Linux answers a closed port with a reset, never with this.
    client: { verdict: 'unreachable', first: 'filter-reject' },
    withTarget: at('filter-reject', 'server', 'input'),
    unprivileged: among([...REFUSED_ALIKE, 'nat-backend-closed']),
    sim: true,
  },
  {
    name: 'target-input-rejects-admin-prohibited',
    changes: [filter('server', 'input', 'tcp dport 8080 reject with icmp type admin-prohibited')],
    plain: { connect: 'EHOSTUNREACH', time: 'quick' },
    culprit: 'filter-reject',
    client: among([...FORBIDDEN_THERE, 'nat-backend-closed']),
    withTarget: at('filter-reject', 'server', 'input'),
    sim: true,
  },
  {
    name: 'target-raw-prerouting-drops',
    changes: [filter('server', 'prerouting', 'tcp dport 8080 drop', 'accept', RAW)],
    ...hung,
    withTarget: at('filter-drop', 'server', 'prerouting'),
    sim: true,
  },
  {
    name: 'target-ingress-drops',
    changes: [
      rules(
        'server',
        chainOf('netdev', 'type filter hook ingress device "eth0" priority 0', 'tcp dport 8080 drop'),
      ),
    ],
    ...hung,
    withTarget: at('filter-drop', 'server', 'ingress'),
    sim: true,
  },
  {
    name: 'target-output-drops-syn-ack',
    changes: [filter('server', 'output', 'tcp sport 8080 drop')],
    ...hung,
    withTarget: at('filter-drop', 'server', 'output'),
    sim: true,
  },
  {
    name: 'client-is-in-a-deny-list',
    changes: [
      rules(
        'server',
        `table inet fault {
  set banned { type ipv4_addr; flags timeout; elements = { 10.0.1.2 timeout 1h } }
  chain at { type filter hook input priority 0; ip saddr @banned tcp dport 8080 drop; }
}`,
      ),
    ],
    ...hung,
    withTarget: at('filter-drop', 'server', 'input'),
    sim: true,
  },
  {
    name: 'more-connections-than-a-limit',
    changes: [
      filter('server', 'input', 'tcp dport 8080 ct state new ct count over 2 reject with tcp reset'),
      {
        kind: 'step',
        inject: async lab => {
          for (let i = 0; i < 2; i++) {
            const fd = lab.client.inside(() => {
              const one = openSocket(AF_INET, SOCK_STREAM)
              beginConnect(one, ipAddress('10.0.2.2', 8080))
              return one
            })
            lab.later(() => closeSocket(fd))
          }
        },
        undo: async () => {},
      },
    ],
    plain: { connect: 'ECONNREFUSED', time: 'quick' },
    culprit: 'filter-reject',
    client: among(REFUSED_ALIKE),
    withTarget: at('filter-reject', 'server', 'input'),
  },
  {
    name: 'target-drops-by-policy',
    changes: [filter('server', 'input', 'iifname "lo" accept', 'drop')],
    plain: { connect: 'silence' },
    client: among(HOST_SILENT),
    culprit: 'filter-drop',
    withTarget: at('filter-drop', 'server', 'input'),
    sim: true,
  },
  {
    name: 'target-drops-ipv6-only-by-mistake',
    target: '[fd00:2::2]:8080',
    // Whoever drops all of ICMPv6 drops neighbour discovery: nobody hears where the server is.
    changes: [filter('server', 'input', 'meta l4proto ipv6-icmp drop')],
    plain: { connect: 'EHOSTUNREACH', time: 'seconds' },
    culprit: 'neighbour-silent',
    client: among(['neighbour-silent', 'host-down', 'router-refuses', 'nat-backend-silent']),
    withTarget: { verdict: 'unreachable', first: ['filter-drop', 'neighbour-silent'] },
    sim: true,
  },
]
