/** Chains of devices: ingress and egress of `netdev`, ingress of `inet` (nft(8), "NETDEV ADDRESS FAMILY"). */
import { hook, inet } from '../case.ts'
import { bridge, device, type LinkCase, netdev } from '../link/link-case.ts'

export const LINK_DEVICES: readonly LinkCase[] = [
  {
    name: 'ingress drops before all else',
    rules: netdev(device('i', 'ingress e0', 'tcp dport 22 drop')) + inet(hook('in', 'prerouting', 'accept')),
    packets: `tcp x > mex:22 = drop by i/1
      tcp x > mex:80 = accept by in/1 to here
      tcp y > mey:22 = accept by in/1 to here`,
  },
  {
    name: 'a policy of ingress',
    rules: netdev(device('i', 'ingress e0,e1 0 drop', 'ip saddr 10.7.0.2 accept')),
    packets: `tcp x > mex:22 = accept by i/1 to here; tcp y > mey:22 = drop by i/policy; tcp x6 > mex6:22 = drop by i/policy
      tcp n0 > me:22 = accept by nothing to here`,
  },
  {
    name: 'ingress of devices and of inet are one list, by priority',
    rules:
      netdev(device('late', 'ingress e0 10', 'tcp dport 22 drop')) +
      inet(device('early', 'ingress e0 5', 'tcp dport { 22, 80 } accept')),
    packets:
      'tcp x > mex:22 = drop by late/1; tcp x > mex:80 = accept by early/1; tcp x > mex:53 = accept by nothing',
  },
  {
    name: 'inet ingress: the protocol is that of the packet',
    rules: inet(
      device('i', 'ingress e0', 'meta nfproto ipv4 tcp dport 22 drop', 'meta nfproto ipv6 tcp dport 80 drop'),
    ),
    packets: `tcp x > mex:22 = drop by i/1; tcp x6 > mex6:22 = accept by nothing; tcp x6 > mex6:80 = drop by i/2
      tcp x > mex:80 = accept by nothing`,
  },
  {
    name: 'the protocol of the frame',
    rules: netdev(device('i', 'ingress e0', 'meta protocol ip6 drop', 'meta protocol ip tcp dport 22 drop')),
    packets:
      'tcp x6 > mex6:80 = drop by i/1; tcp x > mex:22 = drop by i/2; tcp x > mex:80 = accept by nothing',
  },
  {
    name: 'before conntrack every packet is invalid',
    rules:
      inet(
        device('i', 'ingress e0', 'ct state new tcp dport 22 drop', 'ct state invalid tcp dport 80 drop'),
      ) + inet(hook('in', 'input', 'ct state new accept')).replace('inet t', 'inet u'),
    packets: 'tcp x > mex:22 = accept by in/1; tcp x > mex:80 = drop by i/2',
  },
  {
    name: 'ingress has a device it comes in by, and none it leaves by',
    rules: netdev(
      device(
        'i',
        'ingress e0,e1',
        'iifname "e0" tcp dport 22 drop',
        'oifname != "e0" tcp dport 80 drop',
        'iif "e1" drop',
      ),
    ),
    packets:
      'tcp x > mex:22 = drop by i/1; tcp x > mex:80 = drop by i/2; tcp y > mey:53 = drop by i/3; tcp x > mex:53 = accept by nothing',
  },
  {
    name: 'egress has a device it leaves by, and none it came in by',
    rules: netdev(
      device(
        'o',
        'egress e0,e1',
        'oifname "e1" tcp dport 22 drop',
        'iifname "e0" tcp dport 80 drop',
        'iifname != "e0" tcp dport 53 drop',
      ),
    ),
    packets: `tcp x > y:22 = drop by o/1; tcp x > y:80 = accept by nothing to e1; tcp x > y:53 = drop by o/3
      tcp here mey:4000 > y:22 = drop by o/1; tcp here mex:4000 > x:22 = accept by nothing to e0`,
  },
  {
    name: 'egress comes after postrouting',
    rules:
      netdev(device('o', 'egress e1', 'tcp dport 22 drop')) +
      inet(hook('p', 'postrouting', 'tcp dport 22 accept')),
    packets: 'tcp x > y:22 = drop by o/1; tcp x > y:80 = accept by nothing to e1',
  },
  {
    name: 'egress sees the frame as it leaves',
    rules: netdev(
      device(
        'o',
        'egress e1',
        'ether saddr 02:00:00:00:d0:05 ether daddr 02:00:00:00:08:02 tcp dport 22 drop',
        'ether saddr 02:00:00:00:07:02 tcp dport 80 drop',
        'ether type ip tcp dport 53 drop',
      ),
    ),
    packets:
      'tcp x > y:22 = drop by o/1; tcp x > y:80 = accept by nothing; tcp x > y:53 = drop by o/3; tcp here mey:4000 > y:22 = drop by o/1',
  },
  {
    name: 'a translation is seen at egress',
    rules:
      inet(hook('n', 'postrouting 100 accept nat', 'oifname "e1" masquerade')) +
      netdev(device('o', 'egress e1', 'ip saddr 10.8.0.1 tcp dport 22 drop', 'ip saddr 10.7.0.2 drop')),
    packets: 'tcp x > y:22 = drop by o/1; tcp x > y:80 = accept by nothing to e1 ',
  },
  {
    name: 'hardware addresses',
    rules: netdev(
      device(
        'i',
        'ingress e0,w0',
        'ether saddr 02:00:00:00:07:02 tcp dport 22 drop',
        'ether daddr 02:00:00:00:d0:04 tcp dport 80 drop',
        'ether saddr { 02:00:00:00:09:02, 02:00:00:00:09:03 } tcp dport 53 drop',
        'ether daddr != 02:00:00:00:d0:06 tcp dport 443 drop',
      ),
    ),
    packets: `tcp x > mex:22 = drop by i/1; tcp x > mex:80 = drop by i/2; tcp x > mex:53 = accept by nothing
      tcp n0 > n1:53 = drop by i/3; tcp n0 > me:443 = accept by nothing to here; tcp n0 > n1:443 = drop by i/4`,
  },
  {
    name: 'hardware addresses at input, of what came by Ethernet',
    rules: inet(
      hook(
        'in',
        'input',
        'ether saddr 02:00:00:00:07:02 tcp dport 22 drop',
        'ether type ip tcp dport 80 drop',
      ),
    ),
    packets: `tcp x > mex:22 = drop by in/1; tcp y > mey:22 = accept by nothing; tcp x > mex:80 = drop by in/2
      tcp n0 > me:80 = drop by in/2; tcp here mex:4000 > mex:80 = accept by nothing`,
  },
  {
    name: 'bytes of the frame',
    rules: netdev(
      device('i', 'ingress e0', '@ll,48,48 0x020000000702 tcp dport 22 drop', '@ll,96,16 0x86dd drop'),
    ),
    packets:
      'tcp x > mex:22 = drop by i/1; tcp x6 > mex6:80 = drop by i/2; tcp x > mex:80 = accept by nothing',
  },
  {
    name: 'a frame for somebody else is seen at ingress, and not taken',
    rules: netdev(
      device('i', 'ingress e0', 'meta pkttype other tcp dport 22 drop', 'meta pkttype host accept'),
    ),
    packets: 'tcp x > mex:22 to=nobody = drop by i/1; tcp x > mex:22 = accept by i/2 to here',
  },
  {
    name: 'for everybody, and for a group',
    rules: netdev(
      device('i', 'ingress e0', 'meta pkttype broadcast tcp dport 22 drop', 'meta pkttype multicast drop'),
    ),
    packets:
      'tcp x > mex:22 to=all = drop by i/1; udp x > mex:53 to=group = drop by i/2; udp x > 10.7.0.255:53 to=all = accept by nothing to here',
  },
  {
    name: 'a tag of a VLAN',
    rules: netdev(
      device(
        'i',
        'ingress w0',
        'vlan id 5 tcp dport 22 drop',
        'vlan id 6 drop',
        'ether type ip tcp dport 80 drop',
        'ether type vlan tcp dport 80 accept',
        'vlan type ip tcp dport 53 drop',
        'meta protocol ip tcp dport 443 drop',
      ),
    ),
    packets: `tcp n0 > n1:22 vlan=5 = drop by i/1; tcp n0 > n1:22 = accept by nothing to w1; tcp n0 > n1:8080 vlan=6 = drop by i/2
      tcp n0 > n1:80 = drop by i/3; tcp n0 > n1:80 vlan=5 = accept by i/4 to w1; tcp n0 > n1:53 vlan=7 = drop by i/5
      tcp n0 > n1:53 = accept by nothing; tcp n0 > n1:443 vlan=5 = drop by i/6; tcp n0 > n1:443 = drop by i/6`,
  },
  {
    name: 'priority of a tag',
    rules: netdev(device('i', 'ingress w0', 'vlan pcp 3 drop', 'vlan dei 1 drop')),
    packets:
      'tcp n0 > n1:22 vlan=24581 = drop by i/1; tcp n0 > n1:22 vlan=4101 = drop by i/2; tcp n0 > n1:22 vlan=5 = accept by nothing',
  },
  {
    name: 'the header of IP is asked for within a tag, too',
    rules: netdev(
      device(
        'i',
        'ingress w0',
        'vlan id 5 ip saddr 10.9.0.2 tcp dport 22 drop',
        'ip daddr 10.9.0.3 tcp dport 80 drop',
      ),
    ),
    packets:
      'tcp n0 > n1:22 vlan=5 = drop by i/1; tcp n0 > n1:80 vlan=5 = drop by i/2; tcp n0 > n1:22 = accept by nothing',
  },
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
    name: 'a mark that ingress sets is there afterwards',
    rules:
      netdev(device('i', 'ingress e0', 'tcp dport 22 meta mark set 5')) +
      inet(hook('in', 'input', 'meta mark 5 drop')),
    packets: 'tcp x > mex:22 = drop by in/1; tcp x > mex:80 = accept by nothing',
  },
  {
    name: 'a field that ingress sets',
    rules:
      netdev(device('i', 'ingress e0', 'tcp dport 22 ip dscp set cs1', 'tcp dport 80 tcp dport set 8080')) +
      inet(hook('in', 'input', 'ip dscp cs1 drop', 'tcp dport 8080 drop')),
    packets:
      'tcp x > mex:22 = drop by in/1; tcp x > mex:80 = drop by in/2; tcp x > mex:53 = accept by nothing',
  },
  {
    name: 'chains of devices jump, and have sets',
    rules: netdev(
      'set s { type ipv4_addr; flags interval; elements = { 10.7.0.0/24 }; }',
      'chain sub {\ntcp dport 22 drop\ntcp dport 80 return\naccept\n}',
      device('i', 'ingress e0 0 drop', 'ip saddr @s jump sub', 'tcp dport 80 accept'),
    ),
    packets:
      'tcp x > mex:22 = drop by sub/1; tcp x > mex:80 = accept by i/2; tcp x > mex:53 = accept by sub/3; tcp x6 > mex6:22 = drop by i/policy',
  },
  {
    name: 'the bridge itself is a device',
    rules: netdev(
      device('i', 'ingress br0', 'tcp dport 22 drop'),
      device('o', 'egress br0', 'tcp dport 80 drop'),
    ),
    packets: `tcp n0 > me:22 = drop by i/1; tcp n0 > n1:22 = accept by nothing to w1; tcp n0 > n1:80 = accept by nothing to w1
      tcp here me:4000 > n0:80 = drop by o/1; tcp x > n0:80 = drop by o/1; tcp x > n0:22 = accept by nothing to w0`,
  },
  {
    name: 'a port is a device before the bridge is one',
    rules:
      netdev(
        device('i', 'ingress w0', 'tcp dport 22 accept'),
        device('j', 'ingress br0', 'tcp dport 22 drop'),
      ) + bridge(hook('p', 'prerouting', 'tcp dport 22 accept')),
    packets: 'tcp n0 > me:22 = drop by j/1; tcp n0 > n1:22 = accept by p/1 to w1',
  },
]
