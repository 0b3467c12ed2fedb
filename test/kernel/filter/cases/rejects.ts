/** Rejects, and what the sender gets (nft(8), "REJECT STATEMENT"). */
import { type Case, hook, inet, input } from '../case.ts'

const four = (...rules: readonly string[]): string => `table ip t {\n${hook('in', 'input', ...rules)}\n}`
const six = (...rules: readonly string[]): string => `table ip6 t {\n${hook('in', 'input', ...rules)}\n}`

export const REJECTS: readonly Case[] = [
  {
    name: 'a bare reject is port-unreachable',
    rules: input('reject'),
    packets:
      'tcp a > me:22 = reject icmp 3/3 by in/1; udp a > me:53 = reject icmp 3/3; tcp a6 > me6:22 = reject icmpv6 1/4; icmp a > me = reject icmp 3/3',
  },
  {
    name: 'a reset',
    rules: input('reject with tcp reset'),
    packets:
      'tcp a > me:22 = reject tcp reset by in/1; tcp a6 > me6:22 = reject tcp reset; udp a > me:53 = accept by nothing',
  },
  {
    name: 'a reset isn’t answered by a reset',
    rules: input('reject with tcp reset'),
    packets:
      'tcp a > me:22 rst = reject silently by in/1; tcp a > me:22 ack = reject tcp reset by in/1; tcp a6 > me6:22 rst+ack = reject silently by in/1',
  },
  {
    name: 'each code of ICMP',
    rules: four(
      'tcp dport 1 reject with icmp net-unreachable',
      'tcp dport 2 reject with icmp host-unreachable',
      'tcp dport 3 reject with icmp prot-unreachable',
      'tcp dport 4 reject with icmp port-unreachable',
      'tcp dport 5 reject with icmp net-prohibited',
      'tcp dport 6 reject with icmp host-prohibited',
      'tcp dport 7 reject with icmp admin-prohibited',
    ),
    packets: `tcp a > me:1 = reject icmp 3/0 by in/1; tcp a > me:2 = reject icmp 3/1; tcp a > me:3 = reject icmp 3/2; tcp a > me:4 = reject icmp 3/3
      tcp a > me:5 = reject icmp 3/9; tcp a > me:6 = reject icmp 3/10; tcp a > me:7 = reject icmp 3/13 by in/7`,
  },
  {
    name: 'each code of ICMPv6',
    rules: six(
      'tcp dport 1 reject with icmpv6 no-route',
      'tcp dport 2 reject with icmpv6 admin-prohibited',
      'tcp dport 3 reject with icmpv6 addr-unreachable',
      'tcp dport 4 reject with icmpv6 port-unreachable',
      'tcp dport 5 reject with icmpv6 policy-fail',
      'tcp dport 6 reject with icmpv6 reject-route',
    ),
    packets: `tcp a6 > me6:1 = reject icmpv6 1/0; tcp a6 > me6:2 = reject icmpv6 1/1; tcp a6 > me6:3 = reject icmpv6 1/3; tcp a6 > me6:4 = reject icmpv6 1/4
      tcp a6 > me6:5 = reject icmpv6 1/5; tcp a6 > me6:6 = reject icmpv6 1/6`,
  },
  {
    name: 'codes for both families',
    rules: input(
      'tcp dport 1 reject with icmpx no-route',
      'tcp dport 2 reject with icmpx port-unreachable',
      'tcp dport 3 reject with icmpx host-unreachable',
      'tcp dport 4 reject with icmpx admin-prohibited',
    ),
    packets: `tcp a > me:1 = reject icmp 3/0; tcp a > me:2 = reject icmp 3/3; tcp a > me:3 = reject icmp 3/1; tcp a > me:4 = reject icmp 3/13
      tcp a6 > me6:1 = reject icmpv6 1/0; tcp a6 > me6:2 = reject icmpv6 1/4; tcp a6 > me6:3 = reject icmpv6 1/3; tcp a6 > me6:4 = reject icmpv6 1/1`,
  },
  {
    name: 'a code of one family ends the rule for the other',
    rules: input('reject with icmp host-prohibited', 'reject with icmpv6 admin-prohibited'),
    packets: 'tcp a > me:22 = reject icmp 3/10 by in/1; tcp a6 > me6:22 = reject icmpv6 1/1 by in/2',
  },
  {
    name: 'an error isn’t answered by an error',
    rules: input('reject'),
    packets: `icmp a > me 3/1 of tcp me:22 > a:4000 = reject silently by in/1; icmp a > me 11/0 of tcp me:22 > a:4000 = reject silently by in/1
      icmp a > me 0/0 = reject icmp 3/3 by in/1; icmp6 a6 > me6 1/4 of tcp me6:22 > a6:9 = reject silently by in/1; icmp a > me 42/0 = reject silently`,
  },
  {
    name: 'a broadcast isn’t answered',
    rules: input('udp dport 53 reject'),
    packets: 'udp a > 10.1.0.255:53 = reject silently by in/1; udp a > me:53 = reject icmp 3/3 by in/1',
  },
  {
    name: 'what is passed on',
    rules: inet(
      hook(
        'fw',
        'forward',
        'tcp dport 22 reject with tcp reset',
        'udp dport 53 reject with icmpx admin-prohibited',
      ),
    ),
    packets:
      'tcp a > b:22 = reject tcp reset by fw/1; udp a > b:53 = reject icmp 3/13 by fw/2; udp a6 > b6:53 = reject icmpv6 1/1 by fw/2; tcp a > b:80 = accept',
  },
  {
    name: 'before routing',
    rules: inet(hook('pre', 'prerouting', 'tcp dport 22 reject with tcp reset', 'udp dport 53 reject')),
    packets:
      'tcp a > me:22 = reject tcp reset by pre/1; tcp a > b:22 = reject tcp reset by pre/1; udp a > b:53 = reject icmp 3/3 by pre/2; udp a6 > me6:53 = reject icmpv6 1/4 by pre/2',
  },
  {
    name: 'what is made here',
    rules: inet(hook('out', 'output', 'tcp dport 22 reject with tcp reset', 'udp dport 53 reject')),
    packets:
      'tcp me > a:22 = reject tcp reset by out/1; udp me > a:53 = reject icmp 3/3 by out/2; udp me6 > a6:53 = reject icmpv6 1/4 by out/2; tcp lo > lo:22 = reject tcp reset by out/1',
  },
  {
    name: 'the answer has to pass, too',
    rules: inet(
      hook('in', 'input', 'tcp dport 22 reject with tcp reset', 'udp dport 53 reject'),
      hook('out', 'output', 'icmp type destination-unreachable drop'),
    ),
    packets: 'tcp a > me:22 = reject tcp reset by in/1; udp a > me:53 = reject icmp 3/3 by in/2',
  },
  {
    name: 'the answer belongs to what it answers',
    rules: inet(
      hook('in', 'input', 'ct state new reject'),
      hook('out', 'output', 'ct state related accept', 'drop'),
    ),
    packets: 'tcp a > me:22 = reject icmp 3/3 by in/1; tcp a6 > me6:22 = reject icmpv6 1/4 by in/1',
  },
]
