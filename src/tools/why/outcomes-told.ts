/** Outcomes that somebody else told: an ICMP error, a reset. Sources: net/ipv4/icmp.c (`icmp_err_convert`), net/ipv6/icmp.c (`icmpv6_err_convert`). */
import type { OutcomeRow, RowSuspect } from './outcomes.ts'
import { NEIGHBOUR_MS } from './outcomes-here.ts'
import { here, sender, target, way } from './row-suspects.ts'

const REFUSED: readonly RowSuspect[] = [
  target('nobody-listens', 'likely'),
  target('listener-other-protocol', 'possible'),
  target('listener-loopback', 'possible'),
  target('listener-other-address', 'possible'),
  target('listener-other-family', 'possible'),
  target('listener-other-device', 'possible'),
  target('listener-other-namespace', 'possible'),
  target('filter-reject', 'possible', 'far'),
  way('filter-reject', 'possible', 'way'),
  target('nat-backend-closed', 'possible'),
  way('nearer-box', 'possible'),
  way('address-conflict', 'possible'),
]

/** Codes of ICMP and ICMPv6 that a filter sends, where no route or neighbour explains them. */
const REFUSALS: readonly string[] = [
  ...Array.from({ length: 16 }, (_, code) => `3/${code}`).filter(code => code !== '3/4'),
  ...Array.from({ length: 8 }, (_, code) => `1/${code}`),
]

export const ROWS_TOLD: readonly OutcomeRow[] = [
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
    name: 'a backend that doesn’t answer, or a filter at the target',
    when: { icmp: ['3/1'], family: 'ipv4', by: ['target'] },
    suspects: [target('nat-backend-silent', 'likely'), sender('filter-reject', 'likely', 'far')],
    source: 'RFC 1812 section 4.3.3.1; nft’s reject with host-unreachable',
  },
  {
    name: 'a backend that doesn’t answer, or a filter at the target, IPv6',
    when: { icmp: ['1/3'], family: 'ipv6', by: ['target'] },
    suspects: [target('nat-backend-silent', 'likely'), sender('filter-reject', 'likely', 'far')],
    source: 'RFC 4443 section 3.1, code 3, sent by the address that was asked',
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
    suspects: [
      target('host-down', 'likely'),
      sender('neighbour-silent', 'possible', 'way'),
      target('nat-backend-silent', 'possible'),
    ],
    source: 'RFC 4443 section 3.1, code 3',
  },
  // A router that was already asking for somebody else says so before its own three probes would be over: no time is too short for it.
  {
    name: 'unreachable, says a router soon',
    when: { icmp: ['3/1'], family: 'ipv4', by: ['other'] },
    suspects: [
      target('host-down', 'likely'),
      sender('route-unreachable', 'possible', 'way'),
      sender('router-refuses', 'possible'),
      sender('filter-reject', 'possible', 'way'),
      sender('neighbour-silent', 'possible', 'way'),
      target('nat-backend-silent', 'possible'),
    ],
    source: 'arp_error_report; fib_props: RTN_UNREACHABLE gives 3/1; nft’s reject with host-unreachable',
  },
  {
    name: 'unreachable, says a router soon, IPv6',
    when: { icmp: ['1/3'], family: 'ipv6', by: ['other'] },
    suspects: [
      target('host-down', 'likely'),
      sender('filter-reject', 'possible', 'way'),
      sender('neighbour-silent', 'possible', 'way'),
      target('nat-backend-silent', 'possible'),
    ],
    source: 'ndisc_error_report; nft’s reject with addr-unreachable',
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
    suspects: [sender('filter-reject', 'likely', 'way'), sender('route-prohibit', 'possible', 'way')],
    source: 'RFC 1812 section 5.2.7.1; a prohibit route and nft’s admin-prohibited both send it',
  },
  {
    name: 'prohibited by a router, IPv6',
    when: { icmp: ['1/1'], family: 'ipv6', by: ['other'] },
    suspects: [sender('filter-reject', 'likely', 'way'), sender('route-prohibit', 'possible', 'way')],
    source: 'RFC 4443 section 3.1; ip6_pkt_prohibit',
  },
  {
    name: 'a route that rejects at a router, IPv6',
    when: { icmp: ['1/6'], family: 'ipv6', by: ['other'] },
    suspects: [sender('router-refuses', 'likely'), sender('filter-reject', 'possible', 'way')],
    source: 'RFC 4443 section 3.1, code 6',
  },
  {
    name: 'our address means nothing beyond the link',
    when: { icmp: ['1/2'], family: 'ipv6' },
    suspects: [here('no-address', 'likely'), sender('filter-reject', 'possible', 'way')],
    source: 'RFC 4443 section 3.1, code 2; ip6_forward: a source that is link-local',
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
]
