/** Random rules of iptables and ip6tables, as their restore programs read them. */
import { Random } from '../space/random.ts'
import { probesFor } from './generate-packets.ts'
import { type IptablesBackend, type IptablesRules, iptablesRound, type TableName } from './iptables.ts'
import type { Round } from './round.ts'

type Family = 'ip' | 'ip6'

const ADDRESSES = {
  ip: ['10.1.0.2', '10.1.0.0/24', '10.2.0.2', '10.0.0.0/8', '127.0.0.0/8', '203.0.113.9', '10.1.0.1'],
  ip6: ['fd01::2', 'fd01::/64', 'fd02::2', 'fd00::/8', '::1', '2001:db8::/32', 'fd01::1'],
} as const
const PORTS = ['22', '53', '80', '443', '1:1023', '4000:4005', '80:443']
const CHAINS: Readonly<Record<TableName, Readonly<Record<string, number>>>> = {
  raw: { PREROUTING: 3, OUTPUT: 2 },
  mangle: { PREROUTING: 3, INPUT: 2, FORWARD: 3, OUTPUT: 2, POSTROUTING: 2 },
  nat: { PREROUTING: 3, INPUT: 1, OUTPUT: 1, POSTROUTING: 3 },
  filter: { INPUT: 5, FORWARD: 5, OUTPUT: 3 },
}

export function generateIptables(seed: number, backend: IptablesBackend): Round {
  const random = new Random(seed)
  const families: Family[] = random.chance(0.3) ? ['ip', 'ip6'] : [random.chance(0.75) ? 'ip' : 'ip6']
  const rules = Object.fromEntries(families.map(family => [family, tablesOf(random, family)]))
  return iptablesRound(rules, backend, probesFor(random))
}

function tablesOf(random: Random, family: Family): IptablesRules {
  const names: TableName[] = (['raw', 'mangle', 'nat', 'filter'] as const).filter(
    name => name === 'filter' || random.chance(0.35),
  )
  return Object.fromEntries(names.map(name => [name, linesOf(random, family, name)]))
}

function linesOf(random: Random, family: Family, table: TableName): string[] {
  const lines: string[] = []
  const isFilter = table === 'filter'
  if (isFilter) {
    for (const chain of Object.keys(CHAINS.filter)) if (random.chance(0.3)) lines.push(`${chain} DROP`)
  }
  const own = isFilter ? Array.from({ length: random.whole(0, 2) }, (_, i) => `own${i}`) : []
  lines.push(...own.map(name => `:${name}`))
  for (const [i, name] of own.entries())
    for (let n = random.whole(1, 3); n > 0; n--)
      lines.push(rule(random, family, table, name, own.slice(i + 1), 'INPUT FORWARD OUTPUT'))
  for (let n = random.whole(1, isFilter ? 10 : 3); n > 0; n--) {
    const chain = random.weighted(CHAINS[table] as Record<string, number>)
    lines.push(rule(random, family, table, chain, own, chain))
  }
  return lines
}

function rule(
  random: Random,
  family: Family,
  table: TableName,
  chain: string,
  own: readonly string[],
  at: string,
): string {
  const parts: string[] = []
  const protocol = random.pick(['', 'tcp', 'tcp', 'udp', family === 'ip' ? 'icmp' : 'ipv6-icmp'])
  if (protocol !== '') parts.push(`-p ${protocol}`)
  if (protocol === 'tcp' || protocol === 'udp') parts.push(...ports(random, protocol))
  if (protocol === 'tcp' && random.chance(0.25))
    parts.push(
      random.pick([
        '--tcp-flags FIN,SYN,RST,ACK SYN',
        '--syn',
        '! --syn',
        '--tcp-flags SYN,ACK SYN,ACK',
        '--tcp-option 2',
      ]),
    )
  if (protocol === 'icmp')
    parts.push(
      random.pick(['--icmp-type echo-request', '--icmp-type 3', '--icmp-type 3/1', '! --icmp-type 8', '']),
    )
  if (protocol === 'ipv6-icmp') parts.push(random.pick(['--icmpv6-type 128', '--icmpv6-type 1', '']))
  const isIn = !/OUTPUT|POSTROUTING/.test(at)
  const isOut = !/PREROUTING|INPUT/.test(at)
  if (random.chance(0.35))
    parts.push(`${maybeNot(random)}${random.pick(['-s', '-d'])} ${random.pick(ADDRESSES[family])}`)
  if (isIn && random.chance(0.2)) parts.push(`${maybeNot(random)}-i ${random.pick(['t0', 't1', 'lo', 't+'])}`)
  if (isOut && random.chance(0.2)) parts.push(`${maybeNot(random)}-o ${random.pick(['t0', 't1', 'lo'])}`)
  if (random.chance(0.45)) parts.push(extension(random, family, at, table))
  return `-A ${chain} ${parts.filter(part => part !== '').join(' ')} ${target(random, family, table, chain, own, protocol)}`
}

const maybeNot = (random: Random): string => (random.chance(0.2) ? '! ' : '')

