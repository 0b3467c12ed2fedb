/** Each rule in a table of its own, with the sets, maps and objects that it names. */
import {
  ARP_RULES,
  BRIDGE_RULES,
  DNAT_RULES,
  IP_RULES,
  IP6_RULES,
  NETDEV_RULES,
  SNAT_RULES,
} from './family-rules.ts'
import { HOST_RULES } from './host-rules.ts'
import { PACKET_RULES } from './packet-rules.ts'

export interface Case {
  readonly name: string
  readonly text: string
}

/** By what stands in a rule: what the table must have for it. */
const NEEDS: readonly (readonly [RegExp, string])[] = [
  [/@s\b/, 'set s { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, 192.0.2.1-192.0.2.9 } }'],
  [/@s4\b/, 'set s4 { type ipv4_addr; elements = { 1.1.1.1 } }'],
  [/@sc\b/, 'set sc { type ipv4_addr . inet_service; elements = { 1.1.1.1 . 80 } }'],
  [/@dyn\b/, 'set dyn { type ipv4_addr; size 100; flags dynamic, timeout; }'],
  [/@dynm\b/, 'map dynm { type ipv4_addr : mark; size 100; flags dynamic, timeout; }'],
  [/@vm\b/, 'map vm { type ipv4_addr : verdict; elements = { 1.1.1.1 : accept, 2.2.2.2 : jump c2 } }'],
  [/@m\b/, 'map m { type ipv4_addr : mark; elements = { 1.1.1.1 : 0x1 } }'],
  [/@m4\b/, 'map m4 { type ipv4_addr : ipv4_addr; elements = { 1.1.1.1 : 2.2.2.2 } }'],
  [/cnt/, 'counter cnt { packets 1 bytes 2 }'],
  [/quota name/, 'quota q { over 10 mbytes }'],
  [/limit name/, 'limit lim { rate 10/second }'],
  [/ct helper set/, 'ct helper ftp-std { type "ftp" protocol tcp; l3proto inet; }'],
  [
    /ct timeout set/,
    'ct timeout tmo { protocol tcp; l3proto ip; policy = { established : 100, close : 4 };}',
  ],
  [/ct expectation set/, 'ct expectation exp { protocol tcp; dport 100; timeout 1h; size 10; l3proto ip; }'],
  [/synproxy name/, 'synproxy sp { mss 1400 wscale 5 sack-perm }'],
]

const tableOf = (family: string, base: string, rule: string): string =>
  [
    `table ${family} t {`,
    ...NEEDS.filter(([when]) => when.test(rule)).map(([, what]) => `\t${what}`),
    '\tchain c2 { counter; }',
    `\tchain c {\n\t\t${base};\n\t\t${rule}\n\t}\n}\n`,
  ].join('\n')

const casesOf = (family: string, base: string, rules: readonly string[]): readonly Case[] =>
  rules.map(rule => ({ name: `${family}: ${rule}`, text: tableOf(family, base, rule) }))

const INPUT = 'type filter hook input priority 0'

export const CASES: readonly Case[] = [
  ...casesOf('inet', INPUT, [...PACKET_RULES, ...HOST_RULES]),
  ...casesOf('inet', 'type nat hook prerouting priority dstnat', DNAT_RULES),
  ...casesOf('inet', 'type nat hook postrouting priority srcnat', SNAT_RULES),
  ...casesOf('ip', INPUT, IP_RULES),
  ...casesOf('ip6', INPUT, IP6_RULES),
  ...casesOf('bridge', 'type filter hook prerouting priority 0', BRIDGE_RULES),
  ...casesOf('arp', INPUT, ARP_RULES),
  ...casesOf('netdev', 'type filter hook ingress device "eth0" priority 0', NETDEV_RULES),
]
