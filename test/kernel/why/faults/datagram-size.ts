/** Datagrams that are too large: cut into fragments that nobody lets through, or not to be cut at all. */
import { at, type Expected, type Fault, filter, ip } from '../fault.ts'

const ECHO = {
  protocol: 'udp',
  target: '10.0.2.2:9000',
  try: { says: 'x'.repeat(3000) },
  healthy: [{ port: 9000, behaviour: 'datagrams' }],
} as const
const vanishes = {
  plain: { connect: 'connected', next: 'silence' },
  culprit: 'fragments-dropped',
  // What is small is answered.
  client: { verdict: 'degraded', first: 'fragments-dropped' },
} as const
const provenAtTheServer: Expected = {
  verdict: 'degraded',
  first: 'fragments-dropped',
  at: { code: 'fragments-dropped', host: 'server', certainty: 'proven' },
}

/** Who serves the root, with 2820 bytes of padding (RFC 7830 section 3): no byte above 127, so that text is what is sent. */
const LARGE_QUESTION = [
  'po\0\0\0\x01\0\0\0\0\0\x01',
  '\0\0\x02\0\x01',
  '\0\0\x29\x04\x50\0\0\0\0\x0b\x08\0\x0c\x0b\x04',
  '\0'.repeat(2820),
].join('')

/** A first datagram of QUIC: as large as it must be (RFC 9000 section 14.1), and never cut. */
const QUIC = {
  protocol: 'udp',
  target: '10.0.2.2:443',
  try: { says: 'x'.repeat(1200), whole: true },
  healthy: [{ port: 443, behaviour: 'datagrams' }],
  plain: { connect: 'connected', next: 'EMSGSIZE' },
  culprit: 'datagram-too-large',
} as const

export const DATAGRAM_SIZE: readonly Fault[] = [
  {
    name: 'udp-fragments-are-filtered',
    ...ECHO,
    // Before fragments are put together (nf_defrag, priority -400). The first passes: its offset is 0.
    changes: [filter('server', 'prerouting', 'ip frag-off & 0x1fff != 0 drop', 'accept', -450)],
    ...vanishes,
    withTarget: provenAtTheServer,
  },
  {
    name: 'udp-fragments-are-filtered-by-the-router',
    ...ECHO,
    changes: [filter('router', 'forward', 'ip frag-off & 0x1fff != 0 drop')],
    ...vanishes,
    withTarget: provenAtTheServer,
    withRouter: provenAtTheServer,
  },
  {
    name: 'udp-fragments-are-filtered-all-of-them',
    ...ECHO,
    // More to come, or not the first: nothing of it gets to the target, whose counters say nothing then.
    changes: [filter('router', 'forward', 'ip frag-off & 0x3fff != 0 drop')],
    ...vanishes,
    withTarget: { verdict: 'degraded', first: 'fragments-dropped' },
  },
  {
    name: 'dns-fragments-are-filtered',
    protocol: 'udp',
    target: '10.0.2.2:53',
    healthy: [{ port: 53, behaviour: 'dns' }],
    try: { says: LARGE_QUESTION },
    changes: [filter('router', 'forward', 'ip frag-off & 0x1fff != 0 drop')],
    ...vanishes,
    withTarget: provenAtTheServer,
  },
  {
    name: 'udp-too-large-for-the-own-link',
    ...QUIC,
    changes: [
      // Addresses of IPv6 go with an MTU below 1280 (RFC 8200 section 5), and come back.
      ip(
        'client',
        ['link set eth0 mtu 1000'],
        [
          'link set eth0 mtu 1500',
          'address replace fd00:1::2/64 dev eth0 nodad',
          'route replace ::/0 via fd00:1::1',
        ],
      ),
    ],
    client: at('datagram-too-large', 'client'),
  },
  {
    name: 'udp-too-large-for-the-way',
    ...QUIC,
    changes: [
      ip(
        'router',
        ['link set wan mtu 1000'],
        ['link set wan mtu 1500', 'address replace fd00:2::1/64 dev wan nodad'],
      ),
    ],
    client: { verdict: 'unreachable', first: 'datagram-too-large' },
    withTarget: { verdict: 'unreachable', first: 'datagram-too-large' },
  },
]
