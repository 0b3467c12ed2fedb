/**
 * A policy for iptables-restore(8): a chain of our own and a jump to it, so that with `--noflush` chains of others, such
 * as Docker's, stay as they are.
 */
import type { Allowance, Policy } from '../../model/filter/policy.ts'
import type { IpFamily } from '../../model/protocol.ts'

const CHAIN = 'PORTOLAN'
/** xt_multiport takes so many ports, a range counting for two (iptables-extensions(8)). */
const MOST_PORTS = 15

const ANSWERS = ['-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', '-i lo -j ACCEPT']

const ALWAYS: Readonly<Record<IpFamily, readonly string[]>> = {
  ipv4: [
    ...ANSWERS,
    ...['destination-unreachable', 'time-exceeded', 'parameter-problem'].map(
      type => `-p icmp -m icmp --icmp-type ${type} -j ACCEPT`,
    ),
    '-p udp -m udp --sport 67 --dport 68 -j ACCEPT',
  ],
  ipv6: [
    ...ANSWERS,
    ...['destination-unreachable', 'packet-too-big', 'time-exceeded', 'parameter-problem'].map(
      type => `-p ipv6-icmp -m icmp6 --icmpv6-type ${type} -j ACCEPT`,
    ),
    ...[133, 134, 135, 136].map(
      type => `-p ipv6-icmp -m icmp6 --icmpv6-type ${type} -m hl --hl-eq 255 -j ACCEPT`,
    ),
    ...[130, 131, 132, 143].map(type => `-s fe80::/10 -p ipv6-icmp -m icmp6 --icmpv6-type ${type} -j ACCEPT`),
    '-s fe80::/10 -p udp -m udp --sport 547 --dport 546 -j ACCEPT',
  ],
}

const PING: Readonly<Record<IpFamily, string>> = {
  ipv4: '-p icmp -m icmp --icmp-type echo-request -j ACCEPT',
  ipv6: '-p ipv6-icmp -m icmp6 --icmpv6-type echo-request -j ACCEPT',
}

const REFUSE: Readonly<Record<IpFamily, string>> = {
  ipv4: '-j REJECT --reject-with icmp-admin-prohibited',
  ipv6: '-j REJECT --reject-with icmp6-adm-prohibited',
}

export function iptablesRules({ allow, ping, otherwise }: Policy, family: IpFamily): string {
  const rules = [
    ...ALWAYS[family],
    ...(ping ? [PING[family]] : []),
    ...allow.filter(one => one.family === null || one.family === family).flatMap(allowanceRules),
    otherwise === 'reject' ? REFUSE[family] : '-j DROP',
  ]
  return [
    '*filter',
    `:${CHAIN} - [0:0]`,
    ...rules.map(rule => `-A ${CHAIN} ${rule}`),
    `-A INPUT -j ${CHAIN}`,
    'COMMIT',
    '',
  ].join('\n')
}

function allowanceRules(one: Allowance): readonly string[] {
  const comment = one.comment === '' ? '' : ` -m comment --comment "${one.comment}"`
  const device = one.interface === null ? '' : ` -i ${one.interface}`
  return combinations(one.from, one.to).flatMap(ends =>
    portMatches(one).map(ports => `${device}${ends} -p ${one.protocol} ${ports}${comment} -j ACCEPT`.trim()),
  )
}

const combinations = (from: readonly string[], to: readonly string[]): readonly string[] =>
  (from.length === 0 ? [''] : from.map(prefix => ` -s ${prefix}`)).flatMap(source =>
    to.length === 0 ? [source] : to.map(address => `${source} -d ${address}`),
  )

function portMatches({ protocol, ports }: Allowance): readonly string[] {
  if (ports.length === 1) return [`-m ${protocol} --dport ${rangeText(ports[0]!)}`]
  const matches: string[] = []
  let some: string[] = []
  let weight = 0
  for (const range of ports) {
    const more = range[0] === range[1] ? 1 : 2
    if (weight + more > MOST_PORTS) {
      matches.push(`-m multiport --dports ${some.join(',')}`)
      some = []
      weight = 0
    }
    some.push(rangeText(range))
    weight += more
  }
  return [...matches, `-m multiport --dports ${some.join(',')}`]
}

const rangeText = ([first, last]: readonly [number, number]): string =>
  first === last ? `${first}` : `${first}:${last}`