function ports(random: Random, protocol: string): string[] {
  return random.pick([
    [`${maybeNot(random)}--dport ${random.pick(PORTS)}`],
    [`${maybeNot(random)}--sport ${random.pick(PORTS)}`],
    [`-m multiport ${maybeNot(random)}--${random.pick(['dports', 'sports', 'ports'])} 22,80:443,4000:4003`],
    [`-m ${protocol} --dport ${random.pick(PORTS)}`],
    [],
  ])
}

function extension(random: Random, family: Family, at: string, table: TableName): string {
  return random.pick([
    `-m conntrack ${maybeNot(random)}--ctstate ${random.pick(['NEW', 'ESTABLISHED,RELATED', 'INVALID', 'NEW,UNTRACKED', 'RELATED'])}`,
    `-m conntrack --ctstate ${random.pick(['ESTABLISHED', 'DNAT', 'SNAT'])}`,
    '-m conntrack --ctdir REPLY',
    `-m state --state ${random.pick(['NEW', 'ESTABLISHED', 'RELATED,ESTABLISHED'])}`,
    `-m mark ${maybeNot(random)}--mark ${random.pick(['0', '1', '0x1/0xff', '2'])}`,
    `-m connmark --mark ${random.pick(['0', '1', '0x1/0x1'])}`,
    `-m length --length ${random.pick(['40', '0:40', '41:100'])}`,
    '-m comment --comment "a comment"',
    '-m limit --limit 9000/s',
    ...(family === 'ip'
      ? [
          `-m iprange ${maybeNot(random)}--src-range 10.1.0.1-10.1.0.9`,
          `-m addrtype --dst-type ${random.pick(['LOCAL', 'UNICAST'])}`,
          '-m addrtype ! --src-type LOCAL',
          `-m ttl --ttl-${random.pick(['eq 64', 'lt 64', 'gt 60'])}`,
          `-m dscp ${maybeNot(random)}--dscp ${random.pick(['0', '8'])}`,
        ]
      : ['-m hl --hl-eq 64']),
    ...(/OUTPUT/.test(at) && !/INPUT|FORWARD/.test(at) && table !== 'nat' ? ['-m owner --uid-owner 0'] : []),
  ])
}

const REJECTS = {
  ip: ['icmp-host-unreachable', 'icmp-port-unreachable', 'icmp-admin-prohibited', 'icmp-net-prohibited'],
  ip6: ['icmp6-no-route', 'icmp6-adm-prohibited', 'icmp6-addr-unreachable', 'icmp6-port-unreachable'],
} as const

function target(
  random: Random,
  family: Family,
  table: TableName,
  chain: string,
  own: readonly string[],
  protocol: string,
): string {
  if (table === 'raw') return random.pick(['-j ACCEPT', '-j DROP', '-j CT --notrack', '-j NOTRACK'])
  if (table === 'mangle')
    return random.pick([
      `-j MARK --set-mark ${random.whole(1, 3)}`,
      '-j MARK --set-xmark 0x10/0x10',
      '-j CONNMARK --save-mark',
      '-j CONNMARK --restore-mark',
      '-j CONNMARK --set-mark 1',
      '-j DROP',
      '-j ACCEPT',
      '-j DSCP --set-dscp 8',
      ...(family === 'ip' ? ['-j TTL --ttl-set 33'] : ['-j HL --hl-set 33']),
    ])
  if (table === 'nat') return translation(random, family, chain, protocol)
  return random.pick([
    '-j ACCEPT',
    '-j ACCEPT',
    '-j ACCEPT',
    '-j DROP',
    '-j DROP',
    '-j RETURN',
    '-j LOG --log-prefix "x "',
    '',
    '-j REJECT',
    `-j REJECT --reject-with ${random.pick(REJECTS[family])}`,
    ...(protocol === 'tcp' ? ['-j REJECT --reject-with tcp-reset'] : []),
    ...own.flatMap(name => [`-j ${name}`, `-j ${name}`, `-g ${name}`]),
  ])
}

function translation(random: Random, family: Family, chain: string, protocol: string): string {
  const hasPorts = protocol === 'tcp' || protocol === 'udp'
  const inner = family === 'ip' ? '10.2.0.' : 'fd02::'
  if (chain === 'POSTROUTING')
    return random.pick([
      '-j MASQUERADE',
      `-j SNAT --to-source ${inner}${random.whole(30, 33)}`,
      '-j ACCEPT',
      '-j RETURN',
    ])
  if (chain === 'INPUT')
    return random.pick([`-j SNAT --to-source ${inner}${random.whole(30, 33)}`, '-j ACCEPT'])
  const withPort = family === 'ip' ? `${inner}2:8080` : `[${inner}2]:8080`
  return random.pick([
    `-j DNAT --to-destination ${inner}${random.whole(2, 4)}`,
    '-j REDIRECT',
    '-j ACCEPT',
    '-j RETURN',
    ...(hasPorts ? [`-j DNAT --to-destination ${withPort}`, '-j REDIRECT --to-ports 8080'] : []),
  ])
}
