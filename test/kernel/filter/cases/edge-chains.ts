/** Edges of chains: depth, goto and return, priorities, tables, families, and what a rule does before it ends (nft(8), "CHAINS", "RULES"). */
import { type Case, chain, hook, inet, strict } from '../case.ts'

const four = (...parts: readonly string[]): string => `table ip t {\n${parts.join('\n')}\n}\n`
const six = (...parts: readonly string[]): string => `table ip6 s {\n${parts.join('\n')}\n}\n`
const deep = (depth: number): string[] =>
  Array.from({ length: depth }, (_, i) =>
    chain(
      `c${depth - i}`,
      ...(i === 0 ? ['tcp dport 22 accept'] : [`jump c${depth - i + 1}`, 'tcp dport 80 accept']),
    ),
  )

export const EDGE_CHAINS: readonly Case[] = [
  {
    name: 'jumps fifteen deep, the most that there may be',
    rules: inet(...deep(15), hook('in', 'input 0 drop', 'jump c1', 'tcp dport 53 accept')),
    packets:
      'tcp a > me:22 = accept by c15/1; tcp a > me:80 = accept by c14/2; tcp a > me:53 = accept by in/2; tcp a > me:443 = drop by in/policy',
  },
  {
    name: 'a return in a verdict map',
    rules: inet(
      chain('sub', 'tcp dport vmap { 22 : return, 80 : continue }', 'accept'),
      hook('in', 'input 0 drop', 'jump sub', 'tcp dport 22 meta mark set 1', 'meta mark 1 accept'),
    ),
    packets:
      'tcp a > me:22 = accept by in/3; tcp a > me:80 = accept by sub/2; tcp a > me:443 = accept by sub/2',
  },
  {
    name: 'goto upon goto, and whither they come back',
    rules: inet(
      chain('c', 'tcp dport 22 accept'),
      chain('b', 'goto c', 'drop'),
      chain('a', 'jump b', 'tcp dport 80 accept', 'goto c'),
      hook('in', 'input 0 drop', 'jump a', 'tcp dport 443 accept', 'goto a', 'accept'),
    ),
    packets:
      'tcp a > me:22 = accept by c/1; tcp a > me:80 = accept by a/2; tcp a > me:443 = accept by in/2; tcp a > me:53 = drop by in/policy',
  },
  {
    name: 'an empty chain comes back at once',
    rules: inet(
      chain('nothing'),
      hook('in', 'input 0 drop', 'jump nothing', 'tcp dport 22 accept', 'goto nothing'),
    ),
    packets: 'tcp a > me:22 = accept by in/2; tcp a > me:80 = drop by in/policy',
  },
  {
    name: 'a chain that two base chains share',
    rules: inet(
      chain('shared', 'tcp dport 22 drop', 'ct state new meta mark set meta mark | 4'),
      hook('in', 'input', 'meta mark 4 drop', 'jump shared'),
      hook('fw', 'forward', 'jump shared', 'meta mark 4 tcp dport 80 drop'),
    ),
    packets:
      'tcp a > me:22 = drop by shared/1; tcp a > b:22 = drop by shared/1; tcp a > b:80 = drop by fw/2; tcp a > me:80 = accept',
  },
  {
    name: 'three tables at one hook, in the order of their priorities',
    rules: `${four(hook('four', 'input 20', 'meta mark 3 drop'))}${inet(hook('in', 'input -5', 'meta mark set meta mark | 1', 'accept'))}${six(hook('six', 'input 20', 'meta mark 1 drop'))}table ip u {\n${hook('more', 'input 10', 'meta mark 1 meta mark set 3')}\n}`,
    packets: 'tcp a > me:22 = drop by four/1; tcp a6 > me6:22 = drop by six/1',
  },
  {
    name: 'priorities at the ends of the scale',
    rules: inet(
      hook('last', 'input 2147483646', 'meta mark 2 drop'),
      hook('first', 'input -2147483647', 'tcp dport 22 meta mark set 2'),
    ),
    packets: 'tcp a > me:22 = drop by last/1; tcp a > me:80 = accept by nothing',
  },
  {
    name: 'a dormant table isn’t there',
    rules: `table inet t {\nflags dormant;\n${hook('in', 'input', 'drop')}\n}\ntable inet u {\n${hook('on', 'input', 'tcp dport 22 drop')}\n}`,
    packets: 'tcp a > me:22 = drop by on/1; tcp a > me:80 = accept by nothing',
    fromText: true,
  },
  {
    name: 'a policy of one chain after the accept of another',
    rules: inet(
      hook('early', 'input -10', 'tcp dport 22 accept'),
      hook('late', 'input 10 drop', 'tcp dport 80 accept'),
    ),
    packets: 'tcp a > me:22 = drop by late/policy; tcp a > me:80 = accept by late/1',
  },
  {
    name: 'a rule that both counts and misses has counted: what stands before has happened',
    rules: strict('meta mark set 7 tcp dport 22 accept', 'meta mark 7 tcp dport 80 accept'),
    packets: 'tcp a > me:22 = accept by in/1; tcp a > me:80 = accept by in/2',
  },
  {
    name: 'a comment is nothing',
    rules: strict('tcp dport 22 accept comment "drop; reject"'),
    packets: 'tcp a > me:22 = accept by in/1; tcp a > me:80 = drop',
  },
  {
    name: 'an explicit protocol beside an implied one',
    rules: strict(
      'meta nfproto ipv4 ip protocol tcp tcp dport 22 accept',
      'meta nfproto ipv6 meta l4proto tcp th dport 22 accept',
    ),
    packets: 'tcp a > me:22 = accept by in/1; tcp a6 > me6:22 = accept by in/2; udp a6 > me6:22 = drop',
  },
  {
    name: 'both families by protocol of the frame',
    rules: strict(
      'meta protocol ip6 tcp dport 22 accept',
      'meta protocol { ip, ip6 } udp dport 53 accept',
      'meta protocol != ip drop',
    ),
    packets:
      'tcp a6 > me6:22 = accept by in/1; tcp a > me:22 = drop by in/policy; udp a > me:53 = accept by in/2; tcp a6 > me6:80 = drop by in/3',
  },
  {
    name: 'ICMP of the other family is asked of nobody',
    rules: strict('icmp type != echo-reply accept', 'icmpv6 type != echo-reply accept'),
    packets:
      'icmp a > me 8/0 = accept by in/1; icmp6 a6 > me6 128/0 = accept by in/2; tcp a > me:22 = drop; 58 a > me = drop; 1 a6 > me6 = drop',
  },
  {
    name: 'ICMP types in a verdict map',
    rules: strict('icmp type vmap { echo-request : accept, 3 : drop, 11-12 : accept }', 'icmp code 0 accept'),
    packets:
      'icmp a > me 8/0 = accept by in/1; icmp a > me 11/0 of tcp me:22 > a:9 = accept by in/1; icmp a > me 3/0 of tcp me:22 > a:9 = drop by in/1; icmp a > me 13/0 = accept by in/2',
  },
]
