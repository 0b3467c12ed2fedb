/** The rows of `outcomes.ts`. Sources: connect(2), net/ipv4/icmp.c (`icmp_err_convert`), net/ipv6/icmp.c (`icmpv6_err_convert`), neighbour(7). */
import type { OutcomeRow, RowSuspect } from './outcomes.ts'

/** Three ARP requests or neighbour solicitations a second apart (RFC 4861 section 10, `mcast_solicit`), with room for a slow clock. */
const NEIGHBOUR_MS = 2_500

const here = (code: RowSuspect['code'], is: RowSuspect['is'], stage?: string): RowSuspect => ({
  code,
  is,
  at: 'here',
  ...(stage === undefined ? {} : { stage }),
})
const sender = (code: RowSuspect['code'], is: RowSuspect['is'], leg?: RowSuspect['leg']): RowSuspect => ({
  code,
  is,
  at: 'sender',
  ...(leg === undefined ? {} : { leg }),
})
const target = (code: RowSuspect['code'], is: RowSuspect['is'], leg?: RowSuspect['leg']): RowSuspect => ({
  code,
  is,
  at: 'target',
  ...(leg === undefined ? {} : { leg }),
})
const way = (code: RowSuspect['code'], is: RowSuspect['is']): RowSuspect => ({ code, is, at: 'way' })

/** What a client alone can't tell apart: somebody between here and the far program keeps silent. */
export const SILENCE: readonly RowSuspect[] = [
  { code: 'filter-drop', is: 'possible', at: 'target', leg: 'far' },
  { code: 'filter-drop', is: 'possible', at: 'way', leg: 'way' },
  way('way-drops', 'possible'),
  target('accept-queue-full', 'possible'),
  target('no-return-route', 'possible'),
  target('descriptors-exhausted', 'possible', 'far'),
  target('process-stopped', 'possible'),
  target('host-down', 'possible'),
  way('forwarding-off', 'possible'),
  { code: 'route-blackhole', is: 'possible', at: 'way', leg: 'way' },
  way('reverse-path', 'possible'),
  target('nat-backend-silent', 'possible'),
  target('conntrack-full', 'possible', 'far'),
  target('syn-queue-full', 'possible'),
  target('md5-required', 'possible'),
  target('socket-filter', 'possible'),
  here('neighbour-wrong', 'possible'),
  target('neighbour-wrong', 'possible', 'far-back'),
]

const REFUSED: readonly RowSuspect[] = [
  target('nobody-listens', 'likely'),
  target('listener-other-protocol', 'possible'),
  target('listener-loopback', 'possible'),
  target('listener-other-address', 'possible'),
  target('listener-other-family', 'possible'),
  target('listener-other-device', 'possible'),
  target('listener-other-namespace', 'possible'),
  target('filter-reject', 'possible', 'far'),
  { code: 'filter-reject', is: 'possible', at: 'way', leg: 'way' },
  target('nat-backend-closed', 'possible'),
]

/** Codes of ICMP and ICMPv6 that a filter sends, where no route or neighbour explains them. */
const REFUSALS: readonly string[] = [
  ...Array.from({ length: 16 }, (_, code) => `3/${code}`).filter(code => code !== '3/4'),
  ...Array.from({ length: 8 }, (_, code) => `1/${code}`),
]

