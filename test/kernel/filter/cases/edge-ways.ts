/** Edges of ways: answers at each hook, last hops, marks that lead elsewhere, what routing tables say (nft(8), "FIB EXPRESSIONS", "REJECT STATEMENT"). */
import { type Case, hook, inet } from '../case.ts'

const dnat = (...rules: readonly string[]): string => hook('pre', 'prerouting -100 accept nat', ...rules)

export const EDGE_WAYS: readonly Case[] = [
  {
    name: 'each hook’s reject, each family’s answer',
    rules: inet(
      hook('pre', 'prerouting', 'tcp dport 1 reject with icmpx host-unreachable'),
      hook('in', 'input', 'tcp dport 2 reject with icmpx admin-prohibited'),
      hook('fw', 'forward', 'tcp dport 3 reject with icmpx no-route', 'meta l4proto 47 reject'),
      hook('out', 'output', 'tcp dport 4 reject with icmpx port-unreachable'),
    ),
    packets: `tcp a > me:1 = reject icmp 3/1 by pre/1; tcp a6 > b6:1 = reject icmpv6 1/3 by pre/1; tcp a > me:2 = reject icmp 3/13; tcp a6 > me6:2 = reject icmpv6 1/1
      tcp a > b:3 = reject icmp 3/0; tcp a6 > b6:3 = reject icmpv6 1/0; tcp me > a:4 = reject icmp 3/3; tcp me6 > a6:4 = reject icmpv6 1/4; 47 a > b = reject icmp 3/3 by fw/2`,
  },
  {
    name: 'a reset belongs to a connection, and is translated like it',
    rules: inet(
      dnat('tcp dport 80 dnat ip to 10.2.0.2'),
      hook('fw', 'forward', 'tcp dport 80 reject with tcp reset'),
      hook('out', 'output', 'ct status dnat accept', 'drop'),
    ),
    packets: 'tcp a > me:80 = reject tcp reset by fw/1',
  },
  {
    name: 'a later fragment is rejected silently',
    rules: inet(hook('pre', 'prerouting -500', 'ip frag-off & 0x1fff != 0 reject')),
    packets: 'udp a > b:53 fragment=10 = reject silently by pre/1; udp a > b:53 = accept',
  },
  {
    name: 'a last hop on the way through',
    rules: inet(
      hook('pre', 'prerouting', 'ip ttl 1 counter', 'ip6 hoplimit 1 counter'),
      hook('fw', 'forward', 'drop'),
    ),
    packets:
      'tcp a > b:22 ttl=1 = drop by nothing; tcp a6 > b6:22 ttl=1 = drop by nothing; tcp a > b:22 ttl=2 = drop by fw/1; tcp a > me:22 ttl=1 = accept',
  },
  {
    name: 'a mark before routing leads elsewhere',
    rules: inet(
      hook('pre', 'prerouting -150', 'tcp dport 22 meta mark set 7', 'tcp dport 80 meta mark set 9'),
      hook('fw', 'forward', 'oifname "t0" drop'),
      hook('in', 'input', 'tcp dport 80 drop'),
    ),
    packets: 'tcp a > far:22 = drop by fw/1; tcp a > far:443 = accept; tcp a > far:80 = drop by in/1',
  },
  {
    name: 'a destination that an output chain of type route changes, leads elsewhere; of type filter, too late',
    rules: inet(
      hook('out', 'output 0 accept route', 'tcp dport 22 ip daddr set 10.1.0.2'),
      hook('post', 'postrouting', 'oifname "t0" drop'),
    ),
    packets: 'tcp me2 > b:22 = drop by post/1; tcp me2 > b:80 = accept',
  },
  {
    name: 'strictly: the way back leads by the device it came by, and not at all',
    rules: inet(
      hook('pre', 'prerouting -300', 'fib saddr . iif oif 0 drop', 'fib saddr . iif oif exists accept'),
    ),
    packets:
      'tcp t0 b > me:22 = drop by pre/1; tcp a > me:22 = accept by pre/2; tcp t1 far > me2:22 = accept by pre/2',
  },
  {
    name: 'loosely: there is some way back',
    rules: inet(
      hook(
        'pre',
        'prerouting -300',
        'fib saddr oif missing drop',
        'fib saddr oif "t1" tcp dport 22 drop',
        'fib daddr oifname "t1" tcp dport 80 drop',
      ),
    ),
    packets: 'tcp t0 b > me:22 = drop by pre/2; tcp a > b:80 = drop by pre/3; tcp a > me:22 = accept',
  },
  {
    name: 'what is for this host has no way out, and what comes by loopback came the right way',
    rules: inet(
      hook(
        'pre',
        'prerouting',
        'fib daddr oif missing tcp dport 22 drop',
        'fib daddr oif exists tcp dport 80 drop',
        'fib saddr . iif oif exists iif lo tcp dport 443 drop',
        'fib saddr oifname "lo" drop',
      ),
    ),
    packets:
      'tcp a > me:22 = drop by pre/1; tcp a > b:22 = accept; tcp a > b:80 = drop by pre/2; tcp a > me:80 = accept; tcp lo > lo:443 = drop by pre/3; tcp me > me:53 = drop by pre/4; tcp a6 > me6:22 = drop by pre/1; tcp a6 > b6:80 = drop by pre/2; tcp lo6 > lo6:443 = drop by pre/3',
  },
  {
    name: 'kinds of address of what is sent from',
    rules: inet(
      hook(
        'pre',
        'prerouting',
        'fib saddr type local drop',
        'fib saddr type { unicast } tcp dport 22 accept',
        'fib daddr type { broadcast, multicast, anycast } drop',
      ),
    ),
    packets:
      'tcp t0 me2 > me:22 = drop by pre/1; tcp a > me:22 = accept by pre/2; udp a > 10.2.0.255:53 = drop by pre/3; tcp a6 > [fd01::]:80 = drop by pre/3',
  },
  {
    name: 'the way that a mark leads is asked for by the mark; what kind of address it is, isn’t',
    rules: inet(
      hook(
        'pre',
        'prerouting',
        'meta mark set 7',
        'fib daddr . mark type != unicast tcp dport 22 drop',
        'fib daddr . mark oif "t0" tcp dport 443 drop',
        'fib daddr oif "t1" tcp dport 80 drop',
        'fib saddr . mark oif "t1" tcp dport 53 drop',
      ),
    ),
    packets:
      'tcp a > far:22 = accept by nothing; tcp a > far:443 = drop by pre/3; tcp a > far:80 = drop by pre/4; tcp b > me2:53 = accept',
  },
  {
    name: 'what is made here has no device it came by, and the way is known in output',
    rules: inet(
      hook(
        'out',
        'output',
        'fib daddr . oif type local accept',
        'fib saddr . oif type != local tcp dport 22 drop',
        'fib daddr type unicast tcp dport 80 drop',
      ),
    ),
    packets:
      'tcp me > a:22 = accept; tcp me > b:22 = drop by out/2; tcp me2 > b:80 = drop by out/3; tcp lo > me:22 = accept by nothing',
  },
]
