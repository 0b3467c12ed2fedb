/** Chains of a bridge: where frames go through it, come up to the host, and leave by it (nft(8), "BRIDGE ADDRESS FAMILY"). */
import { chain, hook, inet } from '../case.ts'
import { bridge, device, type LinkCase, netdev } from '../link/link-case.ts'

export const LINK_BRIDGES: readonly LinkCase[] = [
  {
    name: 'what is passed on goes through forward',
    rules: bridge(hook('f', 'forward', 'tcp dport 22 drop')),
    packets: `tcp n0 > n1:22 = drop by f/1; tcp n0 > n1:80 = accept by nothing to w1; tcp n0 > me:22 = accept by nothing to here
      tcp n06 > n16:22 = drop by f/1; tcp x > n0:22 = accept by nothing to w0`,
  },
  {
    name: 'what is for the host goes through input',
    rules: bridge(hook('i', 'input', 'tcp dport 22 drop')),
    packets: `tcp n0 > me:22 = drop by i/1; tcp n0 > n1:22 = accept by nothing to w1; tcp n0 > y:22 = drop by i/1
      tcp n0 > mex:22 = drop by i/1; tcp x > mex:22 = accept by nothing to here; tcp n0 > me:80 = accept by nothing to here`,
  },
  {
    name: 'what the host sends goes through output',
    rules: bridge(hook('o', 'output', 'tcp dport 22 drop')),
    packets: `tcp here me:4000 > n0:22 = drop by o/1; tcp here me:4000 > n0:80 = accept by nothing to w0; tcp n0 > n1:22 = accept by nothing to w1
      tcp x > n0:22 = drop by o/1; tcp x6 > n06:22 = drop by o/1; tcp x > y:22 = accept by nothing to e1`,
  },
  {
    name: 'all of it goes through prerouting or postrouting',
    rules: bridge(
      hook('p', 'prerouting', 'tcp dport 22 drop'),
      hook('q', 'postrouting', 'tcp dport 80 drop'),
    ),
    packets: `tcp n0 > n1:22 = drop by p/1; tcp n0 > me:22 = drop by p/1; tcp n0 > n1:80 = drop by q/1; tcp n0 > me:80 = accept by nothing to here
      tcp here me:4000 > n0:80 = drop by q/1; tcp x > n0:22 = accept by nothing to w0`,
  },
  {
    name: 'policies',
    rules: bridge(
      hook('f', 'forward 0 drop', 'ip saddr 10.9.0.2 tcp dport 22 accept'),
      hook('i', 'input 0 drop', 'tcp dport 80 accept'),
    ),
    packets: `tcp n0 > n1:22 = accept by f/1 to w1; tcp n1 > n0:22 = drop by f/policy; tcp n06 > n16:22 = drop by f/policy
      tcp n0 > me:80 = accept by i/1 to here; tcp n0 > me:22 = drop by i/policy`,
  },
  {
    name: 'the way of a frame for the host: ports, bridge, device, IP',
    rules:
      netdev(
        device('a', 'ingress w0', 'tcp dport 22 accept'),
        device('c', 'ingress br0', 'tcp dport 22 accept'),
      ) +
      bridge(hook('b', 'prerouting', 'tcp dport 22 accept'), hook('b2', 'input', 'tcp dport 22 accept')) +
      inet(hook('e', 'input', 'tcp dport 22 accept')),
    packets: 'tcp n0 > me:22 = accept by e/1 to here; tcp n0 > n1:22 = accept by b/1 to w1',
  },
  {
    name: 'devices in each hook',
    rules: bridge(
      hook('p', 'prerouting', 'iifname "w0" tcp dport 22 drop', 'oifname "w1" drop'),
      hook('f', 'forward', 'iifname "w0" oifname "w1" tcp dport 80 drop'),
      hook('q', 'postrouting', 'oifname "w1" tcp dport 53 drop', 'iifname "w0" drop'),
      hook('i', 'input', 'iifname "w1" tcp dport 443 drop', 'iifname "br0" drop', 'oifname "br0" drop'),
      hook('o', 'output', 'oifname "w1" tcp dport 22 drop', 'iifname "br0" drop', 'oifname "br0" drop'),
    ),
    packets: `tcp n0 > n1:22 = drop by p/1; tcp n0 > n1:80 = drop by f/1; tcp n1 > n0:80 = accept by nothing to w0; tcp n0 > n1:53 = drop by q/1
      tcp n1 > me:443 = drop by i/1; tcp n0 > me:443 = accept by nothing to here; tcp here me:4000 > n1:22 = drop by o/1
      tcp here me:4000 > n0:22 = accept by nothing to w0; tcp n0 > n1:8080 = accept by nothing to w1`,
  },
  {
    name: 'indexes of devices',
    rules: bridge(hook('f', 'forward', 'iif "w0" oif "w1" tcp dport 22 drop', 'iif "w1" drop')),
    packets: 'tcp n0 > n1:22 = drop by f/1; tcp n0 > n1:80 = accept by nothing; tcp n1 > n0:80 = drop by f/2',
  },
  {
    name: 'a set of ports and devices',
    rules: bridge(
      'set s { type ifname . inet_service; elements = { "w0" . 22, "w1" . 80 }; }',
      hook('f', 'forward', 'iifname . tcp dport @s drop'),
    ),
    packets:
      'tcp n0 > n1:22 = drop by f/1; tcp n1 > n0:80 = drop by f/1; tcp n1 > n0:22 = accept by nothing; tcp n0 > n1:80 = accept by nothing',
  },
  {
    name: 'protocols of frames and packets',
    rules: bridge(
      hook(
        'f',
        'forward',
        'ether type ip tcp dport 22 drop',
        'meta protocol ip6 drop',
        'ip protocol udp drop',
        'meta l4proto icmp drop',
        'icmp type echo-reply drop',
      ),
    ),
    packets: `tcp n0 > n1:22 = drop by f/1; tcp n06 > n16:80 = drop by f/2; udp n0 > n1:53 = drop by f/3; icmp n0 > n1 = drop by f/4
      tcp n0 > n1:80 = accept by nothing to w1`,
  },
  {
    name: 'hardware addresses',
    rules: bridge(
      hook(
        'f',
        'forward',
        'ether saddr 02:00:00:00:09:02 tcp dport 22 drop',
        'ether daddr 02:00:00:00:09:03 tcp dport 80 drop',
        'ether saddr . ip saddr { 02:00:00:00:09:02 . 10.9.0.2 } tcp dport 53 drop',
      ),
      hook('o', 'output', 'ether daddr 02:00:00:00:09:02 ether saddr 02:00:00:00:d0:06 tcp dport 22 drop'),
    ),
    packets: `tcp n0 > n1:22 = drop by f/1; tcp n1 > n0:22 = accept by nothing; tcp n0 > n1:80 = drop by f/2; tcp n0 > n1:53 = drop by f/3
      tcp here me:4000 > n0:22 = drop by o/1; tcp x > n0:22 = drop by o/1; tcp here me:4000 > n1:22 = accept by nothing to w1`,
  },
  {
    name: 'for whom a frame is',
    rules: bridge(
      hook('p', 'prerouting', 'meta pkttype host tcp dport 22 drop', 'meta pkttype other tcp dport 80 drop'),
      hook('f', 'forward', 'meta pkttype host tcp dport 53 drop', 'meta pkttype other tcp dport 443 drop'),
      hook('i', 'input', 'meta pkttype host tcp dport 8080 drop'),
    ),
    packets: `tcp n0 > me:22 = drop by p/1; tcp n0 > n1:22 = accept by nothing to w1; tcp n0 > n1:80 = drop by p/2; tcp n0 > me:80 = accept by nothing
      tcp n0 > n1:53 = accept by nothing; tcp n0 > n1:443 = drop by f/2; tcp n0 > me:8080 = drop by i/1`,
  },
  {
    name: 'a frame for an address that nobody knows goes to all other ports',
    rules: bridge(hook('f', 'forward', 'oifname "w1" tcp dport 22 drop', 'tcp dport 53 drop')),
    packets: `tcp n0 > n2:22 = copies w2; tcp n0 > n2:80 = copies w1 w2; tcp n0 > n2:53 = copies; tcp n2 > n1:22 = drop by f/1
      tcp n1 > n2:22 = copies w0 w2; tcp n0 > n1:80 to=nobody = copies w1 w2`,
  },
  {
    name: 'a frame for everybody goes to all other ports',
    rules: bridge(
      hook('f', 'forward', 'meta pkttype broadcast oifname "w2" drop', 'oifname "w1" udp dport 53 drop'),
    ),
    packets: `udp n0 > 10.9.0.255:67 to=all = copies w1; udp n1 > 10.9.0.255:67 to=all = copies w0; udp n0 > 10.9.0.255:53 to=all = copies
      udp n0 > 224.1.1.5:67 to=group = copies w1 w2`,
  },
  {
    name: 'a frame for a port’s own address comes up',
    rules: bridge(hook('i', 'input', 'tcp dport 22 drop')),
    packets: 'tcp n0 > me:22 to=w0 = drop by i/1; tcp n0 > me:22 to=w1 = drop by i/1',
  },
  {
    name: 'a tag is passed on',
    rules: bridge(
      hook(
        'f',
        'forward',
        'vlan id 5 tcp dport 22 drop',
        'vlan id 6 ip saddr 10.9.0.2 drop',
        'ether type vlan drop',
      ),
    ),
    packets: `tcp n0 > n1:22 vlan=5 = drop by f/1; tcp n0 > n1:22 = accept by nothing to w1; tcp n0 > n1:80 vlan=6 = drop by f/2
      tcp n1 > n0:80 vlan=6 = drop by f/3; tcp n0 > n1:80 = accept by nothing to w1`,
  },
  {
    name: 'a tag that nobody takes off doesn’t reach IP',
    rules: bridge(hook('i', 'input', 'vlan id 5 accept')),
    packets: 'tcp n0 > me:22 vlan=5 = drop; tcp n0 > me:22 = accept by nothing to here',
  },
  {
    name: 'egress of a port comes last',
    rules:
      netdev(device('e', 'egress w1', 'tcp dport 22 drop')) +
      bridge(hook('q', 'postrouting', 'tcp dport 22 accept')),
    packets: `tcp n0 > n1:22 = drop by e/1; tcp n1 > n0:22 = accept by q/1 to w0; tcp here me:4000 > n1:22 = drop by e/1
      tcp x > n1:22 = drop by e/1; tcp n0 > n2:22 = copies w2`,
  },
  {
    name: 'chains of a bridge jump, go to and return',
    rules: bridge(
      chain('inner', 'tcp dport 80 drop'),
      chain('sub', 'tcp dport 22 return', 'goto inner'),
      hook('f', 'forward', 'ip saddr 10.9.0.2 jump sub', 'tcp dport 22 drop'),
    ),
    packets:
      'tcp n0 > n1:22 = drop by f/2; tcp n0 > n1:80 = drop by inner/1; tcp n0 > n1:53 = accept by nothing; tcp n1 > n0:80 = accept by nothing',
  },
  {
    name: 'a map of verdicts',
    rules: bridge(hook('f', 'forward', 'iifname vmap { "w0" : drop, "w1" : accept }', 'drop')),
    packets:
      'tcp n0 > n1:22 = drop by f/1; tcp n1 > n0:22 = accept by f/1 to w0; tcp n2 > n0:22 = drop by f/2',
  },
  {
    name: 'a map from addresses to verdicts',
    rules: bridge(
      hook(
        'f',
        'forward',
        'ether saddr vmap { 02:00:00:00:09:02 : drop }',
        'ip daddr . tcp dport vmap { 10.9.0.2 . 22 : drop }',
      ),
    ),
    packets: 'tcp n0 > n1:22 = drop by f/1; tcp n1 > n0:22 = drop by f/2; tcp n1 > n0:80 = accept by nothing',
  },
  {
    name: 'marks go from the bridge to IP',
    rules:
      bridge(hook('p', 'prerouting', 'tcp dport 22 meta mark set 5')) +
      inet(hook('in', 'input', 'meta mark 5 drop')),
    packets: 'tcp n0 > me:22 = drop by in/1; tcp n0 > me:80 = accept by nothing to here',
  },
  {
    name: 'the bridge sets a hardware address, and the frame goes there',
    rules: bridge(
      hook(
        'p',
        'prerouting',
        'tcp dport 22 ether daddr set 02:00:00:00:09:03',
        'tcp dport 80 ether daddr set 02:00:00:00:d0:06',
      ),
    ),
    packets:
      'tcp n2 > n0:22 = accept by nothing to w1; tcp n2 > n0:53 = accept by nothing to w0; tcp n1 > n0:22 = drop',
  },
  {
    name: 'the bridge sets a port, and IP sees it',
    rules:
      bridge(hook('p', 'prerouting', 'tcp dport 22 tcp dport set 80')) +
      inet(hook('in', 'input', 'tcp dport 80 drop')),
    packets: 'tcp n0 > me:22 = drop by in/1; tcp n0 > me:53 = accept by nothing to here',
  },
  {
    name: 'input drops what would be routed, and no answer comes of it',
    rules:
      bridge(hook('i', 'input 0 drop', 'ip daddr 10.8.0.2 accept')) +
      inet(hook('f', 'forward', 'tcp dport 22 drop')),
    packets:
      'tcp n0 > y:22 = drop by f/1; tcp n0 > y:80 = accept by i/1 to e1; tcp n0 > x:80 = drop by i/policy',
  },
  {
    name: 'order by priority, in words of a bridge',
    rules: bridge(
      chain('late', 'type filter hook forward priority filter; policy accept;', 'tcp dport 22 drop'),
      chain(
        'early',
        'type filter hook forward priority filter - 10; policy accept;',
        'tcp dport 22 meta mark set 1',
        'tcp dport 80 drop',
      ),
      chain('last', 'type filter hook postrouting priority srcnat; policy accept;', 'meta mark 1 drop'),
    ),
    packets:
      'tcp n0 > n1:22 = drop by late/1; tcp n0 > n1:80 = drop by early/2; tcp n0 > n1:53 = accept by nothing',
  },
  {
    name: 'what comes in by a port that it would leave by is not passed on',
    rules: bridge(hook('f', 'forward', 'tcp dport 22 accept')),
    packets: 'tcp n1 > n0:22 from=w0 = drop; tcp n1 > n0:22 from=w2 = accept by f/1 to w0',
  },
  {
    name: 'log, counter and limit decide nothing',
    rules: bridge(
      hook(
        'f',
        'forward',
        'counter log prefix "x" limit rate 1000000/second tcp dport 22 drop',
        'limit rate over 1000000/second drop',
      ),
    ),
    packets: 'tcp n0 > n1:22 = drop by f/1; tcp n0 > n1:80 = accept by nothing',
  },
  {
    name: 'rules fill sets',
    rules: bridge(
      'set seen { type ether_addr; size 100; flags dynamic; }',
      hook('f', 'forward', 'tcp dport 22 add @seen { ether saddr }', 'ether saddr @seen tcp dport 80 drop'),
    ),
    packets: 'tcp n0 > n1:80 = accept by nothing',
  },
  {
    name: 'a later fragment has no ports',
    rules: bridge(hook('f', 'forward', 'ip frag-off & 0x1fff != 0 drop', 'udp dport 53 drop')),
    packets: 'udp n0 > n1:53 fragment=10 = drop by f/1; udp n0 > n1:53 = drop by f/2',
    lends: false,
  },
  {
    name: 'IPv6 and its neighbours',
    rules: bridge(
      hook(
        'f',
        'forward',
        'icmpv6 type nd-neighbor-solicit drop',
        'ip6 saddr fd09::2 tcp dport 22 drop',
        'ip6 hoplimit 3 drop',
      ),
    ),
    packets:
      'icmp6 n06 > n16 135/0 = drop by f/1; tcp n06 > n16:22 = drop by f/2; tcp n06 > n16:80 ttl=3 = drop by f/3; tcp n06 > n16:80 = accept by nothing',
  },
  {
    name: 'hops aren’t counted on a bridge',
    rules: bridge(hook('q', 'postrouting', 'ip ttl 1 accept')),
    packets:
      'tcp n0 > n1:22 ttl=1 = accept by q/1 to w1; tcp n0 > n1:22 ttl=3 = accept by nothing as 10.9.0.2:4000 > 10.9.0.3:22',
  },
]
