/** A name that leads nowhere, or elsewhere. */
import { PORT_SILENT, REFUSED_ALIKE } from '../classes.ts'
import { among, at, type Change, type Fault, filter, ip, serve } from '../fault.ts'
import { namingFiles } from '../lab/naming-files.ts'
import type { Order } from '../lab/order.ts'

const DNS = { port: 53, behaviour: 'dns' } as const
const RIGHT = '10.0.2.2'
const WRONG = '10.0.2.99'

/** Resolvers that are asked one after another, for a second each. */
const resolvers = (...addresses: readonly string[]): string =>
  `${addresses.map(one => `nameserver ${one}\n`).join('')}options timeout:1 attempts:1\n`

const resolving = (names: Readonly<Record<string, string>>): Change => ({
  kind: 'serve',
  host: 'router',
  orders: [{ ...DNS, names }],
})
const HOSTS = '127.0.0.1 localhost\n::1 localhost\n'
const WEB: Order = { port: 8080, behaviour: 'http' }
const BOTH_FAMILIES = namingFiles({
  hosts: `${HOSTS}fd00:2::2 db.test\n${RIGHT} db.test\n`,
  'resolv.conf': resolvers('10.0.1.1'),
})
const good = { mended: { target: '10.0.2.2:8080' } } as const

