/** What rules do to a packet beside a verdict: proxies, copies, changed bytes (nft(8), "TPROXY STATEMENT", "DUP STATEMENT", "PAYLOAD STATEMENT"). */
import { type Case, hook, inet } from '../case.ts'

const pre = (...rules: readonly string[]): string => inet(hook('pre', 'prerouting -150', ...rules))
const four = (...parts: readonly string[]): string => `table ip t {\n${parts.join('\n')}\n}`
const six = (...parts: readonly string[]): string => `table ip6 t {\n${parts.join('\n')}\n}`

export const PROXIES: readonly Case[] = [
  {
    name: 'a transparent proxy that listens: what was for somebody else stays here',
    rules: pre('tcp dport 80 tproxy ip to :7000 meta mark set 9 accept'),
    packets: 'tcp a > far:80 = accept by pre/1 as a:4000 > far:80; tcp a > far:443 = accept by nothing',
    facts: { 'tproxy ip to :7000': 1 },
  },
  {
    name: 'a transparent proxy of IPv6',
    rules: pre('meta l4proto udp tproxy ip6 to [fd01::1]:7000 meta mark set 9 accept'),
    packets: 'udp a6 > far6:53 = accept by pre/1; tcp a6 > far6:80 = accept by nothing',
    facts: { 'tproxy ip6 to [fd01::1]:7000': 1 },
  },
  {
    name: 'a proxy whose socket isn’t transparent: the rule ends',
    rules: pre('tcp dport 80 tproxy ip to :8080 meta mark set 9 accept', 'tcp dport 80 drop'),
    packets: 'tcp a > far:80 = drop by pre/2',
    facts: { 'tproxy ip to :8080': 0 },
  },
  {
    name: 'a proxy where nobody listens: the rule ends',
    rules: pre('tcp dport 80 tproxy to :6000 accept', 'tcp dport 80 drop'),
    packets: 'tcp a > far:80 = drop by pre/2; tcp a6 > far6:80 = drop by pre/2',
    facts: { 'tproxy to :6000': 0 },
  },
  {
    name: 'without an accept a proxied packet goes on',
    rules: pre('tcp dport 80 tproxy to :7000', 'tcp dport 80 drop'),
    packets: 'tcp a > far:80 = drop by pre/2',
    facts: { 'tproxy to :7000': 1 },
  },
  {
    name: 'a transparent socket that has it already, and one that takes it over',
    rules: pre(
      'socket transparent 1 meta mark set 9 accept',
      'tcp dport 80 tproxy to :7000 meta mark set 9 accept',
    ),
    packets:
      'tcp a > far:7000 = accept by pre/1; tcp a > far:80 = accept by pre/2; tcp a > far:443 = accept by nothing',
    facts: { 'tproxy to :7000': 1 },
  },
  {
    name: 'a SYN proxy answers by itself, and the packet goes no further',
    rules: inet(hook('in', 'input', 'tcp dport 80 synproxy mss 1460 wscale 7 timestamp sack-perm', 'accept')),
    packets:
      'tcp a > me:80 syn mss=1460 = drop by in/1; tcp a > me:22 = accept by in/2; udp a > me:80 = accept by in/2',
  },
  {
    name: 'a SYN proxy before a host that it protects',
    rules: inet(
      hook('raw', 'prerouting -300', 'tcp dport 80 tcp flags syn notrack'),
      hook('fw', 'forward', 'tcp dport 80 ct state new,untracked synproxy mss 1400'),
    ),
    packets:
      'tcp a > b:80 syn = drop by fw/1; tcp a > b:80 ack acks=5 = drop by fw/1; tcp a > b:443 = accept by nothing',
  },
  {
    name: 'a SYN proxy by name',
    rules: inet(
      'synproxy sp { mss 1460; wscale 7; }',
      hook(
        'in',
        'input',
        'tcp dport 80 synproxy name "sp"',
        'tcp dport 22 synproxy name tcp sport map { 4000 : "sp" }',
      ),
    ),
    packets:
      'tcp a > me:80 = drop by in/1; tcp a > me:22 = drop by in/2; tcp a:4001 > me:22 = accept by nothing',
  },
  {
    name: 'a SYN proxy lets pass what is neither SYN nor ACK',
    rules: inet(hook('in', 'input', 'tcp dport 80 synproxy', 'tcp dport 80 counter accept')),
    packets: 'tcp a > me:80 rst = accept by in/2; tcp a > me:80 null = accept by in/2',
  },
  {
    name: 'a copy goes elsewhere, and the packet goes on',
    rules: four(
      hook('in', 'input', 'tcp dport 22 dup to 10.2.0.9 device "t1"', 'tcp dport 22 accept', 'drop'),
    ),
    packets: 'tcp a > me:22 = accept by in/2; tcp a > me:80 = drop by in/3',
  },
  {
    name: 'a copy of what is dropped then',
    rules: four(hook('pre', 'prerouting', 'udp dport 53 dup to 10.2.0.9', 'udp dport 53 drop')),
    packets: 'udp a > me:53 = drop by pre/2; udp a > me:80 = accept by nothing',
  },
  {
    name: 'a copy of IPv6, by a map',
    rules: six(
      hook('fw', 'forward', 'dup to tcp dport map { 22 : fd02::9 } device "t1" counter', 'tcp dport 80 drop'),
    ),
    packets: 'tcp a6 > b6:22 = accept by nothing; tcp a6 > b6:80 = drop by fw/2',
  },
  {
    name: 'ports that a rule changes, and what the packet is then',
    rules: inet(
      hook('pre', 'prerouting -300', 'udp dport 53 udp dport set 5000', 'tcp sport 4000 tcp sport set 4009'),
      hook('in', 'input 0 drop', 'udp dport 5000 accept', 'tcp sport 4009 accept'),
    ),
    packets:
      'udp a:4000 > me:53 = accept by in/1 as a:4000 > me:5000; tcp a:4000 > me:22 = accept by in/2 as a:4009 > me:22; tcp a6:4000 > me6:22 = accept by in/2',
  },
  {
    name: 'addresses that a rule changes',
    rules: inet(
      hook('fw', 'forward', 'ip saddr set 10.1.0.66', 'ip6 daddr set fd02::9'),
      hook(
        'post',
        'postrouting',
        'ip saddr 10.1.0.66 tcp dport 22 drop',
        'ip6 daddr fd02::9 tcp dport 22 drop',
      ),
    ),
    packets:
      'tcp a > b:22 = drop by post/1; tcp a > b:80 = accept by nothing as 10.1.0.66:4000 > b:80; tcp a6 > b6:22 = drop by post/2; udp a6 > b6:53 = accept as [fd01::2]:4000 > [fd02::9]:53',
  },
  {
    name: 'the field that isn’t there isn’t set, and the rule ends',
    rules: inet(
      hook(
        'fw',
        'forward',
        'udp dport set 54 counter drop',
        'ip6 hoplimit set 9 drop',
        'tcp dport 22 accept',
      ),
    ),
    packets: 'tcp a > b:22 = accept by fw/3; udp a > b:53 = drop by fw/1; tcp a6 > b6:22 = drop by fw/2',
  },
  {
    name: 'a service class that a rule sets',
    rules: inet(
      hook('fw', 'forward', 'tcp dport 22 ip dscp set ef', 'ip6 dscp set af21', 'udp dport 53 ip ecn set ce'),
      hook('post', 'postrouting', 'ip dscp ef drop', 'ip6 dscp af21 tcp dport 80 drop', 'ip ecn ce drop'),
    ),
    packets:
      'tcp a > b:22 syn dscp=8 = drop by post/1; tcp a6 > b6:80 syn = drop by post/2; udp a > b:53 = drop by post/3; tcp a > b:80 syn dscp=8 = accept by nothing; tcp a6 > b6:22 = accept',
  },
  {
    name: 'a service class by a map, as a mark',
    rules: inet(
      hook('pre', 'prerouting', 'meta mark set ip dscp map { cs1 : 1, ef : 2 }'),
      hook('in', 'input 0 drop', 'meta mark 1 accept'),
    ),
    packets:
      'tcp a > me:22 syn dscp=8 = accept by in/1; tcp a > me:22 syn dscp=46 = drop; tcp a > me:22 = drop',
  },
  {
    name: 'a hop limit that a rule sets is counted down after it',
    rules: inet(
      hook('pre', 'prerouting', 'ip ttl set 9', 'ip6 hoplimit set 2'),
      hook('fw', 'forward', 'ip ttl 8 tcp dport 22 drop', 'ip6 hoplimit 1 tcp dport 22 drop'),
    ),
    packets:
      'tcp a > b:22 = drop by fw/1; tcp a > b:80 = accept; tcp a6 > b6:22 = drop by fw/2; tcp a6 > b6:80 = accept',
  },
  {
    name: 'a hop limit of one is the last, on the way through only',
    rules: inet(hook('pre', 'prerouting', 'ip ttl set 1'), hook('in', 'input', 'ip ttl 1 tcp dport 22 drop')),
    packets: 'tcp a > b:80 = drop by nothing; tcp a > me:22 = drop by in/1; tcp a > me:80 = accept',
  },
  {
    name: 'fields of TCP that a rule sets',
    rules: inet(
      hook('fw', 'forward', 'tcp dport 22 tcp flags set rst', 'tcp dport 80 tcp window set 1'),
      hook('post', 'postrouting', 'tcp flags rst drop', 'tcp window 1 drop'),
    ),
    packets: 'tcp a > b:22 = drop by post/1; tcp a > b:80 = drop by post/2; tcp a > b:443 = accept',
  },
  {
    name: 'a connection is looked for by what a rule has made of the packet before',
    rules: inet(
      hook('raw', 'prerouting -300', 'udp dport 80 udp dport set 53'),
      hook(
        'fw',
        'forward',
        'meta l4proto udp ct original proto-dst 53 ct state new accept',
        'ct state established accept',
        'drop',
      ),
    ),
    packets:
      'udp a > b:80 = accept by fw/1 as a:4000 > b:53; udp b:53 > a:4000 = accept by fw/2; udp a > b:443 = drop by fw/3',
  },
  {
    name: 'a copy of the class of a packet, from mark to priority and back',
    rules: inet(
      hook('pre', 'prerouting', 'meta mark set 0x10005', 'meta priority set 1:5'),
      hook('in', 'input', 'meta priority 1:5 meta mark 0x10005 tcp dport 22 drop'),
    ),
    packets: 'tcp a > me:22 = drop by in/1; tcp a > me:80 = accept',
  },
]
