import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseNftText } from '../../wire/nft-text/nft-text.ts'
import type { Packet, Surroundings } from '../filter/packet.ts'
import { decideOnWay, type Way } from './assumed-way.ts'

const RULES = `
table inet filter {
  chain input {
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    iifname "lo" accept
    tcp dport 22 accept
    tcp dport 8080 accept
  }
  chain forward {
    type filter hook forward priority 0; policy drop;
    oifname "docker0" tcp dport 8080 accept
    oifname "eth1" accept
  }
  chain output {
    type filter hook output priority 0; policy accept;
    tcp dport 25 reject
  }
}
table ip nat {
  chain prerouting {
    type nat hook prerouting priority -100;
    tcp dport 80 dnat to 172.17.0.2:8080
    tcp dport 81 redirect to :8080
  }
}`

const rules = parseNftText(RULES).ruleset
const SYN: Packet = {
  family: 'ipv4',
  protocol: 6,
  source: 0xc0000201,
  destination: 0x0a000001,
  sourcePort: 40000,
  tcpFlags: 2,
}
const NEW: Surroundings = { conntrack: { state: 'new', direction: 'original', status: 0 } }

const ROWS: readonly [
  name: string,
  way: Way,
  port: number,
  around: Surroundings,
  verdict: string,
  took?: Way,
][] = [
  ['what a rule of input accepts', 'in', 22, { ...NEW, inputInterface: 'eth0' }, 'accept'],
  ['a policy', 'in', 23, { ...NEW, inputInterface: 'eth0' }, 'drop'],
  ['the interface is not known, and it would make a difference', 'in', 23, NEW, 'depends'],
  ['the interface is not known, and makes none', 'in', 22, NEW, 'accept'],
  ['a reply', 'in', 23, { conntrack: { state: 'established' }, inputInterface: 'eth0' }, 'accept'],
  [
    'a published port goes through, where it is accepted',
    'in',
    80,
    { ...NEW, inputInterface: 'eth0', outputInterface: 'docker0' },
    'accept',
    'through',
  ],
  [
    'a published port, and where it leaves is not known',
    'in',
    80,
    { ...NEW, inputInterface: 'eth0' },
    'depends',
    'through',
  ],
  ['a redirect stays', 'in', 81, { ...NEW, inputInterface: 'eth0' }, 'accept', 'in'],
  ['through', 'through', 443, { ...NEW, inputInterface: 'eth0', outputInterface: 'eth1' }, 'accept'],
  [
    'through, by another interface',
    'through',
    443,
    { ...NEW, inputInterface: 'eth0', outputInterface: 'eth2' },
    'drop',
  ],
  ['out', 'out', 25, { ...NEW, outputInterface: 'eth0' }, 'reject'],
  ['out, no rule', 'out', 443, { ...NEW, outputInterface: 'eth0' }, 'accept'],
]
for (const [name, way, destinationPort, around, verdict, took = way] of ROWS) {
  test(name, () => {
    const answer = decideOnWay(rules, way, { ...SYN, destinationPort }, around)
    assert.equal(answer.decision.kind, verdict)
    assert.equal(answer.way, took)
  })
}
