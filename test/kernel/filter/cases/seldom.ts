/** What is seldom written, and is there: so that every word that nft(8) has for what is evaluated was judged by the kernel. */
import { type Case, hook, inet, input, strict } from '../case.ts'

export const SELDOM: readonly Case[] = [
  {
    name: 'TCP options that few set',
    rules: strict(
      'tcp option mptcp exists accept',
      'tcp option md5sig exists tcp dport 22 accept',
      'tcp option fastopen exists accept',
      'tcp option sack1 left 30 accept',
      'tcp option sack0 right 20 tcp dport 22 accept',
    ),
    packets: `tcp a > me:80 syn tcpopt=mptcp = accept by in/1; tcp a > me:22 syn tcpopt=md5sig = accept by in/2; tcp a > me:80 syn tcpopt=fastopen = accept by in/3
      tcp a > me:80 ack tcpopt=sack2 = accept by in/4; tcp a > me:22 ack tcpopt=sack = accept by in/5; tcp a > me:80 ack tcpopt=sack = drop by in/policy`,
  },
  {
    name: 'fillers among TCP options',
    rules: strict(
      'tcp option nop exists tcp dport 22 accept',
      'tcp option eol exists accept',
      'tcp option nop missing tcp dport 80 accept',
    ),
    packets: `tcp a > me:22 syn tcpopt=sack-perm = accept by in/1; tcp a > me:53 syn tcpopt=eol = accept by in/2; tcp a > me:80 syn mss=1200 = accept by in/3
      tcp a > me:80 syn tcpopt=timestamp = drop; tcp a > me:80 syn mss=1200 tcpopt=eol = accept by in/2`,
  },
  {
    name: 'what a mask of an option’s end hides isn’t hidden',
    rules: strict('tcp option maxseg exists drop', 'tcp option timestamp exists accept'),
    packets:
      'tcp a > me:22 syn tcpopt=eol+timestamp = accept by in/2; tcp a > me:22 syn tcpopt=eol = drop by in/policy',
  },
  {
    name: 'chunks of SCTP that aren’t there',
    rules: strict(
      'sctp chunk heartbeat exists drop',
      'sctp chunk sack missing sctp chunk init flags 0 accept',
    ),
    packets: 'sctp a:4000 > me:5000 = accept by in/2; udp a > me:53 = drop by in/policy',
  },
  {
    name: 'source routes that aren’t there',
    rules: strict('ip option lsrr exists drop', 'ip option ssrr missing tcp dport 22 accept'),
    packets: 'tcp a > me:22 = accept by in/2; tcp a > me:22 opt=rr = accept by in/2; tcp a > me:80 = drop',
  },
  {
    name: 'other parts of ICMP',
    rules: strict(
      'icmp gateway != 0 icmp type 8 accept',
      'icmp type 5 icmp gateway 0 drop',
      'icmpv6 code 4 accept',
      'icmpv6 id 7 accept',
      'icmpv6 checksum 0 drop',
      'icmpv6 max-delay 0 drop',
      'icmpv6 type 131 drop',
    ),
    packets: `icmp a > me 8/0 id=7 = drop by in/policy; icmp a > me 5/0 of tcp me:22 > a:9 = drop by in/2; icmp6 a6 > me6 1/4 of udp me6:53 > a6:9 = accept by in/3
      icmp6 a6 > me6 128/0 id=7 = accept by in/4; icmp6 a6 > me6 128/0 id=8 = drop by in/policy`,
  },
  {
    name: 'IPsec on its way out, by addresses',
    rules: inet(
      hook(
        'fw',
        'forward',
        'ipsec out ip saddr 10.0.0.1 drop',
        'ipsec out ip daddr != 10.0.0.1 drop',
        'ipsec out ip6 saddr != fd01::1 drop',
      ),
    ),
    packets: 'tcp a > b:22 = accept by nothing',
  },
  {
    name: 'tags and types of a VLAN where there is no link',
    rules: strict(
      'vlan dei 0 accept',
      'vlan type ip accept',
      'vlan id 1-4094 accept',
      'ether daddr 00:11:22:33:44:55 accept',
      'udp dport 53 accept',
    ),
    packets: 'tcp a > me:22 = drop by in/policy; udp a > me:53 = accept by in/5',
  },
  {
    name: 'a checksum that a rule takes away',
    rules: inet(
      hook('fw', 'forward', 'udp dport 53 udp checksum set 0'),
      hook('post', 'postrouting', 'udp checksum 0 drop'),
    ),
    packets: 'udp a > b:53 = drop by post/1; udp a > b:22 = accept by nothing',
  },
  {
    name: 'bits that a rule sets, where a field has them, and where none has',
    rules: inet(
      hook('fw', 'forward', 'udp dport 80 @th,16,16 set 443', 'udp dport 53 @th,24,8 set 22'),
      hook('post', 'postrouting', 'udp dport 443 drop', 'udp dport 22 drop', 'udp dport 0-65535 accept'),
    ),
    packets:
      'udp a > b:80 = drop by post/1 as a:4000 > b:443; tcp a > b:22 = accept by nothing; udp a > b:5000 = accept by post/3',
  },
  {
    name: 'fields of ICMP imply the type that has them, also where they are denied',
    rules: strict(
      'icmp gateway != 5 accept',
      'icmp mtu != 5 accept',
      'icmpv6 mtu != 5 accept',
      'icmpv6 max-delay != 5 accept',
      'icmp id != 5 accept',
    ),
    packets: `icmp a > me 8/0 id=7 = accept by in/5; icmp a > me 5/0 of tcp me:22 > a:9 = accept by in/1; icmp a > me 3/4 of tcp me:22 > a:9 = accept by in/2
      icmp a > me 11/0 of tcp me:22 > a:9 = drop by in/policy; icmp6 a6 > me6 128/0 id=7 = drop; icmp6 a6 > me6 2/0 of udp me6:53 > a6:9 = accept by in/3; icmp6 a6 > me6 130/0 = accept by in/4`,
  },
  {
    name: 'an address of IPv6 that a rule sets',
    rules: inet(
      hook('fw', 'forward', 'ip6 saddr set fd01::77'),
      hook('post', 'postrouting', 'ip6 saddr fd01::77 tcp dport 22 drop'),
    ),
    packets:
      'tcp a6 > b6:22 = drop by post/1; tcp a6 > b6:80 = accept as [fd01::77]:4000 > [fd02::2]:80; tcp a > b:22 = accept',
  },
  {
    name: 'a link address can’t be set where there is no link: the rule ends',
    rules: inet(hook('pre', 'prerouting', 'ether daddr set 00:11:22:33:44:55 drop', 'tcp dport 22 drop')),
    packets: 'tcp a > me:22 = drop by pre/2; tcp a > me:80 = accept by nothing',
  },
  {
    name: 'the kind of a packet that a rule sets',
    rules: inet(
      hook('pre', 'prerouting', 'tcp dport 22 meta pkttype set broadcast'),
      hook('in', 'input', 'meta pkttype broadcast drop', 'meta pkttype host tcp dport 80 accept'),
    ),
    packets: 'tcp a > me:22 = drop by in/1; tcp a > me:80 = accept by in/2',
  },
  {
    name: 'the number of a connection is a number',
    rules: strict('ct id 0-4294967295 tcp dport 22 accept', 'ct state invalid ct id >= 0 drop'),
    packets: 'tcp a > me:22 = accept by in/1; tcp a:4001 > me:22 rst = drop by in/policy',
  },
  {
    name: 'marks of security modules go to and fro',
    rules: input('ct secmark set meta secmark', 'meta secmark set ct secmark', 'tcp dport 22 drop'),
    packets: 'tcp a > me:22 = drop by in/3; tcp a > me:80 = accept by nothing',
  },
  {
    name: 'traces that a rule asks for',
    rules: strict('meta nftrace set 1 tcp dport 80 accept', 'tcp dport 22 meta nftrace set 1 accept'),
    packets:
      'tcp a > me:22 = accept by in/2; tcp a > me:80 = accept by in/1; tcp a > me:443 = drop by in/policy',
  },
  {
    name: 'a set that nobody may change',
    rules: inet(
      'set s { type inet_service; flags constant; elements = { 22, 80 } }',
      hook('in', 'input 0 drop', 'tcp dport @s accept'),
    ),
    packets: 'tcp a > me:22 = accept by in/1; tcp a > me:443 = drop by in/policy',
  },
]
