/** The answer is lost: the target has no way back, or somebody wants another one. */
import { HOST_SILENT } from '../classes.ts'
import { among, at, type Fault, filter, ip, tune } from '../fault.ts'

export const ON_THE_WAY_BACK: readonly Fault[] = [
  {
    name: 'target-has-no-way-back',
    changes: [ip('server', ['route del default'], ['route add default via 10.0.2.1'])],
    plain: { connect: 'silence' },
    culprit: 'no-return-route',
    // The router says that time ran out there, and nobody behind it is heard: not one port of the target, but all.
    client: { ...among(HOST_SILENT), first: 'filter-drop', host: 'on the way' },
    withTarget: at('no-return-route', 'server'),
    sim: true,
  },
  {
    name: 'target-throws-answers-away',
    changes: [ip('server', ['route add blackhole 10.0.1.0/24'], ['route del blackhole 10.0.1.0/24'])],
    plain: { connect: 'silence' },
    culprit: 'no-return-route',
    client: among(HOST_SILENT),
    withTarget: { verdict: 'unreachable', first: ['no-return-route', 'route-blackhole'], host: 'server' },
    sim: true,
  },
  {
    name: 'target-wants-the-way-it-would-take',
    topology: 'two-ways',
    changes: [tune('server', { 'net.ipv4.conf.all.rp_filter': 1 })],
    plain: { connect: 'silence' },
    culprit: 'reverse-path',
    client: among(HOST_SILENT),
    withTarget: at('reverse-path', 'server'),
    sim: true,
  },
  {
    name: 'router-wants-the-way-it-would-take',
    topology: 'two-ways',
    // Answers come back by a link that the router would not send to the server by.
    changes: [
      tune('router', { 'net.ipv4.conf.back.rp_filter': 1 }),
      // Asks for the router from its address on that link: a router so strict doesn't hear other questions (arp_process).
      tune('server', { 'net.ipv4.conf.eth1.arp_announce': 1 }),
    ],
    plain: { connect: 'silence' },
    culprit: 'reverse-path',
    client: among(HOST_SILENT),
    withTarget: among(['way-drops', 'filter-drop', 'reverse-path']),
    withRouter: at('reverse-path', 'router'),
    sim: true,
  },
  {
    name: 'router-hears-no-arp-by-the-way-it-would-not-take',
    topology: 'two-ways',
    changes: [
      tune('router', { 'net.ipv4.conf.back.rp_filter': 1 }),
      // The question for the router comes from the address of the answer that waits (arp_solicit).
      tune('server', { 'net.ipv4.conf.eth1.arp_announce': 0 }),
      ip('server', ['neigh flush dev eth1'], []),
    ],
    plain: { connect: 'silence' },
    culprit: 'reverse-path',
    client: among(HOST_SILENT),
    withTarget: at('gateway-silent', 'server', 'neighbour'),
    withRouter: {
      verdict: 'unreachable',
      first: ['reverse-path', 'gateway-silent'],
      beside: ['reverse-path', 'gateway-silent'],
    },
  },
  {
    name: 'router-drops-answers-that-come-another-way',
    topology: 'two-ways',
    changes: [filter('router', 'forward', 'iifname "back" tcp sport 8080 drop')],
    plain: { connect: 'silence' },
    culprit: 'filter-drop',
    client: among(HOST_SILENT),
    withTarget: among(['way-drops', 'filter-drop']),
    withRouter: at('filter-drop', 'router', 'forward'),
    sim: true,
  },
]
