/** What a device hands to another, copies, and rejects by itself (nft(8), "FWD STATEMENT", "DUP STATEMENT", "REJECT STATEMENT"). */
import { hook, inet } from '../case.ts'
import { bridge, device, type LinkCase, netdev } from '../link/link-case.ts'

export const LINK_HANDED: readonly LinkCase[] = [
  {
    name: 'handed to another device',
    rules: netdev(device('i', 'ingress e0', 'tcp dport 22 fwd to "e1"')),
    packets:
      'tcp x > mex:22 = accept by i/1 to e1; tcp x > y:22 = accept by i/1 to e1; tcp x > mex:80 = accept by nothing to here',
  },
  {
    name: 'what is handed over passes egress there, and nothing else',
    rules:
      netdev(
        device('i', 'ingress e0', 'tcp dport { 22, 80 } fwd to "e1"'),
        device('o', 'egress e1', 'tcp dport 22 drop'),
      ) + inet(hook('p', 'prerouting 0 drop')),
    packets:
      'tcp x > mex:22 = drop by o/1; tcp x > mex:80 = accept by i/1 to e1; tcp x > mex:53 = drop by p/policy',
  },
  {
    name: 'handed over at egress',
    rules: netdev(device('o', 'egress e1', 'tcp dport 22 fwd to "e0"')),
    packets: 'tcp x > y:22 = accept by o/1 to e0; tcp here mey:4000 > y:22 = accept by o/1 to e0',
  },
  {
    name: 'a copy for another device changes nothing',
    rules: netdev(device('i', 'ingress w0', 'tcp dport 22 dup to "e1"', 'tcp dport 22 drop')),
    packets: 'tcp n0 > n1:80 = accept by nothing to w1',
  },
  {
    name: 'rejected by a device: the answer is a frame that goes back',
    rules: netdev(
      device(
        'i',
        'ingress e0',
        'tcp dport 22 reject with tcp reset',
        'udp dport 53 reject',
        'meta l4proto icmp reject',
      ),
    ),
    packets: `tcp x > mex:22 = reject tcp reset by i/1; udp x > mex:53 = reject icmp 3/3 by i/2; udp x6 > mex6:53 = reject icmpv6 1/4 by i/2
      tcp x > y:22 = reject tcp reset by i/1; tcp x > mex:22 rst = reject silently by i/1; icmp x > mex 3/1 = reject silently by i/3
      icmp x > mex 11/0 = reject icmp 3/3 by i/3; udp x > mex:53 to=all = reject silently by i/2`,
  },
  {
    name: 'rejected by a device, of each kind',
    rules: netdev(
      device(
        'i',
        'ingress e0',
        'tcp dport 80 reject with icmp admin-prohibited',
        'tcp dport 443 reject with icmpx host-unreachable',
        'tcp dport 53 reject with icmpv6 no-route',
        'tcp dport 1000 reject with icmpx no-route',
      ),
    ),
    packets: `tcp x > mex:80 = reject icmp 3/13 by i/1; tcp x > mex:443 = reject icmp 3/1 by i/2; tcp x6 > mex6:443 = reject icmpv6 1/3 by i/2
      tcp x6 > mex6:53 = reject icmpv6 1/0 by i/3; tcp x > mex:53 = accept by nothing; tcp x6 > mex6:1000 = reject icmpv6 1/0 by i/4`,
  },
  {
    name: 'the answer to what a device rejects meets egress alone',
    rules:
      netdev(
        device('i', 'ingress e0', 'tcp dport 22 reject with tcp reset', 'udp dport 53 reject'),
        device('o', 'egress e0', 'icmp type destination-unreachable drop'),
      ) + inet(hook('out', 'output 0 drop')),
    packets: 'tcp x > mex:22 = reject tcp reset by i/1; udp x > mex:53 = reject icmp 3/3 by i/2',
  },
  {
    name: 'rejected at inet ingress: the answer is a packet of the host',
    rules: inet(device('i', 'ingress e0', 'tcp dport 22 reject with tcp reset', 'udp dport 53 reject')),
    packets:
      'tcp x > mex:22 = reject tcp reset by i/1; udp x > mex:53 = reject icmp 3/3 by i/2; udp x6 > mex6:53 = reject icmpv6 1/4 by i/2',
  },
  {
    name: 'handed round and round it is lost',
    rules: netdev(device('o', 'egress e1', 'tcp dport 22 fwd to "e1"')),
    packets: 'tcp x > y:22 = drop; tcp x > y:80 = accept by nothing to e1',
  },
  {
    name: 'IP answers nothing that is not for the host’s own address',
    rules: inet(device('i', 'ingress w1', 'udp dport 53 reject', 'tcp dport 22 reject with tcp reset')),
    packets: 'udp n1 > me:53 = reject silently by i/1; tcp n1 > me:22 = reject tcp reset by i/2',
  },
  {
    name: 'an answer of the host is a frame of its own',
    rules:
      inet(device('i', 'ingress w1', 'tcp dport 22 reject with tcp reset')) +
      bridge(hook('q', 'postrouting', 'meta pkttype host drop')),
    packets: 'tcp n1 > me:22 = reject tcp reset by i/1',
  },
  {
    name: 'at egress the frame’s header counts',
    rules: netdev(
      device('o', 'egress e1,br0', 'tcp dport 22 meta length 54 drop', 'tcp dport 80 meta length 40 drop'),
    ),
    packets:
      'tcp x > y:22 = drop by o/1; tcp x > y:80 = accept by nothing to e1; tcp here me:4000 > n0:22 = drop by o/1',
  },
  {
    name: 'what came to everybody isn’t passed on',
    rules: netdev(device('i', 'ingress e0', 'tcp dport 80 drop')),
    packets: 'tcp x > y:22 to=all = drop; tcp x > y:22 = accept by nothing to e1',
  },
]
