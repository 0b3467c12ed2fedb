/** What rules count, allow and fill: limits, quotas, objects by name and by map, sets from packet to packet (nft(8), "LIMIT STATEMENT", "SET STATEMENT"). */
import { type Case, chain, hook, inet, strict } from '../case.ts'

const guarded = (set: string, ...rules: readonly string[]): string =>
  inet(set, hook('in', 'input 0 drop', ...rules))
const FILLED = 'set s { type ipv4_addr; size 100; flags dynamic; }'

export const OBJECTS: readonly Case[] = [
  {
    name: 'a train of packets: as many as the burst, and then none',
    rules: strict('tcp dport 22 limit rate 1/hour burst 3 packets accept'),
    packets: `tcp a:4000 > me:22 = accept by in/1; tcp a:4001 > me:22 = accept by in/1; tcp a:4002 > me:22 = accept by in/1
      tcp a:4003 > me:22 beyond = drop by in/policy; tcp a:4004 > me:80 = drop by in/policy`,
  },
  {
    name: 'a train of packets past a limit that has to be exceeded',
    rules: strict('tcp dport 22 limit rate over 1/hour burst 2 packets drop', 'tcp dport 22 accept'),
    packets: `tcp a:4000 > me:22 = accept by in/2; tcp a:4001 > me:22 = accept by in/2; tcp a:4002 > me:22 beyond = drop by in/1`,
  },
  {
    name: 'a limit counts only what has come as far as it',
    rules: strict('limit rate 1/hour burst 1 packets tcp dport 22 accept', 'tcp dport 22 accept'),
    packets: 'udp a > me:53 = drop by in/policy; tcp a > me:22 beyond = accept by in/2',
  },
  {
    name: 'a limit behind the match counts what matched',
    rules: strict('tcp dport 22 limit rate 1/hour burst 1 packets accept', 'tcp dport 80 accept'),
    packets:
      'tcp a > me:80 = accept by in/2; tcp a > me:22 = accept by in/1; tcp a:4001 > me:22 beyond = drop by in/policy',
  },
  {
    name: 'a limit of bytes that one packet exceeds',
    rules: strict('udp dport 53 limit rate over 1 kbytes/hour burst 200 bytes drop', 'udp dport 53 accept'),
    packets: 'udp a > me:53 payload=20 = accept by in/2; udp a > me:53 payload=1300 beyond = drop by in/1',
  },
  {
    name: 'a limit by name is one for all who ask it',
    rules: guarded(
      'limit l { rate 1/hour burst 2 packets; }',
      'tcp dport 22 limit name "l" accept',
      'tcp dport 80 limit name "l" accept',
    ),
    packets:
      'tcp a > me:22 = accept by in/1; tcp a > me:80 = accept by in/2; tcp a:4001 > me:22 beyond = drop by in/policy; tcp a:4001 > me:80 beyond = drop',
  },
  {
    name: 'limits by a map',
    rules: guarded(
      'limit few { rate 1/hour burst 1 packets; }\nlimit many { rate 1000/second; }',
      'limit name tcp dport map { 22 : "few", 80 : "many" } accept',
      'udp dport 53 accept',
    ),
    packets:
      'tcp a > me:22 = accept by in/1; tcp a > me:80 = accept by in/1; tcp a:4001 > me:22 beyond = drop by in/policy; tcp a > me:443 = drop by in/policy; udp a > me:53 = accept by in/2',
  },
  {
    name: 'an inverted limit by name',
    rules: guarded('limit l { rate over 1/hour burst 1 packets; }', 'limit name "l" drop', 'accept'),
    packets: 'tcp a > me:22 = accept by in/2; tcp a > me:80 beyond = drop by in/1',
  },
  {
    name: 'quotas by a map',
    rules: guarded(
      'quota small { until 30 bytes; }\nquota large { until 10 mbytes; }',
      'quota name tcp dport map { 22 : "small", 80 : "large" } accept',
      'tcp dport 22 drop',
    ),
    packets:
      'tcp a > me:22 = drop by in/2; tcp a > me:80 = accept by in/1; tcp a > me:443 = drop by in/policy',
  },
  {
    name: 'a quota that was used up before',
    rules: guarded(
      'quota q { over 100 bytes used 90 bytes; }\nquota p { until 100 bytes used 20 bytes; }',
      'tcp dport 22 quota name "q" drop',
      'tcp dport 80 quota name "p" accept',
      'tcp dport 22 accept',
    ),
    packets: 'tcp a > me:22 = drop by in/1; tcp a > me:80 = accept by in/2',
  },
  {
    name: 'a quota to the byte',
    rules: strict(
      'tcp dport 22 quota 40 bytes accept',
      'tcp dport 80 quota 41 bytes accept',
      'tcp dport 443 quota over 40 bytes accept',
      'tcp dport 53 quota 39 bytes accept',
    ),
    packets:
      'tcp a > me:22 = accept by in/1; tcp a > me:80 = accept by in/2; tcp a > me:443 = drop; tcp a > me:53 = drop',
  },
  {
    name: 'counters by name, in a chain and by a map',
    rules: inet(
      'counter seen { packets 5 bytes 100 }\ncounter web { }',
      'map ports { type inet_service : counter; elements = { 22 : "seen", 80 : "web" } }',
      hook('in', 'input 0 drop', 'counter name "seen"', 'counter name tcp dport map @ports accept'),
    ),
    packets:
      'tcp a > me:80 = accept by in/2; tcp a > me:443 = drop by in/policy; udp a > me:53 = drop by in/policy',
  },
  {
    name: 'what a rule adds, later packets find',
    rules: guarded(FILLED, 'ip saddr @s accept', 'tcp dport 1000 add @s { ip saddr }'),
    packets:
      'tcp a > me:22 = drop by in/policy; tcp a > me:1000 = drop by in/policy; tcp a > me:22 = accept by in/1; tcp 10.1.0.3 > me:22 = drop',
  },
  {
    name: 'knocking at three ports, one after the other',
    rules: inet(
      'set one { type ipv4_addr; flags dynamic,timeout; timeout 1m; }\nset two { type ipv4_addr; flags dynamic,timeout; timeout 1m; }\nset in3 { type ipv4_addr; flags dynamic,timeout; timeout 10m; }',
      hook(
        'in',
        'input 0 drop',
        'ip saddr @in3 tcp dport 22 accept',
        'tcp dport 1000 add @one { ip saddr }',
        'tcp dport 2000 ip saddr @one add @two { ip saddr timeout 30s }',
        'tcp dport 5000 ip saddr @two add @in3 { ip saddr }',
      ),
    ),
    packets: `tcp a > me:22 = drop; tcp a > me:1000 = drop; tcp a > me:5000 = drop; tcp a > me:22 = drop
      tcp a > me:2000 = drop; tcp a > me:5000 = drop; tcp a > me:22 = accept by in/1; tcp 10.1.0.3 > me:22 = drop`,
  },
  {
    name: 'who asks at the wrong port is shut out',
    rules: inet(
      'set bad { type ipv4_addr; flags dynamic,timeout; timeout 5m; }',
      hook(
        'in',
        'input',
        'ip saddr @bad drop',
        'tcp dport { 53, 443 } add @bad { ip saddr timeout 1h } drop',
      ),
    ),
    packets:
      'tcp a > me:22 = accept by nothing; tcp a > me:443 = drop by in/2; tcp a > me:22 = drop by in/1; tcp 10.1.0.3 > me:22 = accept',
  },
  {
    name: 'what a rule takes out is gone for later packets',
    rules: guarded(
      'set s { type ipv4_addr; size 100; flags dynamic; elements = { 10.1.0.2, 10.1.0.3 } }',
      'ip saddr @s tcp dport 22 accept',
      'tcp dport 443 delete @s { ip saddr }',
    ),
    packets:
      'tcp a > me:22 = accept by in/1; tcp a > me:443 = drop; tcp a > me:22 = drop; tcp 10.1.0.3 > me:22 = accept by in/1',
  },
  {
    name: 'what is taken out, not being there, is no matter',
    rules: guarded(FILLED, 'delete @s { ip saddr } accept'),
    packets: 'tcp a > me:22 = accept by in/1; tcp a6 > me6:22 = drop by in/policy',
  },
  {
    name: 'a set that is full takes no more: the rule ends',
    rules: guarded('set s { type ipv4_addr; size 2; flags dynamic; }', 'add @s { ip saddr } accept'),
    packets:
      'tcp a > me:22 = accept by in/1; tcp 10.1.0.3 > me:22 = accept by in/1; tcp 10.1.0.4 > me:22 = drop by in/policy; tcp a > me:80 = accept by in/1',
  },
  {
    name: 'concatenations that a rule adds',
    rules: guarded(
      'set s { type ipv4_addr . inet_service; size 100; flags dynamic; }',
      'ip saddr . tcp dport @s accept',
      'update @s { ip saddr . tcp dport }',
    ),
    packets:
      'tcp a > me:22 = drop; tcp a > me:22 = accept by in/1; tcp a > me:80 = drop; tcp 10.1.0.3 > me:22 = drop',
  },
  {
    name: 'a map that rules fill, and that a later packet is translated by',
    rules: inet(
      'map back { type ipv4_addr : mark; size 100; flags dynamic; }',
      hook(
        'in',
        'input 0 drop',
        'meta mark set ip saddr map @back',
        'meta mark 5 accept',
        'tcp dport 443 update @back { ip saddr : 5 }',
      ),
    ),
    packets: 'tcp a > me:22 = drop; tcp a > me:443 = drop; tcp a > me:22 = accept by in/2',
    fromText: true,
  },
  {
    name: 'a limit for each address',
    rules: guarded(FILLED, 'tcp dport 22 add @s { ip saddr limit rate 1/hour burst 1 packets } accept'),
    packets:
      'tcp a:4000 > me:22 = accept by in/1; tcp a:4001 > me:22 beyond = drop by in/policy; tcp 10.1.0.3 > me:22 = accept by in/1',
  },
  {
    name: 'a limit that every element of a set has',
    rules: guarded(
      'set s { type ipv4_addr; size 100; flags dynamic; limit rate 1/hour burst 1 packets; elements = { 10.1.0.2 limit rate 1/hour burst 1 packets } }',
      'ip saddr @s accept',
    ),
    packets: 'tcp a:4000 > me:22 = accept by in/1; tcp 10.1.0.3 > me:22 = drop by in/policy',
  },
  {
    name: 'a counter for each address',
    rules: guarded(
      'set s { type ipv4_addr; size 100; flags dynamic; counter; }',
      'add @s { ip saddr counter } accept',
    ),
    packets: 'tcp a > me:22 = accept by in/1; tcp a > me:80 = accept by in/1',
  },
  {
    name: 'a meter, as it was written once',
    rules: strict('tcp dport 22 meter m size 100 { ip saddr limit rate 1000/second } accept'),
    packets: 'tcp a > me:22 = accept by in/1; tcp a > me:80 = drop',
  },
  {
    name: 'elements of either family in sets of their own',
    rules: inet(
      'set four { type ipv4_addr; flags dynamic; size 100; }\nset six { type ipv6_addr; flags dynamic; size 100; }',
      hook(
        'in',
        'input 0 drop',
        'ip saddr @four accept',
        'ip6 saddr @six accept',
        'tcp dport 443 add @four { ip saddr }',
        'tcp dport 443 add @six { ip6 saddr }',
      ),
    ),
    packets:
      'tcp a6 > me6:443 = drop; tcp a > me:22 = drop; tcp a6 > me6:22 = accept by in/2; tcp a > me:443 = drop; tcp a > me:22 = accept by in/1',
  },
  {
    name: 'a set is each table’s own',
    rules: `${inet(FILLED, hook('in', 'input 0', 'tcp dport 443 add @s { ip saddr }'))}table ip u {\n${FILLED}\n${hook('late', 'input 5', 'ip saddr @s drop')}\n}`,
    packets: 'tcp a > me:443 = accept; tcp a > me:22 = accept',
  },
  {
    name: 'a rejected packet has changed the set all the same',
    rules: guarded(
      FILLED,
      'ip saddr @s drop',
      'tcp dport 443 add @s { ip saddr } reject with tcp reset',
      'accept',
    ),
    packets: 'tcp a > me:443 = reject tcp reset by in/2; tcp a > me:22 = drop by in/1',
  },
  {
    name: 'a choice by turns among equals',
    rules: inet(
      chain('one', 'accept'),
      hook('in', 'input 0 drop', 'numgen inc mod 3 vmap { 0 : goto one, 1 : goto one, 2 : goto one }'),
    ),
    packets:
      'tcp a > me:22 = accept by one/1; tcp a > me:80 = accept by one/1; udp a6 > me6:53 = accept by one/1',
  },
  {
    name: 'hashes that have one outcome',
    rules: strict(
      'symhash mod 1 offset 5 == 5 tcp dport 22 accept',
      'jhash ip saddr . tcp dport mod 1 seed 0xabc == 0 tcp dport 80 accept',
      'jhash ip6 saddr mod 1 offset 2 vmap { 2 : accept }',
    ),
    packets:
      'tcp a > me:22 = accept by in/1; tcp a > me:80 = accept by in/2; udp a > me:53 = drop by in/policy; udp a6 > me6:53 = accept by in/3',
  },
  {
    name: 'logs of every kind let pass',
    rules: strict(
      'log prefix "one " level debug flags ip options',
      'log group 5 snaplen 64 queue-threshold 4',
      'log level audit',
      'tcp dport 22 log accept',
    ),
    packets: 'tcp a > me:22 = accept by in/4; tcp a > me:80 = drop by in/policy',
  },
]
