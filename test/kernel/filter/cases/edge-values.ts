/** Edges of values: of intervals, prefixes, names, concatenations, sets and maps (nft(8), "SETS", "MAPS"). */
import { type Case, hook, inet, strict } from '../case.ts'

export const EDGE_VALUES: readonly Case[] = [
  {
    name: 'the lowest and the highest port',
    rules: strict('tcp dport 0 accept', 'tcp dport 65535 accept', 'tcp dport 1-65534 drop'),
    packets:
      'tcp a > me:0 = accept by in/1; tcp a > me:65535 = accept by in/2; tcp a > me:1 = drop by in/3; tcp a > me:65534 = drop by in/3',
  },
  {
    name: 'intervals that touch',
    rules: strict('tcp dport vmap { 0-21 : drop, 22 : accept, 23-79 : drop, 80-65535 : accept }'),
    packets:
      'tcp a > me:21 = drop by in/1; tcp a > me:22 = accept by in/1; tcp a > me:79 = drop by in/1; tcp a > me:80 = accept by in/1; tcp a > me:65535 = accept; tcp a > me:0 = drop by in/1',
  },
  {
    name: 'an interval to the end of all addresses',
    rules: strict(
      'ip saddr { 240.0.0.0-255.255.255.254, 0.0.0.1-0.255.255.255 } drop',
      'ip saddr 128.0.0.0/1 accept',
      'ip6 saddr 8000::/1 accept',
    ),
    packets:
      'tcp 203.0.113.9 > me:22 = accept by in/2; tcp a > me:22 = drop by in/policy; tcp fe00::9 > me6:22 = accept by in/3; tcp a6 > me6:22 = accept by in/3',
  },
  {
    name: 'prefixes within prefixes, in rules: the first that matches',
    rules: strict('ip saddr 10.1.0.0/16 ip saddr != 10.1.0.0/30 drop', 'ip saddr 10.1.0.0/24 accept'),
    packets:
      'tcp 10.1.0.2 > me:22 = accept by in/2; tcp 10.1.0.4 > me:22 = drop by in/1; tcp 10.1.1.2 > me:22 = drop by in/1',
  },
  {
    name: 'a prefix of nothing is all of the family',
    rules: strict('ip saddr 0.0.0.0/0 tcp dport 22 accept', 'ip6 daddr ::/0 tcp dport 80 accept'),
    packets: 'tcp a > me:22 = accept by in/1; tcp a6 > me6:22 = drop; tcp a6 > me6:80 = accept by in/2',
  },
  {
    name: 'a prefix of all bits is one address',
    rules: strict('ip saddr 10.1.0.2/32 accept', 'ip6 saddr fd01::2/128 accept'),
    packets:
      'tcp a > me:22 = accept by in/1; tcp 10.1.0.3 > me:22 = drop; tcp a6 > me6:22 = accept by in/2; tcp fd01::3 > me6:22 = drop',
  },
  {
    name: 'odd lengths of prefixes of IPv6',
    rules: strict('ip6 saddr fd01::/127 drop', 'ip6 saddr fd01::2/127 accept', 'ip6 saddr fd00::/9 accept'),
    packets:
      'tcp fd01::1:1 > me6:22 = accept by in/3; tcp fd01::2 > me6:22 = accept by in/2; tcp fd01::3 > me6:22 = accept by in/2; tcp fd01::4 > me6:22 = accept by in/3',
  },
  {
    name: 'ranges of IPv6 over a carry',
    rules: strict('ip6 saddr fd01::ffff-fd01::1:1 accept', 'ip6 saddr < fd01::3 drop'),
    packets:
      'tcp fd01::ffff > me6:22 = accept by in/1; tcp fd01::1:0 > me6:22 = accept by in/1; tcp fd01::1:2 > me6:22 = drop by in/policy; tcp fd01::2 > me6:22 = drop by in/2',
  },
  {
    name: 'what is greater is so as a number, not byte by byte from behind',
    rules: strict('tcp dport > 256 accept', 'ip id > 255 udp dport 53 accept', 'meta mark > 255 drop'),
    packets:
      'tcp a > me:257 = accept by in/1; tcp a > me:256 = drop by in/policy; tcp a > me:512 = accept; udp a > me:53 ipid=256 = accept by in/2; udp a > me:53 ipid=1 = drop',
  },
  {
    name: 'bits of an address',
    rules: strict(
      'ip saddr & 0.0.0.255 == 0.0.0.2 accept',
      'ip6 saddr & ::ffff == ::2 accept',
      'ip daddr & 255.255.0.0 != 10.1.0.0 drop',
    ),
    packets:
      'tcp a > me:22 = accept by in/1; tcp b > me:22 = accept by in/1; tcp 10.1.0.3 > me2:22 = drop by in/3; tcp a6 > me6:22 = accept by in/2; tcp fd01::3 > me6:22 = drop by in/policy',
  },
  {
    name: 'bits of a port',
    rules: strict('tcp dport & 1 == 1 accept', 'tcp dport & 0xff00 == 0x1f00 drop'),
    packets:
      'tcp a > me:53 = accept by in/1; tcp a > me:8080 = drop by in/2; tcp a > me:22 = drop by in/policy',
  },
  {
    name: 'shifted bits',
    rules: inet(
      hook(
        'pre',
        'prerouting',
        'meta mark set tcp dport map { 22 : 1, 80 : 2 }',
        'meta mark set meta mark << 8',
      ),
      hook(
        'in',
        'input 0 drop',
        'meta mark 0x100 accept',
        'meta mark set meta mark >> 4',
        'meta mark 0x20 tcp dport 80 accept',
      ),
    ),
    packets: 'tcp a > me:22 = accept by in/1; tcp a > me:80 = accept by in/3; tcp a > me:53 = drop',
  },
  {
    name: 'names of devices: a whole one, a beginning, any, none',
    rules: strict(
      'iifname "t" accept',
      'iifname "t0*" tcp dport 22 accept',
      'iifname "t?" accept',
      'iifname != "l*" tcp dport 80 accept',
    ),
    packets:
      'tcp a > me:22 = accept by in/2; tcp b > me2:22 = drop by in/policy; tcp b > me2:80 = accept by in/4; tcp lo > lo:80 = drop',
  },
  {
    name: 'names of devices that are longer than the device’s',
    rules: strict(
      'iifname "t00" accept',
      'iifname { "t00*", "lo" } accept',
      'iifname { "t0" } tcp dport 22 accept',
    ),
    packets: 'tcp a > me:22 = accept by in/3; tcp a > me:80 = drop; tcp lo > lo:80 = accept by in/2',
  },
  {
    name: 'beginnings of names in a set of intervals',
    rules: inet(
      'set devs { type ifname; flags interval; elements = { "t*", "x0" } }',
      hook('in', 'input 0 drop', 'iifname @devs accept', 'iifname != @devs tcp dport 22 accept'),
    ),
    packets: 'tcp a > me:80 = accept by in/1; tcp lo > lo:22 = accept by in/2; tcp lo > lo:80 = drop',
  },
  {
    name: 'a concatenation with an address of one family is no match of the other',
    rules: strict(
      'ip saddr . tcp dport != { 10.1.0.2 . 22 } accept',
      'ip6 saddr . tcp dport { fd01::2 . 22 } accept',
    ),
    packets:
      'tcp a > me:22 = drop; tcp a > me:80 = accept by in/1; tcp a6 > me6:22 = accept by in/2; tcp a6 > me6:80 = drop; udp a > me:53 = drop',
  },
  {
    name: 'four parts, with ranges in each',
    rules: inet(
      'set s { type ipv4_addr . inet_service . inet_proto . ipv4_addr; flags interval; elements = { 10.1.0.0/24 . 1-100 . tcp . 10.1.0.0-10.1.0.9, 10.2.0.0/24 . 53 . 0-255 . 0.0.0.0/0 } }',
      hook('in', 'input 0 drop', 'ip saddr . th dport . meta l4proto . ip daddr @s accept'),
    ),
    packets:
      'tcp a > me:22 = accept; tcp a > me:443 = drop; udp a > me:53 = drop; udp b > me2:53 = accept; tcp b > me2:53 = accept; tcp a > me2:22 = drop',
  },
  {
    name: 'a catch-all beside an interval',
    rules: inet(
      'set s { type ipv4_addr; flags interval; elements = { 10.1.0.0/24, * } }',
      hook('in', 'input 0 drop', 'ip saddr @s accept', 'ip saddr != @s drop'),
    ),
    packets:
      'tcp a > me:22 = accept by in/1; tcp far > me:22 = accept by in/1; tcp a6 > me6:22 = drop by in/policy',
  },
  {
    name: 'denied: an empty set of another family',
    rules: inet('set s { type ipv6_addr; }', hook('in', 'input 0 drop', 'ip6 saddr != @s accept')),
    packets: 'tcp a6 > me6:22 = accept by in/1; tcp a > me:22 = drop by in/policy',
  },
  {
    name: 'a set by a field',
    rules: inet(
      'set s { typeof ip daddr . tcp dport; elements = { 10.1.0.1 . 22 } }\nmap m { typeof tcp dport : meta mark; elements = { 80 : 3 } }',
      hook(
        'in',
        'input 0 drop',
        'ip daddr . tcp dport @s accept',
        'meta mark set tcp dport map @m',
        'meta mark 3 accept',
      ),
    ),
    packets: 'tcp a > me:22 = accept by in/1; tcp a > me:80 = accept by in/3; tcp a > me2:22 = drop',
  },
  {
    name: 'verdict maps by states, within states',
    rules: strict(
      'ct state vmap { new : continue, invalid : drop, untracked : accept } tcp dport vmap { 22 : accept, 80-443 : drop }',
      'tcp dport 80 accept',
      'accept',
    ),
    packets:
      'tcp a > me:22 = accept by in/1; tcp a > me:80 = drop by in/1; tcp a > me:1000 = accept by in/3; tcp a:4009 > me:22 rst = drop by in/1',
  },
  {
    name: 'what a verdict map is missing is no continue',
    rules: strict(
      'meta mark set 1 tcp dport vmap { 443 : accept } meta mark set 2',
      'meta mark 1 tcp dport 22 accept',
      'meta mark 2 drop',
    ),
    packets:
      'tcp a > me:22 = accept by in/2; tcp a > me:443 = accept by in/1; udp a > me:53 = drop by in/policy',
  },
  {
    name: 'a map within a map',
    rules: strict(
      'meta mark set ip saddr map { 10.1.0.2 : 5, 10.2.0.2 : 6 } ct mark set meta mark',
      'ct mark vmap { 5 : accept, 6 : drop }',
    ),
    packets:
      'tcp a > me:22 = accept by in/2; tcp b > me:22 = drop by in/2; tcp far > me:22 = drop by in/policy',
  },
]
