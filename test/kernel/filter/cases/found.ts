/** What random rules and packets found the model wrong about, made small and given a name; and statements seldom seen. */
import { type Case, chain, hook, inet, strict } from '../case.ts'

export const FOUND: readonly Case[] = [
  {
    name: 'a connection over loopback is confirmed before it comes in',
    rules: strict('ct status confirmed accept', 'tcp dport 22 drop'),
    packets: 'udp lo > lo:53 = accept by in/1; tcp a > me:22 = drop by in/2',
  },
  {
    name: 'and stays one, though the packet is dropped then',
    rules: inet(hook('in', 'input', 'ct status seen-reply drop', 'udp dport 53 drop')),
    packets: 'udp lo:4000 > lo:53 = drop by in/2; udp lo:53 > lo:4000 = drop by in/1',
  },
  {
    name: 'a filter chain’s mark leads nowhere else',
    rules: inet(
      hook('out', 'output 300', 'meta mark set 7'),
      hook('post', 'postrouting', 'oifname "t0" drop'),
    ),
    packets: 'tcp me2 > b:22 = accept',
  },
  {
    name: 'the map of a translation is looked at before its family',
    rules: inet(
      hook(
        'pre',
        'prerouting -100 accept nat',
        'dnat ip to tcp dport map { 22 : 10.2.0.2 }',
        'tcp dport 80 drop',
      ),
    ),
    packets:
      'tcp a6 > me6:22 = accept; tcp a > me:22 = accept as a:4000 > b:22; tcp a > me:80 = drop by pre/2',
  },
  {
    name: 'a translation of IPv4 alone keeps no track of IPv6',
    rules: inet(
      hook('pre', 'prerouting -100 accept nat', 'tcp dport 22 dnat ip to 10.2.0.2', 'tcp dport 80 drop'),
    ),
    packets: 'tcp a6 > me6:80 = accept by nothing; tcp a > me:80 = drop by pre/2',
  },
  {
    name: 'notrack alone tracks nothing',
    rules: inet(
      hook('raw', 'prerouting -300', 'udp dport 53 notrack'),
      hook('pre', 'prerouting -100 accept nat', 'tcp dport 22 drop'),
    ),
    packets: 'tcp a > me:22 = accept by nothing',
  },
  {
    name: 'NAT chains of one priority: the last made is the first',
    rules: inet(
      hook('one', 'prerouting -100 accept nat', 'tcp dport 22 dnat ip to 10.2.0.2'),
      hook('two', 'prerouting -100 accept nat', 'tcp dport 22 dnat ip to 10.2.0.3'),
    ),
    packets: 'tcp a > me:22 = accept as a:4000 > 10.2.0.3:22',
  },
  {
    name: 'flags that don’t belong together are invalid, also within a connection',
    rules: inet(hook('fw', 'forward', 'ct state invalid drop')),
    packets: 'tcp a:4000 > b:22 syn = accept; tcp a:4000 > b:22 syn+fin = drop by fw/1',
  },
  {
    name: 'an acknowledgement before any answer is invalid',
    rules: inet(hook('fw', 'forward', 'ct state invalid drop')),
    packets: 'tcp a:4000 > b:22 syn = accept; tcp a:4000 > b:22 ack seq=1001 acks=5001 = drop by fw/1',
  },
  {
    name: 'a reset before any answer ends the connection',
    rules: inet(
      hook(
        'fw',
        'forward',
        'ct state invalid drop',
        'ct state new meta mark set 1',
        'meta mark 1 tcp flags ack drop',
      ),
    ),
    packets:
      'tcp a:4000 > b:22 syn = accept; tcp a:4000 > b:22 rst seq=1001 = accept; tcp a:4000 > b:22 ack seq=1001 acks=5001 = drop by fw/3',
  },
  {
    name: 'the answer to a packet that conntrack hadn’t seen belongs to no connection',
    rules: inet(
      hook('raw', 'prerouting -400', 'tcp dport 22 reject with tcp reset', 'udp dport 53 reject'),
      hook('out', 'output', 'ct state related drop', 'ct state invalid counter accept', 'drop'),
    ),
    packets: 'tcp a > me:22 = reject tcp reset by raw/1; udp a > me:53 = reject icmp 3/3 by raw/2',
  },
  {
    name: 'the answer has its connection from the beginning',
    rules: inet(
      hook('in', 'input', 'tcp dport 22 reject with tcp reset'),
      hook('out', 'output -310', 'ct state related accept', 'drop'),
    ),
    packets: 'tcp a > me:22 = reject tcp reset by in/1; udp me > a:53 = drop by out/2',
  },
  {
    name: 'a reset may meet NAT chains, an error doesn’t',
    rules: inet(
      hook(
        'in',
        'forward',
        'tcp dport 22 reject with tcp reset',
        'udp dport 53 reject',
        'ct state new accept',
      ),
      hook('post', 'postrouting 100 accept nat', 'oifname "t0" drop'),
    ),
    packets: 'tcp a > b:22 = reject tcp reset by in/1; udp a > b:53 = reject icmp 3/3 by in/2',
  },
  {
    name: 'a connection that a rule has reset goes no further',
    rules: inet(hook('in', 'input', 'ct state invalid drop', 'reject with tcp reset')),
    packets: `tcp lo:4003 > lo:53 syn = reject tcp reset by in/2
      tcp lo:53 > lo:4003 syn+ack seq=5000 acks=1001 = reject tcp reset by in/2
      tcp lo:4003 > lo:53 ack seq=1001 acks=5001 = drop by in/1`,
  },
  {
    name: 'chance of one',
    rules: strict(
      'numgen inc mod 1 == 0 tcp dport 22 accept',
      'jhash ip saddr mod 1 == 0 tcp dport 80 accept',
    ),
    packets: 'tcp a > me:22 = accept by in/1; tcp a > me:80 = accept by in/2; tcp a6 > me6:80 = drop',
  },
  {
    name: 'a random choice of targets that are one',
    rules: inet(
      hook(
        'pre',
        'prerouting -100 accept nat',
        'tcp dport 80 dnat ip to numgen random mod 2 map { 0 : 10.2.0.2, 1 : 10.2.0.2 }',
      ),
    ),
    packets: 'tcp a > me:80 = accept as a:4000 > b:80',
  },
  {
    name: 'priorities and classes of packets, set and asked',
    rules: strict('meta priority set 1:2', 'meta priority 1:2 tcp dport 22 accept'),
    packets: 'tcp a > me:22 = accept by in/2; tcp a > me:80 = drop',
  },
  {
    name: 'chains that kube-proxy would write: by map, mark and chain',
    rules: inet(
      chain('endpoint', 'meta l4proto tcp dnat ip to 10.2.0.2:8080'),
      chain(
        'service',
        'ip saddr != 10.1.0.0/24 meta mark set meta mark | 0x4000',
        'numgen random mod 1 vmap { 0 : goto endpoint }',
      ),
      'map services { type ipv4_addr . inet_proto . inet_service : verdict; elements = { 198.51.100.1 . tcp . 80 : goto service } }',
      hook('pre', 'prerouting -100 accept nat', 'ip daddr . meta l4proto . th dport vmap @services'),
      hook(
        'post',
        'postrouting 100 accept nat',
        'meta mark & 0x4000 == 0 return',
        'meta mark set meta mark ^ 0x4000',
        'masquerade fully-random',
      ),
    ),
    packets:
      'tcp a:4000 > 198.51.100.1:80 = accept as a:4000 > b:8080; tcp a:4001 > 198.51.100.1:443 = accept as a:4001 > 198.51.100.1:443',
  },
  {
    name: 'an error about an echo’s reply is related to the echo',
    rules: inet(
      hook('post', 'postrouting 100 accept nat', 'snat ip to 10.2.0.33'),
      hook('out', 'output 200', 'ct state invalid reject with icmpx admin-prohibited'),
    ),
    packets:
      'icmp lo > lo 8/0 id=9 = accept as 10.2.0.33 > lo; icmp lo > lo 0/0 id=9 = reject icmp 3/13 by out/1',
  },
  {
    name: 'a reset asks for TCP before the rule changes anything',
    rules: inet(hook('fw', 'forward', 'ip ttl set 33 reject with tcp reset', 'ip ttl 33 drop')),
    packets: 'icmp a > b 8/0 = accept by nothing; tcp a > b:22 = reject tcp reset by fw/1',
  },
  {
    name: 'a connection that was found by what a rule made of the packet is not translated again',
    rules: inet(
      hook('out', 'output -300', 'udp sport set 4001'),
      hook('nat', 'output -85 accept nat', 'ct state new counter'),
    ),
    packets: 'udp me2:4010 > b:8080 = accept by nothing; udp me2:4010 > b:8080 = accept by nothing',
  },
  {
    name: 'a zone that is chosen too late makes what is invalid new, and NAT chains see it',
    rules: inet(
      hook('late', 'prerouting -190', 'ct zone set 2', 'ct state new tcp dport 80 drop', 'ct zone 2 drop'),
      hook('nat', 'prerouting -100 accept nat', 'tcp dport 22 dnat ip to 10.2.0.2', 'tcp dport 443 drop'),
      hook('in', 'input', 'ct state new accept'),
    ),
    packets:
      'tcp a > me:80 rst = drop by late/2; tcp a > me:443 rst = drop by nat/2; tcp a > me:22 rst = accept by in/1 as a:4000 > me:22; tcp a:4001 > me:22 = accept as a:4001 > b:22',
  },
  {
    name: 'where ICMP has no port, a rule that sets one changes a checksum',
    rules: inet(
      hook('pre', 'prerouting 5', 'th dport set 80', 'icmp type echo-request drop', 'tcp dport 80 drop'),
    ),
    packets: 'icmp a > me 8/0 id=8 = drop by pre/2; tcp a > me:22 = drop by pre/3',
  },
  {
    name: 'a translation writes the whole end as the connection has it, over what a rule made of it',
    rules: inet(
      hook('in', 'input 116 accept nat', 'udp sport set 4001 snat ip to 10.2.0.31'),
      hook('post', 'postrouting 100 accept nat', 'udp dport 8080 udp sport set 4001 masquerade'),
    ),
    packets:
      'udp a:4010 > me:443 = accept as 10.2.0.31:4010 > me:443; udp a:4003 > b:8080 = accept as me2:4003 > b:8080; udp a6:4003 > b6:8080 = accept',
  },
  {
    name: 'and nothing where the connection stays as it was',
    rules: inet(
      hook(
        'post',
        'postrouting 100 accept nat',
        'udp dport 8080 udp sport set 4001 snat ip to 10.1.0.2',
        'udp dport 53 ip saddr set 10.2.0.33 snat to :4005',
      ),
    ),
    packets: 'udp a:4010 > b:8080 = accept as a:4001 > b:8080; udp a:4011 > b:53 = accept as a:4005 > b:53',
  },
  {
    name: 'an identifier is written with the address',
    rules: inet(hook('post', 'postrouting 100 accept nat', 'icmp id set 77 snat ip to 10.2.0.31')),
    packets: 'icmp a > b 8/0 id=9 = accept as 10.2.0.31 > b',
  },
  {
    name: 'a zone that came too late on the way out is looked up on the way back in',
    rules: inet(
      hook('out', 'output -120 accept route', 'ct original zone set 1'),
      hook('pre', 'prerouting -90 accept nat', 'icmp code 0 counter drop'),
      hook('in', 'input', 'ct state invalid accept', 'ct state new drop'),
    ),
    packets: 'icmp here me > me2 42/0 id=9 = accept by in/1',
  },
  {
    name: 'the same of what was not to be tracked: then it has a connection of that zone',
    rules: inet(
      hook('raw', 'output -300', 'udp dport 53 notrack'),
      hook('out', 'output -120', 'udp dport 53 ct zone set 3'),
      hook('in', 'input', 'ct zone 3 ct state new accept', 'udp dport 53 drop'),
    ),
    packets: 'udp here me > me2:53 = accept by in/1',
  },
  {
    name: 'what stays here is answered in the name of whom it was sent to, or by nobody',
    rules: inet(
      hook(
        'pre',
        'prerouting -10',
        'iif lo icmp type { echo-request, echo-reply } ip daddr set 10.2.0.2 reject',
      ),
    ),
    packets:
      'icmp here me > me2 8/0 id=9 = reject silently by pre/1; icmp here me > me2 0/0 id=9 = reject silently by pre/1',
  },
  {
    name: 'so it is with what is taken in',
    rules: inet(
      hook(
        'in',
        'input',
        'udp dport 53 ip daddr set 10.2.0.2 reject',
        'udp dport 80 ip daddr set 10.2.0.1 reject',
      ),
    ),
    packets: 'udp a > me:53 = reject silently by in/1; udp a > me:80 = reject icmp 3/3 by in/2',
  },
  {
    name: 'and with what is about to be sent to ourselves',
    rules: inet(hook('out', 'output', 'udp dport 53 ip daddr set 10.2.0.2 reject')),
    packets: 'udp here me > me2:53 = reject silently by out/1; udp here me > a:53 = reject icmp 3/3 by out/1',
  },
  {
    name: 'a reset is sent in any name',
    rules: inet(hook('in', 'input', 'tcp dport 53 ip daddr set 10.2.0.2 reject with tcp reset')),
    packets: 'tcp a > me:53 = reject tcp reset by in/1',
  },
  {
    name: 'IPv6 answers from an address of its own',
    rules: inet(hook('in', 'input', 'udp dport 53 ip6 daddr set fd02::2 reject')),
    packets: 'udp a6 > me6:53 = reject icmpv6 1/4 by in/1',
  },
  {
    name: 'who speaks for what is rejected before it is routed',
    rules: inet(
      hook('pre', 'prerouting', 'udp dport 53 reject'),
      hook('out', 'output', 'ip saddr 10.2.0.1 icmp type destination-unreachable drop'),
    ),
    packets: 'udp a > me2:53 = reject icmp 3/3 by pre/1; udp a > b:53 = reject icmp 3/3 by pre/1',
  },
  {
    name: 'and for what is rejected once it was',
    rules: inet(
      hook('in', 'input', 'udp dport 53 reject'),
      hook('pass', 'forward', 'udp dport 53 reject'),
      hook('out', 'output', 'ip saddr 10.2.0.1 icmp type destination-unreachable drop'),
    ),
    packets: 'udp a > me2:53 = reject icmp 3/3 by in/1; udp a > b:53 = reject icmp 3/3 by pass/1',
  },
  {
    name: 'a translation at output leads elsewhere at once: it is answered in the name of who it leaves by',
    rules: inet(
      hook('nat', 'output -110 accept nat', 'tcp dport 22 dnat ip to 10.2.0.3'),
      hook('out', 'output 50', 'tcp dport 22 reject'),
    ),
    packets: 'tcp here me:4000 > me2:22 = reject icmp 3/3 by out/1',
  },
  {
    name: 'and so does a chain of type route, once it is through',
    rules: inet(
      hook(
        'way',
        'output 150 accept route',
        'ip daddr set 10.2.0.2 tcp dport 53 reject',
        'udp dport 22 meta mark set 9',
      ),
      hook('out', 'output 300', 'meta l4proto { tcp, udp } reject'),
    ),
    packets:
      'tcp here lo:4001 > lo:80 = reject icmp 3/3 by out/1; tcp here lo:4001 > lo:53 = reject silently by way/1; udp here me > far:53 = reject icmp 3/3 by out/1',
  },
  {
    name: 'a mark that keeps it here lets nobody answer for somebody else',
    rules: inet(
      hook('way', 'output 150 accept route', 'udp dport 22 meta mark set 9'),
      hook('out', 'output 300', 'meta l4proto udp reject'),
    ),
    packets:
      'udp here me > far:22 = reject silently by out/1; udp here me > far:53 = reject icmp 3/3 by out/1',
  },
  {
    name: 'who talks to himself answers himself with the second packet',
    rules: inet(
      hook(
        'in',
        'input -250',
        'ct direction original accept',
        'ct state established ct status seen-reply accept',
      ),
    ),
    packets:
      '47 here lo6 > lo6 payload=12 = accept by in/1; 47 here lo6 > lo6 payload=12 = accept by in/2; udp here lo:53 > lo:53 = accept by in/1; udp here lo:53 > lo:53 = accept by in/2',
  },
  {
    name: 'an answer meets the sets as the rejected packet left them',
    rules: inet(
      'set seen { type ipv4_addr; }',
      hook('out', 'output 150', 'ip saddr @seen drop'),
      hook('in', 'input 10', 'add @seen { ip daddr } reject'),
    ),
    packets:
      'tcp here me:4004 > me2:22 fin+ack = reject icmp 3/3 by in/1; icmp here me > a 8/0 id=9 = accept; icmp here me2 > b 8/0 id=9 = drop by out/1',
  },
  {
    name: 'an answer that meets a late zone of its own on its way back',
    rules: inet(
      hook(
        'pre',
        'prerouting 0',
        'ip protocol { tcp, icmp } ct zone set 2 reject with icmp port-unreachable',
      ),
      hook('nat', 'output -92 accept nat', 'dnat ip to 10.2.0.2'),
    ),
    packets:
      'tcp here me:4005 > me2:443 = accept; tcp here me2:443 > me:4005 syn+ack = reject icmp 3/3 by pre/1',
  },
  {
    name: 'notrack exempts the reset, too, that answers what it exempted',
    rules: inet(
      hook('raw', 'output -300', 'notrack'),
      hook('out', 'output', 'ip saddr 10.1.0.1 tcp flags & syn == syn reject with tcp reset', 'drop'),
      hook('in', 'input', 'tcp flags & (syn | ack) == ack ct state invalid accept', 'ct state new accept'),
    ),
    packets:
      'tcp a:4006 > me:22 = accept by in/2; tcp here me:22 > a:4006 syn+ack = reject tcp reset by out/1; tcp a:4006 > me:22 ack = accept by in/1',
  },
  {
    name: 'what is of no connection on its way out is looked at again on its way in, as rules have left it',
    rules: inet(
      hook('pre', 'prerouting -81 accept nat', 'tcp dport 443 counter'),
      hook('in', 'input', 'ct state new tcp dport 443 accept', 'tcp dport 443 drop'),
      hook('post', 'postrouting 90', 'tcp dport set 443', 'ct direction reply icmp type echo-reply'),
    ),
    packets: 'tcp here me:4010 > me2:8080 = accept by in/1; tcp here me:4010 > me2:8080 ack = accept by in/1',
  },
  {
    name: 'and is remembered only if it gets in then',
    rules: inet(
      hook(
        'in',
        'input',
        'tcp flags & (syn | ack) == ack drop',
        'ct state new accept',
        'ct state established drop',
      ),
      hook('post', 'postrouting 90', 'tcp dport set 443'),
    ),
    packets:
      'tcp here me:4010 > me2:8080 = accept by in/2; tcp here me:4010 > me2:8080 ack = drop by in/1; tcp here me:4010 > me2:443 = accept by in/2',
  },
  {
    name: 'a SYN-ACK to what a reset has ended isn’t counted',
    rules: inet(
      hook(
        'in',
        'input -310',
        'ct bytes < 100 counter',
        'ct reply packets 0 counter',
        'meta l4proto tcp reject with tcp reset',
      ),
    ),
    packets: `tcp here me6:4007 > me26:22 syn seq=1000 = reject tcp reset by in/3
      tcp here me26:22 > me6:4007 syn+ack seq=5000 acks=1001 = reject tcp reset by in/3
      tcp here me6:4007 > me26:22 ack seq=1001 acks=5001 = reject tcp reset by in/3
      tcp here me26:22 > me6:4007 ack seq=5001 acks=1001 = reject tcp reset by in/3
      tcp here me26:22 > me6:4007 syn+ack seq=5001 acks=1001 = reject tcp reset by in/3`,
  },
  {
    name: 'a zone of one direction for what is never tracked: NAT’s chains aren’t asked',
    rules: inet(
      hook('nat', 'prerouting -107 accept nat', 'counter'),
      hook('raw', 'prerouting -300', 'ct original zone set 2'),
      hook('in', 'input', 'ct state untracked accept', 'ct state invalid drop', 'drop'),
    ),
    packets:
      'icmp6 here me6 > me26 144/0 id=9 = drop by in/2; icmp6 a6 > me6 144/0 id=9 = drop by in/2; icmp6 a6 > me6 135/0 = accept by in/1; icmp a > me 42/0 = drop by in/2',
  },
  {
    name: 'a chain of type route rejects what a connection related to nothing sends',
    rules: inet(
      hook(
        'out',
        'output 0 accept route',
        'ct state related tcp dport set 443',
        'th sport { 4002 } reject with tcp reset',
      ),
    ),
    packets:
      'tcp here me6:4002 > a6:8080 syn dscp=18 payload=20 seq=1000 = reject tcp reset by out/2; tcp here me:4002 > a:8080 = reject tcp reset by out/2',
  },
]
