/** Facts that are in no header: devices, marks, sockets, routes, rates (nft(8), "META EXPRESSIONS", "FIB EXPRESSIONS"). */
import { type Case, hook, inet, input, strict } from '../case.ts'

export const FACTS: readonly Case[] = [
  {
    name: 'the device that it came by',
    rules: strict('iifname "t0" accept', 'iif "lo" accept'),
    packets:
      'tcp a > me:22 = accept by in/1; tcp b > me2:22 = drop by in/policy; tcp lo > lo:22 = accept by in/2',
  },
  {
    name: 'devices by the beginning of their name',
    rules: strict('iifname "t*" accept', 'iifname != "x*" tcp dport 22 accept'),
    packets: 'tcp a > me:80 = accept by in/1; tcp lo > lo:22 = accept by in/2; tcp lo > lo:80 = drop',
  },
  {
    name: 'where there is no device, it has no name: which isn’t any other',
    rules: inet(
      hook('out', 'output', 'iifname "t0" drop', 'iifname != "t0" tcp dport 22 drop'),
      hook('in', 'input', 'oifname != "t1" tcp dport 80 drop'),
    ),
    packets: 'tcp me > a:22 = drop by out/2; tcp a > me:80 = drop by in/1; tcp me > a:443 = accept',
  },
  {
    name: 'the device that it will leave by',
    rules: inet(hook('fw', 'forward', 'iifname "t0" oifname "t1" accept', 'drop')),
    packets: 'tcp a > b:22 = accept by fw/1; tcp b > a:22 = drop by fw/2; tcp a > far:22 = accept by fw/1',
  },
  {
    name: 'in postrouting what is passed on has a device that it came by, what is made here has none',
    rules: inet(hook('post', 'postrouting', 'iifname "t0" oif "t1" drop', 'oifname "t1" tcp dport 80 drop')),
    packets: 'tcp a > b:22 = drop by post/1; tcp me2 > b:22 = accept; tcp me2 > b:80 = drop by post/2',
  },
  {
    name: 'kinds of devices',
    rules: strict('iiftype loopback accept', 'iifgroup default tcp dport 22 accept'),
    packets: 'tcp lo > lo:80 = accept by in/1; tcp a > me:22 = accept by in/2; tcp a > me:80 = drop',
  },
  {
    name: 'a mark that was set is there in later chains, and at later hooks',
    rules: inet(
      hook('pre', 'prerouting -300', 'tcp dport 22 meta mark set 5'),
      hook('in', 'input', 'meta mark 5 drop', 'meta mark != 0 accept'),
    ),
    packets: 'tcp a > me:22 = drop by in/1; tcp a > me:80 = accept by nothing',
  },
  {
    name: 'bits of a mark',
    rules: inet(
      hook(
        'pre',
        'prerouting -300',
        'meta mark set 0x12',
        'meta mark set meta mark and 0xf0',
        'meta mark set meta mark xor 0x3',
      ),
      hook('in', 'input 0 drop', 'meta mark & 0x10 == 0x10 meta mark & 0x1 != 0 meta mark 0x13 accept'),
    ),
    packets: 'tcp a > me:22 = accept by in/1',
  },
  {
    name: 'marks in ranges',
    rules: strict('tcp dport 22 meta mark set 7', 'meta mark 5-9 accept', 'meta mark < 5 drop'),
    packets: 'tcp a > me:22 = accept by in/2; tcp a > me:80 = drop by in/3',
  },
  {
    name: 'a mark set in an output chain of type route leads elsewhere',
    rules: inet(
      hook('out', 'output 0 accept route', 'tcp dport 22 meta mark set 7'),
      hook('post', 'postrouting', 'oifname "t0" drop'),
    ),
    packets: 'tcp me2 > b:22 = drop by post/1; tcp me2 > b:80 = accept',
  },
  {
    name: 'whose socket it is',
    rules: inet(
      hook(
        'out',
        'output',
        'meta skuid 0 tcp dport 22 drop',
        'meta skuid 1000 drop',
        'meta skgid != 1 tcp dport 80 drop',
      ),
    ),
    packets: 'tcp me > a:22 = drop by out/1; tcp me > a:80 = drop by out/3; tcp me > a:443 = accept',
  },
  {
    name: 'what came in is nobody’s',
    rules: inet(
      hook('pre', 'prerouting', 'meta skuid 0 drop'),
      hook('in', 'input', 'meta skuid 0 drop', 'meta skuid != 0 drop'),
    ),
    packets: 'tcp a > me:22 = accept by nothing; tcp lo > lo:22 = accept by nothing',
  },
  {
    name: 'kinds of address',
    rules: inet(hook('pre', 'prerouting', 'fib daddr type local accept', 'fib daddr type unicast drop')),
    packets:
      'tcp a > me:22 = accept by pre/1; tcp a > b:22 = drop by pre/2; tcp a > me2:22 = accept by pre/1; tcp a6 > b6:22 = drop by pre/2; tcp a6 > me6:22 = accept by pre/1',
  },
  {
    name: 'broadcasts',
    rules: inet(hook('pre', 'prerouting', 'fib daddr type broadcast drop')),
    packets: 'udp a > 10.1.0.255:53 = drop by pre/1; udp a > me:53 = accept',
  },
  {
    name: 'an address of the device that it came by',
    rules: inet(hook('pre', 'prerouting', 'fib daddr . iif type != local drop')),
    packets: 'tcp a > me:22 = accept; tcp a > me2:22 = drop by pre/1; tcp b > me2:22 = accept',
  },
  {
    name: 'whether the way back leads by where it came from',
    rules: inet(hook('pre', 'prerouting', 'fib saddr . iif oif missing drop')),
    packets:
      'tcp a > me:22 = accept; tcp t0 b > me:22 = drop by pre/1; tcp t1 far > me2:22 = accept; tcp t0 far > me:22 = drop by pre/1; tcp t0 b6 > me6:22 = drop by pre/1',
  },
  {
    name: 'the device of the way back',
    rules: inet(hook('pre', 'prerouting', 'fib saddr oifname "t1" drop')),
    packets: 'tcp t0 b > me:22 = drop by pre/1; tcp a > me:22 = accept',
  },
  {
    name: 'a limit that isn’t used up',
    rules: strict(
      'tcp dport 22 limit rate 1000/second accept',
      'tcp dport 80 limit rate over 1000/second accept',
      'tcp dport 443 limit rate 10/minute burst 100 packets accept',
    ),
    packets:
      'tcp a > me:22 = accept by in/1; tcp a > me:80 = drop by in/policy; tcp a > me:443 = accept by in/3',
  },
  {
    name: 'bytes in time',
    rules: strict('limit rate 10 mbytes/second accept'),
    packets: 'tcp a > me:22 = accept by in/1',
  },
  {
    name: 'a quota that isn’t used up',
    rules: strict(
      'tcp dport 22 quota until 1 mbytes accept',
      'tcp dport 80 quota over 1 mbytes accept',
      'udp dport 53 quota until 30 bytes accept',
    ),
    packets:
      'tcp a > me:22 = accept by in/1; tcp a > me:80 = drop by in/policy; udp a > me:53 payload=40 = drop by in/policy',
  },
  {
    name: 'limits and quotas by name',
    rules: `table inet t {
      limit l { rate 1000/second }
      quota q { over 1 mbytes }
      counter c { }
      ${hook('in', 'input 0 drop', 'counter name "c" tcp dport 22 limit name "l" accept', 'tcp dport 80 quota name "q" accept')}
    }`,
    packets: 'tcp a > me:22 = accept by in/1; tcp a > me:80 = drop by in/policy',
  },
  {
    name: 'a count of connections that isn’t reached',
    rules: strict('tcp dport 22 ct count 100 accept', 'tcp dport 80 ct count over 100 accept'),
    packets: 'tcp a > me:22 = accept by in/1; tcp a > me:80 = drop by in/policy',
  },
  {
    name: 'a log and a counter let pass',
    rules: strict('log prefix "seen " counter tcp dport 22 accept', 'log flags all', 'tcp dport 80 accept'),
    packets: 'tcp a > me:22 = accept by in/1; tcp a > me:80 = accept by in/3',
  },
  {
    name: 'headers that rules change',
    rules: inet(
      hook(
        'pre',
        'prerouting -300',
        'ip ttl set 9',
        'ip dscp set cs1',
        'tcp dport 22 tcp dport set 80',
        'ip6 hoplimit set 7',
      ),
      hook('in', 'input 0 drop', 'ip ttl 9 ip dscp cs1 tcp dport 80 accept', 'ip6 hoplimit 7 accept'),
    ),
    packets: 'tcp a > me:22 = accept by in/1 as a:4000 > me:80; tcp a6 > me6:53 = accept by in/2',
  },
  {
    name: 'an address that a rule changes before routing leads elsewhere',
    rules: inet(
      hook('pre', 'prerouting -300', 'tcp dport 22 ip daddr set 10.2.0.2'),
      hook('fw', 'forward', 'drop'),
    ),
    packets: 'tcp a > me:22 = drop by fw/1; tcp a > me:80 = accept by nothing',
  },
  {
    name: 'the segment size that a rule changes is there afterwards',
    rules: inet(
      hook('fw', 'forward', 'tcp flags syn tcp option maxseg size set 500'),
      hook('post', 'postrouting', 'tcp option maxseg size 500 drop'),
    ),
    packets: 'tcp a > b:22 syn mss=1200 = drop by post/1; tcp a > b:22 syn = accept',
  },
  {
    name: 'loopback alone',
    rules: strict('iif lo accept'),
    packets:
      'tcp lo > lo:22 = accept by in/1; tcp me > me:22 = accept by in/1; tcp a > lo:22 = drop; tcp lo6 > lo6:22 = accept by in/1',
  },
  {
    name: 'what is for a broadcast of the network, and what for one',
    rules: input('meta pkttype { broadcast, multicast } drop'),
    packets: 'tcp a > me:22 = accept by nothing',
  },
]
