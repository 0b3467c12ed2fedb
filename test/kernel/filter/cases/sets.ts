/** Sets and maps: intervals, concatenations, catch-alls, and what rules add to them (nft(8), "SETS", "MAPS"). */
import { type Case, hook, inet, input, strict } from '../case.ts'

const withSet = (set: string, ...rules: readonly string[]): string =>
  inet(set, hook('in', 'input 0 drop', ...rules))

export const SETS: readonly Case[] = [
  {
    name: 'one of these',
    rules: strict('tcp dport { 22, 80-443, 8080 } accept'),
    packets: `tcp a > me:22 = accept by in/1; tcp a > me:80 = accept by in/1; tcp a > me:443 = accept by in/1
      tcp a > me:1000 = drop by in/policy; udp a > me:22 = drop by in/policy`,
  },
  {
    name: 'none of these',
    rules: strict('tcp dport != { 22, 80 } accept'),
    packets: 'tcp a > me:22 = drop; tcp a > me:443 = accept by in/1; udp a > me:443 = drop',
  },
  {
    name: 'networks',
    rules: strict('ip saddr { 10.1.0.0/24, 203.0.113.9 } accept', 'ip6 saddr { fd02::/64 } accept'),
    packets:
      'tcp a > me:22 = accept by in/1; tcp far > me:22 = accept by in/1; tcp b > me:22 = drop; tcp b6 > me6:22 = accept by in/2',
  },
  {
    name: 'a set by name',
    rules: withSet(
      'set s { type inet_service; elements = { 22, 80 } }',
      'tcp dport @s accept',
      'udp dport != @s accept',
    ),
    packets:
      'tcp a > me:22 = accept by in/1; tcp a > me:53 = drop; udp a > me:53 = accept by in/2; udp a > me:80 = drop',
  },
  {
    name: 'an empty set has nothing',
    rules: withSet('set s { type ipv4_addr; }', 'ip saddr @s accept', 'ip saddr != @s tcp dport 22 accept'),
    packets: 'tcp a > me:22 = accept by in/2; tcp a > me:80 = drop',
  },
  {
    name: 'a set of intervals',
    rules: withSet(
      'set s { type ipv4_addr; flags interval; elements = { 10.1.0.0/24, 10.2.0.5-10.2.0.9 } }',
      'ip saddr @s accept',
    ),
    packets:
      'tcp a > me:22 = accept by in/1; tcp 10.2.0.5 > me:22 = accept; tcp 10.2.0.9 > me:22 = accept; tcp 10.2.0.10 > me:22 = drop; tcp b > me:22 = drop',
  },
  {
    name: 'a set of concatenations',
    rules: withSet(
      'set s { type ipv4_addr . inet_service; elements = { 10.1.0.2 . 22, 10.2.0.2 . 80 } }',
      'ip saddr . tcp dport @s accept',
    ),
    packets: 'tcp a > me:22 = accept; tcp a > me:80 = drop; tcp b > me:80 = accept; udp a > me:22 = drop',
  },
  {
    name: 'a concatenation of ranges is compared part by part',
    rules: withSet(
      'set s { type ipv4_addr . inet_service; flags interval; elements = { 10.1.0.0/24 . 22-80, 10.2.0.0/16 . 443 } }',
      'ip saddr . tcp dport @s accept',
    ),
    packets: 'tcp a > me:53 = accept; tcp a > me:443 = drop; tcp b > me:443 = accept; tcp b > me:53 = drop',
  },
  {
    name: 'three parts, between braces',
    rules: strict('ip saddr . meta l4proto . th dport { 10.1.0.2 . tcp . 22, 10.1.0.2 . udp . 53 } accept'),
    packets: 'tcp a > me:22 = accept; udp a > me:53 = accept; tcp a > me:53 = drop; udp a6 > me6:53 = drop',
  },
  {
    name: 'a device and a port',
    rules: strict('iifname . tcp dport { "t0" . 22, "t1" . 80 } accept'),
    packets: 'tcp a > me:22 = accept; tcp b > me2:22 = drop; tcp b > me2:80 = accept',
  },
  {
    name: 'a set of devices',
    rules: withSet('set s { type ifname; elements = { "t0", "lo" } }', 'iifname @s accept'),
    packets: 'tcp a > me:22 = accept; tcp b > me2:22 = drop; tcp lo > lo:22 = accept',
  },
  {
    name: 'a set of marks and a set of protocols',
    rules: withSet(
      'set s { type mark; elements = { 1, 3 } }',
      'meta l4proto { tcp, udp } meta mark set 3',
      'meta mark @s accept',
    ),
    packets: 'tcp a > me:22 = accept by in/2; icmp a > me = drop',
  },
  {
    name: 'an element that ends some time is there until then',
    rules: withSet(
      'set s { type ipv4_addr; flags timeout; elements = { 10.1.0.2 timeout 1h } }',
      'ip saddr @s accept',
    ),
    packets: 'tcp a > me:22 = accept; tcp b > me:22 = drop',
  },
  {
    name: 'a set with counters',
    rules: withSet('set s { type ipv4_addr; counter; elements = { 10.1.0.2 } }', 'ip saddr @s accept'),
    packets: 'tcp a > me:22 = accept by in/1',
  },
  {
    name: 'a rule adds to a set, and a later one finds it',
    rules: withSet(
      'set s { type ipv4_addr; flags dynamic; size 100; }',
      'tcp dport 22 add @s { ip saddr }',
      'ip saddr @s accept',
    ),
    packets: 'tcp a > me:80 = drop by in/policy; tcp a > me:22 = accept by in/2',
  },
  {
    name: 'what is added passes on, and what has nothing to add ends the rule',
    rules: withSet(
      'set s { type ipv4_addr; flags dynamic; size 100; }',
      'update @s { ip saddr } accept',
      'tcp dport 22 accept',
    ),
    packets: 'tcp a > me:80 = accept by in/1; tcp a6 > me6:22 = accept by in/2; tcp a6 > me6:80 = drop',
  },
  {
    name: 'a rule takes out of a set',
    rules: withSet(
      'set s { type ipv4_addr; flags dynamic; size 100; elements = { 10.1.0.2 } }',
      'tcp dport 22 delete @s { ip saddr }',
      'ip saddr @s accept',
    ),
    packets: 'tcp a > me:22 = drop by in/policy',
  },
  {
    name: 'an element with a limit that isn’t used up',
    rules: withSet(
      'set s { type ipv4_addr; flags dynamic; size 100; }',
      'add @s { ip saddr limit rate 100000/second } accept',
    ),
    packets: 'tcp a > me:22 = accept by in/1',
  },
  {
    name: 'an element with a limit that has to be exceeded',
    rules: withSet(
      'set s { type ipv4_addr; flags dynamic; size 100; }',
      'add @s { ip saddr limit rate over 100000/second } drop',
      'accept',
    ),
    packets: 'tcp a > me:22 = accept by in/2',
  },
  {
    name: 'a map gives a value, and its miss ends the rule',
    rules: strict(
      'meta mark set tcp dport map { 22 : 1, 80 : 2 } counter',
      'meta mark 1 accept',
      'meta mark 2 drop',
      'udp dport 53 accept',
    ),
    packets:
      'tcp a > me:22 = accept by in/2; tcp a > me:80 = drop by in/3; tcp a > me:53 = drop by in/policy; udp a > me:53 = accept by in/4',
  },
  {
    name: 'a map by name, of intervals, with a catch-all',
    rules: inet(
      'map m { type inet_service : mark; flags interval; elements = { 0-1023 : 1, * : 2 } }',
      hook('in', 'input 0 drop', 'meta mark set tcp dport map @m', 'meta mark 1 accept'),
    ),
    packets: 'tcp a > me:22 = accept by in/2; tcp a > me:8080 = drop by in/policy',
  },
  {
    name: 'a map to a counter',
    rules: `table inet t {
      counter one { }
      counter two { }
      ${hook('in', 'input 0 drop', 'counter name tcp dport map { 22 : "one", 80 : "two" } accept', 'udp dport 53 accept')}
    }`,
    packets:
      'tcp a > me:22 = accept by in/1; tcp a > me:443 = drop by in/policy; udp a > me:53 = accept by in/2',
  },
  {
    name: 'a whole rule set of blocked addresses',
    rules: inet(
      'set bad { type ipv4_addr; flags interval; elements = { 10.1.0.66, 203.0.113.0/24 } }',
      hook('in', 'input', 'ip saddr @bad drop'),
    ),
    packets:
      'tcp 10.1.0.66 > me:22 = drop by in/1; tcp far > me:22 = drop by in/1; tcp a > me:22 = accept by nothing',
  },
  {
    name: 'a set of one',
    rules: input('tcp dport { 22 } drop'),
    packets: 'tcp a > me:22 = drop; tcp a > me:80 = accept',
  },
]
