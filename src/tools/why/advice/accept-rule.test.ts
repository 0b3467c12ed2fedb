/** Commands by nft(8) and iptables(8); that they do what they say, the fault matrix shows on the kernel. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseAddress } from '../../../model/address.ts'
import { addressScalar } from '../../../model/filter/address-scalar.ts'
import type { Packet } from '../../../model/filter/packet.ts'
import type { Backend, Ruleset, TableFamily } from '../../../model/filter/ruleset.ts'
import { acceptRule, type Barrier, type Match } from './accept-rule.ts'
import { answerMatchOf, matchOf, NEIGHBOUR_DISCOVERY, TOO_BIG } from './matches.ts'

const rulesOf = (
  family: TableFamily,
  name: string,
  chain: string,
  backend: Backend,
  priority: number,
): Ruleset => ({
  tables: [
    {
      family,
      name,
      backend,
      dormant: false,
      sets: [],
      objects: [],
      flowtables: [],
      chains: [
        {
          name: chain,
          base: { type: 'filter', hook: 'input', priority, policy: 'drop', devices: [] },
          rules: [],
        },
      ],
    },
  ],
})

const packet = (source: string, destination: string, more: Partial<Packet> = {}): Packet => ({
  family: source.includes(':') ? 'ipv6' : 'ipv4',
  protocol: 6,
  source: addressScalar(parseAddress(source)),
  destination: addressScalar(parseAddress(destination)),
  sourcePort: 40_000,
  destinationPort: 8080,
  ...more,
})
const THERE = packet('10.0.1.2', '10.0.2.2')
const BACK = packet('10.0.2.2', '10.0.1.2', { sourcePort: 8080, destinationPort: 40_000 })
const UDP_BACK = { ...BACK, protocol: 17 }

interface Row {
  readonly name: string
  /** `family table chain`, where it isn't `inet filter input`. */
  readonly at?: string
  readonly rule?: Pick<Barrier, 'handle' | 'index'>
  readonly backend?: Backend
  readonly priority?: number
  readonly match: Match | undefined
  readonly command: string | undefined
}

const BEFORE = { handle: 4, index: 1 }

const ROWS: readonly Row[] = [
  {
    name: 'before a rule of nft, by its handle',
    rule: BEFORE,
    match: matchOf(THERE),
    command:
      'nft insert rule inet filter input handle 4 ip saddr 10.0.1.2 ip daddr 10.0.2.2 tcp dport 8080 accept',
  },
  {
    name: 'after all rules, where the policy decides',
    match: matchOf(THERE),
    command: 'nft add rule inet filter input ip saddr 10.0.1.2 ip daddr 10.0.2.2 tcp dport 8080 accept',
  },
  {
    name: 'for IPv6',
    match: matchOf(packet('fd00:1::2', 'fd00:2::2')),
    command: 'nft add rule inet filter input ip6 saddr fd00:1::2 ip6 daddr fd00:2::2 tcp dport 8080 accept',
  },
  {
    name: 'from anybody, where nobody in particular asks',
    match: matchOf({ family: 'ipv4', protocol: 17, destinationPort: 53 }),
    command: 'nft add rule inet filter input udp dport 53 accept',
  },
  {
    name: 'answers of TCP begin no connection',
    match: answerMatchOf(BACK, true),
    command:
      'nft add rule inet filter input ip saddr 10.0.2.2 ip daddr 10.0.1.2 tcp sport 8080 tcp flags ack accept',
  },
  {
    name: 'answers of UDP are what connection tracking knows for answers',
    match: answerMatchOf(UDP_BACK, true),
    command:
      'nft add rule inet filter input ip saddr 10.0.2.2 ip daddr 10.0.1.2 udp sport 8080 ct state established accept',
  },
  {
    name: 'which has no states before its own place',
    priority: -300,
    match: answerMatchOf(UDP_BACK, true),
    command: 'nft add rule inet filter input ip saddr 10.0.2.2 ip daddr 10.0.1.2 udp sport 8080 accept',
  },
  {
    name: 'nor where a host sees only answers',
    match: answerMatchOf(UDP_BACK, false),
    command: 'nft add rule inet filter input ip saddr 10.0.2.2 ip daddr 10.0.1.2 udp sport 8080 accept',
  },
  {
    name: 'nor at a bridge',
    at: 'bridge filter forward',
    match: answerMatchOf(UDP_BACK, true),
    command: 'nft add rule bridge filter forward ip saddr 10.0.2.2 ip daddr 10.0.1.2 udp sport 8080 accept',
  },
  {
    name: 'a rule without a handle has no name for nft',
    rule: { index: 1 },
    match: matchOf(THERE),
    command: undefined,
  },
  {
    name: 'before the second rule of iptables, which counts from one',
    at: 'ip filter INPUT',
    backend: 'iptables-nft',
    rule: { index: 1 },
    match: matchOf(THERE),
    command: 'iptables -I INPUT 2 -p tcp -s 10.0.1.2 -d 10.0.2.2 --dport 8080 -j ACCEPT',
  },
  {
    name: 'in another table than iptables’ usual one, for IPv6, by the older program',
    at: 'ip6 raw PREROUTING',
    backend: 'iptables-legacy',
    match: matchOf(packet('fd00:1::2', 'fd00:2::2')),
    command: 'ip6tables-legacy -t raw -A PREROUTING -p tcp -s fd00:1::2 -d fd00:2::2 --dport 8080 -j ACCEPT',
  },
  {
    name: 'answers of TCP by iptables',
    at: 'ip filter INPUT',
    backend: 'iptables-nft',
    match: answerMatchOf(BACK, true),
    command: 'iptables -A INPUT -p tcp -s 10.0.2.2 -d 10.0.1.2 --sport 8080 --tcp-flags ACK ACK -j ACCEPT',
  },
  {
    name: 'answers of UDP by iptables',
    at: 'ip filter INPUT',
    backend: 'iptables-nft',
    match: answerMatchOf(UDP_BACK, true),
    command:
      'iptables -A INPUT -p udp -s 10.0.2.2 -d 10.0.1.2 --sport 8080 -m conntrack --ctstate ESTABLISHED -j ACCEPT',
  },
  {
    name: 'neighbour discovery, and nothing else of ICMPv6',
    rule: BEFORE,
    match: NEIGHBOUR_DISCOVERY,
    command:
      'nft insert rule inet filter input handle 4 icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept',
  },
  {
    name: 'what says that a packet is too large',
    rule: BEFORE,
    match: TOO_BIG.ipv4,
    command:
      'nft insert rule inet filter input handle 4 icmp type destination-unreachable icmp code frag-needed accept',
  },
]

for (const { name, at = 'inet filter input', rule = {}, backend = 'nftables', match, ...row } of ROWS)
  test(name, () => {
    const [family, table, chain] = at.split(' ') as [TableFamily, string, string]
    const rules = rulesOf(family, table, chain, backend, row.priority ?? 0)
    const argv = acceptRule({ family, table, chain, ...rule }, rules, match!)
    assert.equal(argv?.join(' '), row.command)
  })

test('what has no ports has no such rule', () => {
  const { sourcePort: _, destinationPort: __, ...echo } = THERE
  assert.equal(matchOf({ ...echo, protocol: 1 }), undefined)
  assert.equal(answerMatchOf({ ...echo, protocol: 1 }, true), undefined)
})

test('a table that isn’t there can’t be changed', () => {
  const there = { family: 'inet', table: 'gone', chain: 'input' } as const
  assert.equal(acceptRule(there, { tables: [] }, matchOf(THERE)!), undefined)
})
