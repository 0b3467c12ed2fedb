/** What naming a header implies, and headers of every kind (nft(8), "PAYLOAD EXPRESSIONS"). */
import { type Case, hook, inet, input, strict } from '../case.ts'

export const PROTOCOLS: readonly Case[] = [
  {
    name: 'a TCP port is asked of TCP only, also where it is denied',
    rules: strict('tcp dport != 7000 accept'),
    packets:
      'tcp a > me:22 = accept by in/1; udp a > me:22 = drop by in/policy; icmp a > me = drop by in/policy',
  },
  {
    name: 'an IPv4 address is asked of IPv4 only, also where it is denied',
    rules: strict('ip saddr != 10.9.9.9 accept'),
    packets: 'tcp a > me:22 = accept by in/1; tcp a6 > me6:22 = drop by in/policy',
  },
  {
    name: 'an IPv6 address is asked of IPv6 only',
    rules: strict('ip6 saddr != ::1 accept'),
    packets: 'tcp a > me:22 = drop by in/policy; tcp a6 > me6:22 = accept by in/1',
  },
  {
    name: 'addresses and prefixes',
    rules: strict('ip saddr 10.1.0.2 accept', 'ip saddr 10.2.0.0/24 accept', 'ip6 saddr fd01::/64 accept'),
    packets: `tcp a > me:22 = accept by in/1; tcp b > me:22 = accept by in/2; tcp far > me:22 = drop by in/policy
      tcp a6 > me6:22 = accept by in/3; tcp b6 > me6:22 = drop by in/policy`,
  },
  {
    name: 'ranges of addresses have both ends',
    rules: strict('ip saddr 10.1.0.2-10.1.0.9 accept'),
    packets: `tcp 10.1.0.2 > me:22 = accept by in/1; tcp 10.1.0.9 > me:22 = accept by in/1
      tcp 10.1.0.10 > me:22 = drop by in/policy`,
  },
  {
    name: 'ranges of ports have both ends',
    rules: strict('tcp dport 1000-2000 accept'),
    packets: `tcp a > me:1000 = accept by in/1; tcp a > me:2000 = accept by in/1; tcp a > me:443 = drop by in/policy
      tcp a > me:5000 = drop by in/policy`,
  },
  {
    name: 'less and greater',
    rules: strict('tcp dport < 80 accept', 'tcp dport >= 8080 accept', 'tcp dport > 443 drop'),
    packets: `tcp a > me:53 = accept by in/1; tcp a > me:80 = drop by in/policy; tcp a > me:8080 = accept by in/2
      tcp a > me:1000 = drop by in/3`,
  },
  {
    name: 'source ports',
    rules: strict('tcp sport 4000 accept', 'udp sport 4001 accept'),
    packets:
      'tcp a:4000 > me:22 = accept by in/1; tcp a:4001 > me:22 = drop; udp a:4001 > me:53 = accept by in/2',
  },
  {
    name: 'th asks for no protocol',
    rules: strict('th dport 22 accept'),
    packets:
      'tcp a > me:22 = accept by in/1; udp a > me:22 = accept by in/1; tcp a > me:80 = drop by in/policy',
  },
  {
    name: 'th takes what stands there',
    rules: strict('th sport 2048 accept'),
    packets:
      'icmp a > me 8/0 = accept by in/1; tcp a > me:22 = drop by in/policy; udp a:2048 > me:53 = accept by in/1',
  },
  {
    name: 'bits at a place',
    rules: strict('@th,16,16 22 accept', '@nh,72,8 17 accept'),
    packets:
      'tcp a > me:22 = accept by in/1; udp a > me:53 = accept by in/2; tcp a > me:80 = drop by in/policy',
  },
  {
    name: 'the transport protocol',
    rules: strict(
      'meta l4proto tcp accept',
      'meta l4proto { udp, 47 } accept',
      'ip6 nexthdr ipv6-icmp accept',
    ),
    packets: `tcp a > me:22 = accept by in/1; udp a6 > me6:53 = accept by in/2; 47 a > me = accept by in/2
      icmp6 a6 > me6 = accept by in/3; icmp a > me = drop by in/policy`,
  },
  {
    name: 'the protocol of IPv4',
    rules: strict('ip protocol icmp accept', 'ip protocol != tcp drop'),
    packets:
      'icmp a > me = accept by in/1; udp a > me:53 = drop by in/2; tcp a > me:22 = drop by in/policy; tcp a6 > me6:22 = drop by in/policy',
  },
  {
    name: 'the family',
    rules: strict(
      'meta nfproto ipv4 tcp dport 22 accept',
      'meta nfproto ipv6 tcp dport 80 accept',
      'meta protocol ip udp dport 53 accept',
    ),
    packets: `tcp a > me:22 = accept by in/1; tcp a6 > me6:22 = drop; tcp a6 > me6:80 = accept by in/2; udp a > me:53 = accept by in/3
      udp a6 > me6:53 = drop`,
  },
  {
    name: 'ICMP types',
    rules: strict(
      'icmp type echo-request accept',
      'icmp type { destination-unreachable, time-exceeded } accept',
    ),
    packets: `icmp a > me 8/0 = accept by in/1; icmp a > me 0/0 = drop by in/policy; icmp a > me 3/1 of tcp me:22 > a:9 = accept by in/2
      icmp6 a6 > me6 128/0 = drop by in/policy`,
  },
  {
    name: 'ICMP codes',
    rules: strict('icmp type destination-unreachable icmp code 3 accept'),
    packets:
      'icmp a > me 3/3 of tcp me:22 > a:9 = accept by in/1; icmp a > me 3/1 of tcp me:22 > a:9 = drop by in/policy',
  },
  {
    name: 'ICMP identifiers are those of echoes',
    rules: strict('icmp id 7 accept'),
    packets:
      'icmp a > me 8/0 id=7 = accept by in/1; icmp a > me 8/0 id=8 = drop; icmp a > me 17/0 id=7 = drop',
  },
  {
    name: 'ICMPv6 types',
    rules: strict('icmpv6 type echo-request accept', 'icmpv6 type { 1, 3 } drop'),
    packets: `icmp6 a6 > me6 128/0 = accept by in/1; icmp6 a6 > me6 1/4 of tcp me6:22 > a6:9 = drop by in/2; icmp6 a6 > me6 129/0 = drop by in/policy
      icmp a > me 8/0 = drop by in/policy`,
  },
  {
    name: 'ICMP of IPv4 in an IPv6 packet is not ICMP',
    rules: input('icmp type echo-request drop', 'icmpv6 type echo-request drop'),
    packets: '58 a > me = accept by nothing',
  },
  {
    name: 'a flag alone: it is set, whatever else is',
    rules: strict('tcp flags syn accept'),
    packets:
      'tcp a > me:22 syn = accept by in/1; tcp a > me:22 syn+ack = accept by in/1; tcp a > me:22 ack = drop',
  },
  {
    name: 'two flags: one of them is set',
    rules: strict('tcp flags syn,ack accept'),
    packets:
      'tcp a > me:22 syn = accept by in/1; tcp a > me:22 ack = accept by in/1; tcp a > me:22 rst = drop',
  },
  {
    name: 'flags compared as a whole',
    rules: strict('tcp flags == syn accept'),
    packets: 'tcp a > me:22 syn = accept by in/1; tcp a > me:22 syn+ack = drop; tcp a > me:22 syn+psh = drop',
  },
  {
    name: 'flags under a mask',
    rules: strict('tcp flags & (fin|syn|rst|ack) == syn accept', 'tcp flags & (syn|ack) == syn|ack accept'),
    packets:
      'tcp a > me:22 syn+psh = accept by in/1; tcp a > me:22 syn+ack = accept by in/2; tcp a > me:22 ack = drop',
  },
  {
    name: 'no flag of these',
    rules: strict('tcp flags ! syn,rst accept'),
    packets:
      'tcp a > me:22 ack = accept by in/1; tcp a > me:22 syn = drop; tcp a > me:22 rst = drop; tcp a > me:22 null = accept by in/1',
  },
  {
    name: 'not just this flag',
    rules: strict('tcp flags != syn accept'),
    packets:
      'tcp a > me:22 syn = drop; tcp a > me:22 syn+ack = accept by in/1; tcp a > me:22 ack = accept by in/1',
  },
  {
    name: 'a null scan and a Christmas tree',
    rules: input(
      'tcp flags & (fin|syn|rst|psh|ack|urg) == 0x0 drop',
      'tcp flags & (fin|psh|urg) == fin|psh|urg drop',
    ),
    packets:
      'tcp a > me:22 null = drop by in/1; tcp a > me:22 fin+psh+urg = drop by in/2; tcp a > me:22 syn = accept',
  },
  {
    name: 'sequence numbers and windows',
    rules: strict('tcp sequence 1000 tcp window 64000 accept'),
    packets: 'tcp a > me:22 syn seq=1000 = accept by in/1; tcp a > me:80 syn seq=1001 = drop',
  },
  {
    name: 'a time to live',
    rules: strict('ip ttl 64 accept', 'ip ttl < 5 drop', 'ip6 hoplimit > 100 accept'),
    packets:
      'tcp a > me:22 = accept by in/1; tcp a > me:22 syn ttl=4 = drop by in/2; tcp a > me:22 syn ttl=9 = drop by in/policy; tcp a6 > me6:22 syn ttl=200 = accept by in/3',
  },
  {
    name: 'a router lives one shorter, before forward',
    rules: inet(
      hook('pre', 'prerouting', 'ip ttl 64 meta mark set 1'),
      hook('fw', 'forward', 'ip ttl 63 meta mark 1 drop'),
    ),
    packets: 'tcp a > b:22 = drop by fw/1; tcp a > b:22 syn ttl=65 = accept',
  },
  {
    name: 'service classes',
    rules: strict('ip dscp cs1 accept', 'ip dscp != { cs0, af21 } drop', 'ip6 dscp af21 accept'),
    packets:
      'tcp a > me:22 syn dscp=8 = accept by in/1; tcp a > me:22 syn dscp=46 = drop by in/2; tcp a > me:22 syn dscp=18 = drop by in/policy; tcp a6 > me6:22 syn dscp=18 = accept by in/3',
  },
  {
    name: 'lengths',
    rules: strict('meta length < 41 accept', 'udp length 104 accept', 'ip length > 200 accept'),
    packets:
      'tcp a > me:22 = accept by in/1; udp a > me:53 payload=96 = accept by in/2; udp a > me:53 payload=300 = accept by in/3; udp a > me:53 payload=20 = drop by in/policy',
  },
  {
    name: 'a first fragment and no fragment have an offset of zero',
    rules: input('ip frag-off & 0x1fff != 0 drop', 'ip frag-off & 0x1fff == 0 accept'),
    packets: 'tcp a > me:22 = accept by in/2; udp a > b:53 fragment=10 = accept',
  },
  {
    name: 'of a later fragment the protocol is known, and ports are whatever bytes stand there (0x55 here)',
    rules: inet(
      hook(
        'pre',
        'prerouting',
        'udp dport 53 drop',
        'udp dport 21845 drop',
        'meta l4proto udp ip frag-off & 0x1fff != 0 drop',
      ),
    ),
    packets: 'udp a > b:53 fragment=10 = drop by pre/2; udp a > b:80 = accept',
  },
  {
    name: 'TCP options',
    rules: strict(
      'tcp option maxseg size 1200 accept',
      'tcp option maxseg exists drop',
      'tcp option maxseg missing accept',
    ),
    packets:
      'tcp a > me:22 syn mss=1200 = accept by in/1; tcp a > me:22 syn mss=536 = drop by in/2; tcp a > me:22 = accept by in/3; udp a > me:53 = accept by in/3',
  },
  {
    name: 'SCTP has ports, too',
    rules: strict('sctp dport 5000 accept'),
    packets: 'sctp a:4000 > me:5000 = accept by in/1; sctp a:4000 > me:5001 = drop; tcp a > me:5000 = drop',
  },
  {
    name: 'where nothing of IPv6 stands in between, no header is there',
    rules: strict('exthdr frag exists drop', 'exthdr hbh missing accept'),
    packets: 'tcp a6 > me6:22 = accept by in/2; tcp a > me:22 = drop by in/policy',
  },
  {
    name: 'an Ethernet address is asked of Ethernet only',
    rules: strict('ether saddr != 00:11:22:33:44:55 accept', 'tcp dport 22 accept'),
    packets: 'tcp a > me:22 = accept by in/2',
  },
]
