/** A policy in the language of nft: our own table, so that `ports fw apply` takes it. */
import type { Allowance, Policy } from '../../model/filter/policy.ts'

/** RFC 4890, sections 4.4.1 and 4.4.2; a hop limit of 255 shows that it comes from this link (RFC 4861, section 7.1). */
const ALWAYS: readonly string[] = [
  'ct state established,related accept comment "answers, and errors about them"',
  'iifname "lo" accept comment "loopback"',
  'icmp type { destination-unreachable, time-exceeded, parameter-problem } accept',
  'icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem } accept',
  'ip6 hoplimit 255 icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept comment "neighbour discovery"',
  'ip6 saddr fe80::/10 icmpv6 type { mld-listener-query, mld-listener-report, mld-listener-done, mld2-listener-report } accept comment "multicast listeners"',
  'meta nfproto ipv4 udp sport 67 udp dport 68 accept comment "DHCP"',
  'ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept comment "DHCPv6"',
]

export function nftRules({ allow, ping, otherwise }: Policy): string {
  const rules = [
    ...ALWAYS,
    ...(ping ? ['icmp type echo-request accept', 'icmpv6 type echo-request accept'] : []),
    ...allow.map(allowanceRule),
    ...(otherwise === 'reject' ? ['reject with icmpx admin-prohibited'] : []),
  ]
  return [
    'table inet portolan {',
    '\tchain input {',
    '\t\ttype filter hook input priority filter; policy drop;',
    ...rules.map(rule => `\t\t${rule}`),
    '\t}',
    '}',
    '',
  ].join('\n')
}

function allowanceRule({ protocol, ports, from, to, family, interface: device, comment }: Allowance): string {
  const ip = family === 'ipv6' ? 'ip6' : 'ip'
  return [
    ...(device === null ? [] : [`iifname "${device}"`]),
    ...(from.length === 0 ? [] : [`${ip} saddr ${setOf(from)}`]),
    ...(to.length === 0 ? [] : [`${ip} daddr ${setOf(to)}`]),
    `${protocol} dport ${setOf(ports.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)))}`,
    'accept',
    ...(comment === '' ? [] : [`comment "${comment}"`]),
  ].join(' ')
}

const setOf = (values: readonly string[]): string =>
  values.length === 1 ? values[0]! : `{ ${values.join(', ')} }`