export const OUTCOME_ROWS: readonly OutcomeRow[] = [
  { name: 'open', when: { ended: ['open'] }, suspects: [], source: 'RFC 9293 section 3.5' },
  {
    name: 'no route here',
    when: { ended: ['ENETUNREACH'], atOnce: true },
    suspects: [here('no-route', 'likely', 'routing')],
    source: 'ip_route_output_key_hash_rcu: no route gives ENETUNREACH',
  },
  {
    name: 'an unreachable route here',
    when: { ended: ['EHOSTUNREACH'], atOnce: true },
    suspects: [here('route-unreachable', 'likely', 'routing')],
    source: 'fib_props: RTN_UNREACHABLE',
  },
  {
    name: 'a prohibition here',
    when: { ended: ['EACCES'], atOnce: true },
    suspects: [here('route-prohibit', 'possible', 'routing'), here('sandbox-denied', 'possible')],
    source: 'fib_props: RTN_PROHIBIT; landlock(7)',
  },
  {
    name: 'a policy here',
    when: { ended: ['EPERM'], atOnce: true },
    suspects: [here('ipsec-policy', 'possible'), here('sandbox-denied', 'possible')],
    source: 'xfrm_lookup: XFRM_POLICY_BLOCK; a control group’s program',
  },
  {
    name: 'a black hole here',
    when: { ended: ['EINVAL'], atOnce: true },
    suspects: [here('route-blackhole', 'likely', 'routing')],
    source: 'fib_props: RTN_BLACKHOLE',
  },
  {
    name: 'no address or port to come from',
    when: { ended: ['EADDRNOTAVAIL'] },
    suspects: [
      here('source-not-ours', 'possible'),
      here('ipv6-disabled', 'possible'),
      here('ephemeral-exhausted', 'possible'),
    ],
    source: 'inet_bind, inet_hash_connect, ipv6_dev_get_saddr',
  },
  {
    name: 'no descriptor',
    when: { ended: ['EMFILE', 'ENFILE'] },
    suspects: [here('descriptors-exhausted', 'proven')],
    source: 'socket(2)',
  },
  {
    name: 'this host has no such address family',
    when: { ended: ['EAFNOSUPPORT'], family: 'ipv6' },
    suspects: [here('ipv6-disabled', 'likely')],
    source: 'socket(2); the kernel was started with ipv6.disable=1',
  },
  {
    name: 'refused before anything left',
    when: { ended: ['ECONNREFUSED'], local: false, left: [false] },
    suspects: [here('filter-reject', 'likely', 'output')],
    source: 'nf_send_reset, nf_send_unreach at the output hook',
  },
  {
    name: 'unreachable before anything left, at once',
    when: {
      ended: ['EHOSTUNREACH', 'ENETUNREACH', 'EACCES', 'ENOPROTOOPT'],
      local: false,
      left: [false],
      below: 500,
    },
    suspects: [here('filter-reject', 'likely', 'output')],
    source: 'nf_send_unreach at the output hook',
  },
  {
    name: 'a neighbour doesn’t answer',
    when: { ended: ['EHOSTUNREACH'], left: [false], by: ['this-host', null] },
    suspects: [here('neighbour-silent', 'likely'), here('gateway-silent', 'likely')],
    source: 'arp_error_report, ndisc_error_report: dst_link_failure',
  },
  {
    name: 'a neighbour doesn’t answer, or somebody’s neighbour',
    when: { ended: ['EHOSTUNREACH'], by: ['this-host', null], icmp: ['none', null], from: NEIGHBOUR_MS },
    suspects: [
      here('neighbour-silent', 'possible'),
      here('gateway-silent', 'possible'),
      target('host-down', 'possible'),
      target('nat-backend-silent', 'possible'),
    ],
    source: 'dst_link_failure; RFC 1812 section 4.3.3.1',
  },
  {
    name: 'our own filter says unreachable',
    when: {
      ended: ['EHOSTUNREACH', 'ENETUNREACH', 'EACCES', 'ENOPROTOOPT', 'ECONNREFUSED'],
      by: ['this-host'],
    },
    suspects: [here('filter-reject', 'likely', 'output')],
    source: 'nf_send_unreach at the output hook',
  },
  {
    name: 'out of hops',
    when: { icmp: ['11/0'], family: 'ipv4' },
    suspects: [sender('hop-limit', 'proven')],
    source: 'RFC 792; ip_forward',
  },
  {
    name: 'out of hops, IPv6',
    when: { icmp: ['3/0'], family: 'ipv6' },
    suspects: [sender('hop-limit', 'proven')],
    source: 'RFC 4443 section 3.3',
  },
  {
    name: 'a backend that doesn’t answer',
    when: { icmp: ['3/1'], family: 'ipv4', by: ['target'], from: NEIGHBOUR_MS },
    suspects: [target('nat-backend-silent', 'likely'), sender('filter-reject', 'possible', 'far')],
    source: 'RFC 1812 section 4.3.3.1, sent by the address that was asked',
  },
  {
    name: 'the last router finds nobody',
    when: { icmp: ['3/1'], family: 'ipv4', by: ['other'], from: NEIGHBOUR_MS },
    suspects: [
      target('host-down', 'likely'),
      sender('neighbour-silent', 'possible', 'way'),
      target('nat-backend-silent', 'possible'),
    ],
    source: 'RFC 1812 section 4.3.3.1; neighbour(7): three probes, a second apart',
  },
  {
    name: 'the last router finds nobody, IPv6',
    when: { icmp: ['1/3'], family: 'ipv6', by: ['other'], from: NEIGHBOUR_MS },
    suspects: [target('host-down', 'likely'), sender('neighbour-silent', 'possible', 'way')],
    source: 'RFC 4443 section 3.1, code 3',
  },
  {
    name: 'unreachable, says a router at once',
    when: { icmp: ['3/1'], family: 'ipv4', by: ['other'] },
    suspects: [
      sender('route-unreachable', 'likely', 'way'),
      sender('router-refuses', 'possible'),
      sender('filter-reject', 'possible', 'way'),
      target('host-down', 'possible'),
    ],
    source: 'fib_props: RTN_UNREACHABLE gives 3/1; nft’s reject with host-unreachable',
  },
  {
    name: 'no route at a router',
    when: { icmp: ['3/0'], family: 'ipv4', by: ['other'] },
    suspects: [sender('router-no-route', 'likely'), sender('filter-reject', 'possible', 'way')],
    source: 'RFC 1812 section 5.2.7.1; ip_error',
  },
  {
    name: 'no route at a router, IPv6',
    when: { icmp: ['1/0'], family: 'ipv6', by: ['other'] },
    suspects: [
      sender('router-no-route', 'likely'),
      sender('route-unreachable', 'possible', 'way'),
      sender('filter-reject', 'possible', 'way'),
    ],
    source: 'RFC 4443 section 3.1; ip6_pkt_discard, also of an unreachable route',
  },
  {
    name: 'prohibited by a router',
    when: { icmp: ['3/13'], family: 'ipv4', by: ['other'] },
    suspects: [sender('filter-reject', 'likely', 'way'), sender('route-prohibit', 'likely', 'way')],
    source: 'RFC 1812 section 5.2.7.1; a prohibit route and nft’s admin-prohibited both send it',
  },
  {
    name: 'prohibited by a router, IPv6',
    when: { icmp: ['1/1'], family: 'ipv6', by: ['other'] },
    suspects: [sender('filter-reject', 'likely', 'way'), sender('route-prohibit', 'likely', 'way')],
    source: 'RFC 4443 section 3.1; ip6_pkt_prohibit',
  },
  {
    name: 'a route that rejects at a router, IPv6',
    when: { icmp: ['1/6'], family: 'ipv6', by: ['other'] },
    suspects: [sender('router-refuses', 'likely'), sender('filter-reject', 'possible', 'way')],
    source: 'RFC 4443 section 3.1, code 6',
  },
  {
    name: 'a filter at the target says no',
    when: { icmp: REFUSALS, by: ['target'] },
    suspects: [sender('filter-reject', 'likely', 'far')],
    source: 'RFC 9293 section 3.5.2: a closed TCP port answers RST, never ICMP',
  },
  {
    name: 'a filter on the way says no',
    when: { icmp: REFUSALS, by: ['other'] },
    suspects: [sender('filter-reject', 'likely', 'way')],
    source: 'RFC 1812 section 5.2.7.1: codes that no Linux router sends but by a rule',
  },
  {
    name: 'refused by this host itself',
    when: { ended: ['ECONNREFUSED'], local: true },
    suspects: REFUSED.filter(({ at, code }) => at !== 'way' && code !== 'nat-backend-closed'),
    source: 'RFC 9293 section 3.5.2',
  },
  {
    name: 'reset',
    when: { ended: ['ECONNREFUSED'], icmp: ['none', null] },
    suspects: REFUSED,
    source: 'RFC 9293 section 3.5.2',
  },
  {
    name: 'reset as it was set up',
    when: { ended: ['ECONNRESET'] },
    suspects: [target('resets-at-once', 'likely')],
    source: 'RFC 9293 section 3.10.7',
  },
  {
    name: 'the answer came and was not taken',
    when: { ended: ['silent'], back: ['syn-ack'] },
    suspects: [{ ...here('filter-drop', 'likely', 'input'), leg: 'here-back' }],
    source: 'a SYN-ACK at the interface, and a socket still in SYN-SENT',
  },
  {
    name: 'the answer came from somebody else',
    when: { ended: ['silent'], back: ['other-syn-ack'] },
    suspects: [target('reply-from-elsewhere', 'proven', 'here-back')],
    source: 'RFC 9293 section 3.10.7.3: no connection of that address, so it is reset',
  },
  {
    name: 'silence, and nothing left',
    when: { ended: ['silent'], local: false, left: [false] },
    suspects: [
      here('filter-drop', 'possible', 'output'),
      here('neighbour-silent', 'possible'),
      here('gateway-silent', 'possible'),
      here('ipsec-no-state', 'possible'),
      here('egress-drop', 'possible'),
      here('no-carrier', 'possible'),
      { ...here('conntrack-full', 'possible') },
    ],
    source: 'no frame of the attempt at any interface',
  },
  {
    name: 'silence from this host itself',
    when: { ended: ['silent'], local: true },
    suspects: [
      here('filter-drop', 'possible'),
      target('accept-queue-full', 'possible'),
      target('syn-queue-full', 'possible'),
      target('md5-required', 'possible'),
      target('socket-filter', 'possible'),
      { ...here('conntrack-full', 'possible') },
    ],
    source: 'tcp_v4_syn_recv_sock, tcp_conn_request: full queues drop',
  },
  {
    name: 'silence',
    when: { ended: ['silent'], left: [true] },
    suspects: SILENCE,
    source: 'frames left, and nothing came back',
  },
  {
    name: 'silence, and nobody tells whether anything left',
    when: { ended: ['silent'] },
    suspects: [
      ...SILENCE,
      here('filter-drop', 'possible', 'output'),
      { ...here('filter-drop', 'possible', 'input'), leg: 'here-back' },
      here('neighbour-silent', 'possible'),
      here('gateway-silent', 'possible'),
      here('ipsec-no-state', 'possible'),
      here('egress-drop', 'possible'),
      target('reply-from-elsewhere', 'possible', 'here-back'),
    ],
    source: 'without frames nobody tells whether it left, or came back',
  },
]
