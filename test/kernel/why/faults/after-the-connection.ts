/** The connection stands, and then something is lost. */
import { checkChecksums } from '../../stage/libc.ts'
import { LOST_AFTERWARDS, PORT_SILENT } from '../classes.ts'
import { among, at, type Change, chainOf, type Fault, filter, ip, rules, serve, tune } from '../fault.ts'

const REQUEST = 'GET / HTTP/1.1\r\nHost: server\r\n\r\n'
/** Larger than what goes through the narrow link in one piece. */
const LARGE = `GET / HTTP/1.1\r\nCookie: ${'c'.repeat(4000)}\r\n\r\n`
const stuck = { plain: { connect: 'connected', next: 'silence' } } as const

/** Nobody is told that packets are too large. */
const quietRouter = filter(
  'router',
  'output',
  'icmp type destination-unreachable drop; icmpv6 type packet-too-big drop',
)
/** Addresses of IPv6 go with an MTU below 1280 (RFC 8200 section 5), and come back. */
const narrow = (device: string, own: string, mtu: number): Change =>
  ip(
    'router',
    [`link set ${device} mtu ${mtu}`],
    [`link set ${device} mtu 1500`, `address replace ${own}/64 dev ${device} nodad`],
  )

export const AFTER_THE_CONNECTION: readonly Fault[] = [
  {
    name: 'router-drops-data',
    changes: [filter('router', 'forward', 'tcp dport 8080 tcp flags & psh == psh drop')],
    try: { says: REQUEST },
    ...stuck,
    culprit: 'data-lost',
    client: among(LOST_AFTERWARDS),
    withTarget: among(LOST_AFTERWARDS),
    withRouter: { verdict: 'unreachable', first: ['filter-drop', 'data-lost'] },
    sim: true,
  },
  {
    name: 'large-packets-vanish-on-the-way-there',
    changes: [narrow('wan', 'fd00:2::1', 600), quietRouter],
    try: { says: LARGE },
    ...stuck,
    culprit: 'mtu-black-hole',
    client: { verdict: ['degraded', 'unreachable'], first: 'mtu-black-hole' },
    withRouter: { verdict: ['degraded', 'unreachable'], first: 'mtu-black-hole', host: 'router' },
    sim: true,
  },
  {
    name: 'large-packets-vanish-on-the-way-back',
    changes: [
      serve({ port: 8080, behaviour: 'http', bytes: 20_000 }),
      narrow('lan', 'fd00:1::1', 600),
      quietRouter,
    ],
    try: { says: REQUEST },
    ...stuck,
    culprit: 'mtu-black-hole',
    client: among(['mtu-black-hole', 'silent', 'data-lost', 'way-drops']),
    withTarget: { verdict: 'unreachable', first: 'mtu-black-hole' },
    withRouter: { verdict: 'unreachable', first: 'mtu-black-hole', host: 'router' },
    sim: true,
  },
  {
    name: 'large-packets-vanish-and-the-client-feels-its-way',
    changes: [
      tune('client', { 'net.ipv4.tcp_mtu_probing': 1 }),
      narrow('wan', 'fd00:2::1', 600),
      quietRouter,
    ],
    try: { says: LARGE },
    ...stuck,
    culprit: 'mtu-black-hole',
    client: { verdict: ['degraded', 'unreachable'], first: 'mtu-black-hole' },
  },
  {
    name: 'large-packets-of-ipv6-vanish',
    target: '[fd00:2::2]:8080',
    changes: [narrow('wan', 'fd00:2::1', 1280), quietRouter],
    try: { says: LARGE },
    ...stuck,
    culprit: 'mtu-black-hole',
    client: { verdict: ['degraded', 'unreachable'], first: 'mtu-black-hole' },
    withRouter: { verdict: ['degraded', 'unreachable'], first: 'mtu-black-hole', host: 'router' },
    sim: true,
  },
  {
    name: 'checksums-are-damaged-on-the-way',
    changes: [
      {
        kind: 'step',
        // Between namespaces nobody looks at checksums otherwise.
        inject: async ({ client, router, server }) => {
          client.inside(() => checkChecksums('eth0'))
          router.inside(() => ['lan', 'wan'].forEach(checkChecksums))
          server.inside(() => checkChecksums('eth0'))
        },
        undo: async () => {},
      },
      rules(
        'router',
        chainOf('ip', 'type filter hook forward priority 0', 'tcp dport 8080 tcp checksum set 0x1234'),
      ),
    ],
    plain: { connect: 'silence' },
    culprit: 'checksum-damage',
    client: among(PORT_SILENT),
    withTarget: at('checksum-damage', 'server'),
  },
  {
    name: 'three-in-ten-are-lost',
    changes: [filter('router', 'forward', 'numgen random mod 10 < 3 drop')],
    try: { says: REQUEST },
    plain: { connect: ['connected', 'silence'] },
    culprit: 'loss',
    client: {
      verdict: ['degraded', 'reachable', 'unreachable'],
      oneOf: ['loss', 'slow', ...LOST_AFTERWARDS, 'silent'],
    },
    sim: true,
  },
]
