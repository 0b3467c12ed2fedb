/** Outcomes that this host brings about itself. Sources: connect(2), neighbour(7), the kernel functions of each row. */
import type { OutcomeRow } from './outcomes.ts'
import { here, target } from './row-suspects.ts'

/** Three ARP requests or neighbour solicitations a second apart (RFC 4861 section 10, `mcast_solicit`), with room for a slow clock. */
export const NEIGHBOUR_MS = 2_500

export const ROWS_HERE: readonly OutcomeRow[] = [
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
]
