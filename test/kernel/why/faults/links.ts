/** Neighbours that don't answer, links that are cut, and frames that a bridge judges. */
import { HOST_SILENT, LOST_BEFORE_TARGET, NEIGHBOUR_SILENT, REFUSED_ALIKE } from '../classes.ts'
import { among, at, chainOf, type Fault, filter, ip, rules, tune } from '../fault.ts'

const SAME_LINK = { topology: 'same-link', target: '10.0.1.3:8080' } as const
const unresolved = { plain: { connect: 'EHOSTUNREACH', time: 'seconds' } } as const
/** Locally administered (IEEE 802). */
const OTHER = '02:00:00:00:00:77'
const NO_ARP = chainOf('arp', 'type filter hook input priority 0', 'drop')

export const LINKS: readonly Fault[] = [
  {
    name: 'target-hears-no-arp',
    ...SAME_LINK,
    changes: [rules('server', NO_ARP)],
    ...unresolved,
    culprit: 'neighbour-silent',
    client: among(NEIGHBOUR_SILENT),
    withTarget: { verdict: 'unreachable', first: ['neighbour-silent', 'filter-drop'] },
    sim: true,
  },
  {
    name: 'target-hears-no-neighbour-discovery',
    topology: 'same-link',
    target: '[fd00:1::3]:8080',
    changes: [filter('server', 'input', 'meta l4proto ipv6-icmp drop')],
    ...unresolved,
    culprit: 'neighbour-silent',
    client: among(NEIGHBOUR_SILENT),
    withTarget: { verdict: 'unreachable', first: ['neighbour-silent', 'filter-drop'] },
    sim: true,
  },
  {
    name: 'policy-of-the-target-drops-neighbour-discovery',
    topology: 'same-link',
    target: '[fd00:1::3]:8080',
    changes: [filter('server', 'input', 'iifname "lo" accept\n    tcp dport 8080 accept', 'drop')],
    ...unresolved,
    culprit: 'neighbour-silent',
    client: among(NEIGHBOUR_SILENT),
    withTarget: {
      verdict: 'unreachable',
      first: ['neighbour-silent', 'filter-drop'],
      beside: ['filter-drop'],
    },
  },
  {
    name: 'another-host-has-the-address-too',
    topology: 'same-address',
    changes: [
      ip('other', [`link set eth0 address ${OTHER}`], []),
      // Who was asked last is chance: here the other one was.
      ip('client', [`neigh replace 10.0.1.3 lladdr ${OTHER} dev eth0 nud reachable`], ['neigh flush all']),
      ip('other', ['neigh flush all'], ['link set eth0 down']),
    ],
    plain: { connect: 'ECONNREFUSED', time: 'quick' },
    culprit: 'address-conflict',
    client: among(REFUSED_ALIKE),
    unprivileged: among([...REFUSED_ALIKE, 'nearer-box', 'nat-backend-closed']),
    withTarget: at('address-conflict', 'client', 'neighbour'),
  },
  {
    name: 'own-prefix-is-too-short',
    // Everything of 10.0/16 seems to be on the link: the kernel makes that route.
    changes: [ip('client', ['address add 10.0.1.2/16 dev eth0'], ['address del 10.0.1.2/16 dev eth0'])],
    ...unresolved,
    culprit: 'neighbour-silent',
    client: among(NEIGHBOUR_SILENT),
    withTarget: at('neighbour-silent', 'client', 'neighbour'),
  },
  {
    name: 'prefix-of-the-target-is-too-short',
    changes: [ip('server', ['address add 10.0.2.2/16 dev eth0'], ['address del 10.0.2.2/16 dev eth0'])],
    plain: { connect: 'silence' },
    culprit: 'no-return-route',
    client: among(HOST_SILENT),
    withTarget: at('no-return-route', 'server', 'neighbour'),
  },
  {
    name: 'nobody-has-the-address',
    ...SAME_LINK,
    target: '10.0.1.99:8080',
    mended: { target: SAME_LINK.target },
    changes: [],
    ...unresolved,
    culprit: 'neighbour-silent',
    client: among(NEIGHBOUR_SILENT),
    sim: true,
  },
  {
    name: 'nobody-has-the-address-of-ipv6',
    topology: 'same-link',
    target: '[fd00:1::99]:8080',
    mended: { target: '[fd00:1::3]:8080' },
    changes: [],
    ...unresolved,
    culprit: 'neighbour-silent',
    client: among(NEIGHBOUR_SILENT),
    sim: true,
  },
  {
    name: 'gateway-hears-no-arp',
    changes: [rules('router', NO_ARP)],
    ...unresolved,
    culprit: 'gateway-silent',
    client: at('gateway-silent', 'client'),
    withRouter: { verdict: 'unreachable', first: ['gateway-silent', 'filter-drop'] },
    sim: true,
  },
  {
    name: 'wrong-neighbour-of-the-gateway',
    changes: [
      ip(
        'client',
        ['neigh replace 10.0.1.1 lladdr 02:00:00:00:00:99 dev eth0 nud permanent'],
        ['neigh del 10.0.1.1 dev eth0'],
      ),
    ],
    plain: { connect: 'silence' },
    culprit: 'neighbour-wrong',
    client: among(HOST_SILENT),
    withRouter: at('neighbour-wrong', 'client'),
    sim: true,
  },
  {
    name: 'wrong-neighbour-on-the-link',
    ...SAME_LINK,
    changes: [
      ip(
        'client',
        ['neigh replace 10.0.1.3 lladdr 02:00:00:00:00:99 dev eth0 nud permanent'],
        ['neigh del 10.0.1.3 dev eth0'],
      ),
    ],
    plain: { connect: 'silence' },
    culprit: 'neighbour-wrong',
    client: among(HOST_SILENT),
    withTarget: at('neighbour-wrong', 'client'),
    sim: true,
  },
  {
    name: 'wrong-neighbour-at-the-target',
    changes: [
      ip(
        'server',
        ['neigh replace 10.0.2.1 lladdr 02:00:00:00:00:99 dev eth0 nud permanent'],
        ['neigh del 10.0.2.1 dev eth0'],
      ),
    ],
    plain: { connect: 'silence' },
    culprit: 'neighbour-wrong',
    client: among(HOST_SILENT),
    withTarget: among(['neighbour-wrong', 'way-drops', 'filter-drop']),
    withRouter: at('neighbour-wrong', 'server'),
    sim: true,
  },
  {
    name: 'bridge-lends-frames-to-a-filter-that-drops',
    ...SAME_LINK,
    changes: [
      tune('router', { 'net.bridge.bridge-nf-call-iptables': 1 }),
      filter('router', 'forward', 'tcp dport 8080 drop'),
    ],
    plain: { connect: 'silence' },
    culprit: 'filter-drop',
    client: among(HOST_SILENT),
    withTarget: among(LOST_BEFORE_TARGET),
    withRouter: at('filter-drop', 'router', 'forward'),
  },
  {
    name: 'bridge-filter-drops',
    ...SAME_LINK,
    changes: [
      rules(
        'router',
        chainOf('bridge', 'type filter hook forward priority 0', 'ip protocol tcp tcp dport 8080 drop'),
      ),
    ],
    plain: { connect: 'silence' },
    culprit: 'filter-drop',
    client: among(HOST_SILENT),
    withTarget: among(LOST_BEFORE_TARGET),
    withRouter: at('filter-drop', 'router'),
  },
  {
    name: 'bridge-ports-are-kept-apart',
    ...SAME_LINK,
    changes: [
      ip(
        'router',
        ['link set port1 type bridge_slave isolated on', 'link set port2 type bridge_slave isolated on'],
        ['link set port1 type bridge_slave isolated off', 'link set port2 type bridge_slave isolated off'],
      ),
    ],
    ...unresolved,
    culprit: 'neighbour-silent',
    client: among(NEIGHBOUR_SILENT),
  },
  {
    name: 'parent-of-a-macvlan-to-its-child',
    ...SAME_LINK,
    target: '10.0.1.50:8080',
    mended: { target: SAME_LINK.target },
    // The kernel never hands a frame from the parent to a child, though both have addresses of the same link.
    changes: [
      {
        kind: 'step',
        inject: async lab => {
          const { client, server } = lab
          await client.ip(`link add child link eth0 netns ${server.pid} type macvlan mode bridge`)
          await server.ip('address add 10.0.1.50/32 dev child', 'link set child up')
          server.tune({ 'net.ipv4.conf.all.arp_ignore': 1 })
        },
        undo: async lab => void (await lab.server.ip('link del child')),
      },
    ],
    ...unresolved,
    culprit: 'neighbour-silent',
    client: among(NEIGHBOUR_SILENT),
  },
  {
    name: 'cable-is-out',
    changes: [ip('router', ['link set lan down'], ['link set lan up'])],
    plain: { connect: 'EHOSTUNREACH', time: 'seconds' },
    culprit: 'no-carrier',
    // Its own end being down, the router has no way back, either.
    client: { ...at('no-carrier', 'client'), beside: ['no-return-route'] },
    sim: true,
  },
  {
    name: 'queue-drops-all-that-leaves',
    changes: [
      {
        kind: 'step',
        // A bucket that no frame fits into.
        inject: async lab =>
          void (await lab.client.run(
            ...'tc qdisc add dev eth0 root tbf rate 8bit burst 1 limit 1'.split(' '),
          )),
        undo: async lab => void (await lab.client.run(...'tc qdisc del dev eth0 root'.split(' '))),
      },
    ],
    ...unresolved,
    culprit: 'egress-drop',
    client: { verdict: 'unreachable', first: ['egress-drop'] },
    unprivileged: among(['egress-drop', 'gateway-silent']),
  },
]