export const NAMES: readonly Fault[] = [
  {
    name: 'name-that-nobody-knows',
    target: 'nosuch.test:8080',
    changes: [resolving({}), namingFiles({ hosts: HOSTS, 'resolv.conf': resolvers('10.0.1.1') })],
    ...good,
    plain: { connect: 'ENOTFOUND' },
    culprit: 'name-unknown',
    client: { verdict: ['unreachable', 'unknown'], first: 'name-unknown' },
    sim: true,
  },
  {
    name: 'resolver-says-nothing',
    target: 'db.test:8080',
    changes: [
      resolving({ 'db.test': 'silent' }),
      namingFiles({ hosts: HOSTS, 'resolv.conf': resolvers('10.0.1.1') }),
    ],
    ...good,
    plain: { connect: 'EAI_AGAIN' },
    culprit: 'resolver-silent',
    client: { verdict: ['unreachable', 'unknown'], first: 'resolver-silent' },
    sim: true,
  },
  {
    name: 'no-resolver-at-that-address',
    target: 'db.test:8080',
    changes: [namingFiles({ hosts: HOSTS, 'resolv.conf': resolvers('10.0.1.1') })],
    ...good,
    plain: { connect: 'EAI_AGAIN' },
    culprit: 'resolver-silent',
    client: { verdict: ['unreachable', 'unknown'], first: 'resolver-silent' },
    sim: true,
  },
  {
    name: 'resolver-gives-an-old-address',
    target: 'db.test:8080',
    changes: [
      resolving({ 'db.test': WRONG }),
      serve(WEB, { ...DNS, address: RIGHT, names: { 'db.test': RIGHT } }),
      namingFiles({ hosts: HOSTS, 'resolv.conf': resolvers('10.0.1.1', RIGHT) }),
    ],
    ...good,
    plain: { connect: 'EHOSTUNREACH' },
    culprit: 'resolver-differs',
    client: among(['resolver-differs', 'host-down', 'neighbour-silent', 'nat-backend-silent']),
    sim: true,
  },
  {
    name: 'hosts-file-gives-an-old-address',
    target: 'db.test:8080',
    changes: [
      resolving({ 'db.test': RIGHT }),
      namingFiles({ hosts: `${HOSTS}${WRONG} db.test\n`, 'resolv.conf': resolvers('10.0.1.1') }),
    ],
    ...good,
    plain: { connect: 'EHOSTUNREACH' },
    culprit: 'resolver-differs',
    client: among(['resolver-differs', 'host-down', 'neighbour-silent', 'nat-backend-silent']),
    sim: true,
  },
  {
    name: 'first-resolver-is-silent',
    target: 'db.test:8080',
    changes: [
      resolving({ 'db.test': 'silent' }),
      serve(WEB, { ...DNS, address: RIGHT, names: { 'db.test': RIGHT } }),
      namingFiles({ hosts: HOSTS, 'resolv.conf': resolvers('10.0.1.1', RIGHT) }),
    ],
    ...good,
    plain: { connect: 'connected' },
    culprit: 'resolver-slow',
    client: { verdict: 'degraded', first: ['resolver-slow', 'resolver-silent'] },
    sim: true,
  },
  {
    name: 'localhost-of-the-other-family',
    target: 'localhost:8080',
    changes: [
      { kind: 'serve', host: 'client', orders: [{ port: 8080, address: '127.0.0.1', behaviour: 'http' }] },
      namingFiles({ hosts: '::1 localhost\n127.0.0.1 localhost\n', 'resolv.conf': resolvers('10.0.1.1') }),
    ],
    ...good,
    plain: { connect: 'ECONNREFUSED' },
    culprit: 'localhost-family',
    // Who looks at this host's own sockets sees why ::1 refuses.
    client: {
      verdict: ['degraded', 'unreachable'],
      first: 'localhost-family',
      beside: ['listener-other-family'],
    },
    sim: true,
  },
  {
    name: 'one-family-of-a-name-is-broken',
    target: 'db.test:8080',
    changes: [
      filter('router', 'forward', 'meta nfproto ipv6 drop'),
      namingFiles({
        hosts: `${HOSTS}fd00:2::2 db.test\n${RIGHT} db.test\n`,
        'resolv.conf': resolvers('10.0.1.1'),
      }),
    ],
    ...good,
    plain: { connect: 'silence' },
    culprit: 'family-broken',
    client: { verdict: 'degraded', first: 'family-broken' },
    sim: true,
  },
  {
    name: 'name-of-both-families-and-no-ipv6-here',
    target: 'db.test:8080',
    // Programs take IPv4 at once: what keeps it silent is what is wrong, not the family that nobody has.
    changes: [
      ip(
        'client',
        ['route del ::/0', 'address del fd00:1::2/64 dev eth0'],
        ['address add fd00:1::2/64 dev eth0 nodad', 'route replace ::/0 via fd00:1::1'],
      ),
      filter('server', 'input', 'meta nfproto ipv4 tcp dport 8080 drop'),
      BOTH_FAMILIES,
    ],
    ...good,
    plain: { connect: 'silence' },
    culprit: 'filter-drop',
    client: among(PORT_SILENT),
    withTarget: at('filter-drop', 'server', 'input'),
  },
  {
    name: 'name-of-both-families-and-ipv6-has-no-address-here',
    target: 'db.test:8080',
    // A route out, and only the link-local address that every interface gives itself: routers refuse what comes from that.
    changes: [
      ip(
        'client',
        ['address del fd00:1::2/64 dev eth0'],
        ['address add fd00:1::2/64 dev eth0 nodad', 'route replace ::/0 via fd00:1::1'],
      ),
      filter('server', 'input', 'meta nfproto ipv4 tcp dport 8080 drop'),
      BOTH_FAMILIES,
    ],
    ...good,
    plain: { connect: 'silence' },
    culprit: 'filter-drop',
    client: among(PORT_SILENT),
    withTarget: at('filter-drop', 'server', 'input'),
  },
  {
    name: 'nobody-listens-by-ipv6-of-a-name',
    target: 'db.test:8080',
    changes: [serve({ ...WEB, address: '0.0.0.0' }), BOTH_FAMILIES],
    ...good,
    plain: { connect: 'ECONNREFUSED', time: 'quick' },
    culprit: 'listener-other-family',
    // The way of IPv6 is whole: a reset came back by it.
    client: among(REFUSED_ALIKE, 'degraded'),
    withTarget: { verdict: 'degraded', first: 'listener-other-family', host: 'server' },
  },
]
