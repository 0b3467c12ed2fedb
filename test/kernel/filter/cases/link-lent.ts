/** Bridges and IP's own chains: a bridge that lends what it passes on (br_netfilter), and one that doesn't. */
import { hook, inet } from '../case.ts'
import { bridge, device, type LinkCase, netdev } from '../link/link-case.ts'

const FORWARD = inet(hook('f', 'forward', 'tcp dport 22 drop'))

export const LINK_LENT: readonly LinkCase[] = [
  {
    name: 'what is passed on doesn’t meet IP’s chains',
    rules: FORWARD,
    packets: 'tcp n0 > n1:22 = accept by nothing to w1; tcp n0 > y:22 = drop by f/1',
    lends: false,
  },
  {
    name: 'what is lent meets forward',
    rules: FORWARD,
    packets:
      'tcp n0 > n1:22 = drop by f/1; tcp n0 > n1:80 = accept by nothing to w1; tcp n0 > y:22 = drop by f/1; tcp n06 > n16:22 = drop by f/1',
    lends: true,
  },
  {
    name: 'what is lent meets prerouting and postrouting, with the bridge as its device',
    rules: inet(
      hook('p', 'prerouting', 'iifname "br0" tcp dport 22 drop', 'iifname "w0" drop'),
      hook('f', 'forward', 'iifname "br0" oifname "br0" tcp dport 80 drop'),
      hook('q', 'postrouting', 'oifname "br0" tcp dport 53 drop', 'iifname "br0" tcp dport 443 drop'),
    ),
    packets: `tcp n0 > n1:22 = drop by p/1; tcp n0 > n1:80 = drop by f/1; tcp n0 > n1:53 = drop by q/1; tcp n0 > n1:443 = accept by nothing to w1
      tcp n0 > me:22 = drop by p/1; tcp n0 > me:80 = accept by nothing to here`,
    lends: true,
  },
  {
    name: 'the order of what is lent: IP at 0 in prerouting and forward, last in postrouting',
    rules:
      bridge(
        hook('bp', 'prerouting -1', 'tcp dport 22 accept'),
        hook('bq', 'prerouting 1', 'tcp dport 22 accept'),
        hook('bf', 'forward -1', 'tcp dport 22 accept'),
        hook('bg', 'forward 1', 'tcp dport 22 accept'),
        hook('bo', 'postrouting 300', 'tcp dport 22 accept'),
      ) +
      inet(
        hook('p', 'prerouting', 'tcp dport 22 accept'),
        hook('f', 'forward', 'tcp dport 22 accept'),
        hook('o', 'postrouting -300', 'tcp dport 22 accept'),
      ),
    packets:
      'tcp n0 > n1:22 = accept by o/1 to w1; tcp n0 > me:22 = accept by bq/1 to here; tcp n0 > y:22 = accept by o/1 to e1',
    lends: true,
  },
  {
    name: 'prerouting looks once at what comes up',
    rules:
      bridge(hook('i', 'input', 'meta mark set 1')) +
      inet(
        hook('p', 'prerouting', 'meta mark 1 drop', 'tcp dport 22 meta mark set 2'),
        hook('in', 'input', 'meta mark 2 drop'),
      ),
    packets: 'tcp n0 > me:22 = accept by nothing to here; tcp n0 > me:80 = accept by nothing to here',
    lends: true,
  },
  {
    name: 'prerouting comes after the bridge’s input where nothing is lent',
    rules:
      bridge(hook('i', 'input', 'tcp dport 22 meta mark set 1')) +
      inet(hook('p', 'prerouting', 'meta mark 1 drop')),
    packets: 'tcp n0 > me:22 = drop by p/1; tcp n0 > me:80 = accept by nothing to here',
    lends: false,
  },
  {
    name: 'connections of what is lent',
    rules: inet(
      hook(
        'f',
        'forward 0 drop',
        'ct state established accept',
        'ct state new iifname "br0" tcp dport 22 accept',
      ),
    ),
    packets: `tcp n0:4001 > n1:22 = accept by f/2 to w1; tcp n1:22 > n0:4001 syn+ack = accept by f/1 to w0; tcp n0:4001 > n1:22 ack = accept by f/1 to w1
      tcp n1:80 > n0:4002 syn+ack = drop by f/policy`,
    lends: true,
  },
  {
    name: 'rejected by IP on a bridge',
    rules: inet(hook('f', 'forward', 'tcp dport 22 reject with tcp reset', 'udp dport 53 reject')),
    packets:
      'tcp n0 > n1:22 = reject tcp reset by f/1; udp n0 > n1:53 = reject icmp 3/3 by f/2; udp n06 > n16:53 = reject icmpv6 1/4 by f/2',
    lends: true,
  },
  {
    name: 'a tag isn’t lent',
    rules: FORWARD,
    packets: 'tcp n0 > n1:22 vlan=5 = accept by nothing to w1; tcp n0 > n1:22 = drop by f/1',
    lends: true,
  },
  {
    name: 'a new destination beyond the bridge: it comes up, and is routed',
    rules: inet(
      hook('n', 'prerouting -100 accept nat', 'tcp dport 22 dnat ip to 10.8.0.2'),
      hook('f', 'forward', 'tcp dport 80 drop'),
    ),
    packets:
      'tcp n0 > n1:22 = accept by nothing as 10.9.0.2:4000 > 10.8.0.2:22 to e1; tcp n0 > n1:80 = drop by f/1',
    lends: true,
  },
  {
    name: 'a new destination on the bridge: it goes to its port',
    rules: inet(hook('n', 'prerouting -100 accept nat', 'tcp dport 22 dnat ip to 10.9.0.3:80')),
    packets:
      'tcp n2 > n0:22 = accept by nothing as 10.9.0.4:4000 > 10.9.0.3:80 to w1; tcp n0 > me:22 = accept by nothing as 10.9.0.2:4000 > 10.9.0.3:80 to w1',
    lends: true,
  },
  {
    name: 'a new destination that is the host itself',
    rules: inet(hook('n', 'prerouting -100 accept nat', 'tcp dport 22 redirect to :80')),
    packets: 'tcp n0 > n1:22 = accept by nothing as 10.9.0.2:4000 > 10.9.0.1:80 to here',
    lends: true,
  },
  {
    name: 'masquerade of what is passed on',
    rules: inet(hook('n', 'postrouting 100 accept nat', 'tcp dport 22 oifname "br0" masquerade')),
    packets:
      'tcp n0 > n1:22 = accept by nothing as 10.9.0.1:4000 > 10.9.0.3:22 to w1; tcp n0 > n1:80 = accept by nothing as 10.9.0.2:4000 > 10.9.0.3:80',
    lends: true,
  },
  {
    name: 'nothing is translated where nothing is lent',
    rules: inet(
      hook('n', 'prerouting -100 accept nat', 'tcp dport 22 dnat ip to 10.8.0.2'),
      hook('m', 'postrouting 100 accept nat', 'masquerade'),
    ),
    packets:
      'tcp n0 > n1:22 = accept by nothing as 10.9.0.2:4000 > 10.9.0.3:22 to w1; tcp n0 > me:22 = accept by nothing as 10.8.0.1:4000 > 10.8.0.2:22 to e1',
    lends: false,
  },
  {
    name: 'what is made here and leaves by a bridge meets IP’s chains once',
    rules:
      inet(
        hook('o', 'output', 'tcp dport 22 meta mark set 1'),
        hook('q', 'postrouting', 'meta mark 2 drop'),
      ) +
      bridge(
        hook('bo', 'output', 'meta mark 1 meta mark set 2'),
        hook('bq', 'postrouting', 'meta mark 2 tcp sport 4001 drop'),
      ),
    packets:
      'tcp here me:4000 > n0:22 = accept by nothing to w0; tcp here me:4001 > n0:22 = drop by bq/1; tcp x > n0:22 = accept by nothing to w0',
  },
  {
    name: 'to many: a copy for each port is lent by itself',
    rules: inet(hook('f', 'forward', 'udp dport 53 drop')),
    packets: 'udp n0 > n2:53 = copies; udp n0 > n2:67 = copies w1 w2',
    lends: true,
  },
  {
    name: 'ingress of the bridge comes after its input',
    rules:
      netdev(device('d', 'ingress br0', 'meta mark 1 tcp dport 22 drop')) +
      bridge(hook('i', 'input', 'meta mark set 1')),
    packets: 'tcp n0 > me:22 = drop by d/1; tcp n0 > n1:22 = accept by nothing to w1',
  },
]
