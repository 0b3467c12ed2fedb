/** What is sent to a group of IPv4: which groups the host joined is not read, so what the rules accept depends on it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Host } from '../../model/path/host.ts'
import { parseNftText } from '../../wire/nft-text/nft-text.ts'
import { judgeFlow, parseFlowQuestion } from './firewall.ts'

const { ruleset } = parseNftText(`table inet f {
  chain i {
    type filter hook input priority 0; policy drop;
    ip daddr 224.0.0.251 udp dport 5353 accept
    udp dport 1900 limit rate 1/second accept
  }
}`)
/** 10.9.0.1/24 on eth0, and no way farther. */
const host: Host = {
  addresses: [{ family: 'ipv4', address: 0x0a090001, prefixLength: 24, device: 'eth0' }],
  routes: [
    {
      family: 'ipv4',
      kind: 'local',
      destination: 0x0a090001,
      prefixLength: 32,
      metric: 0,
      table: 255,
      device: 'eth0',
    },
    {
      family: 'ipv4',
      kind: 'unicast',
      destination: 0x0a090000,
      prefixLength: 24,
      metric: 0,
      table: 254,
      device: 'eth0',
    },
  ],
  forwards: { ipv4: true, ipv6: false },
}
const JOINED = 'this host has joined 224.0.0.251 at eth0'

const ROWS: readonly [flow: string, kind: string, way: string, unknown: readonly string[]][] = [
  ['udp 10.9.0.2:5353 -> 224.0.0.251:5353 in eth0', 'depends', 'in', [JOINED]],
  ['udp 10.9.0.2:5353 -> 224.0.0.251:5353', 'depends', 'in', [JOINED]],
  ['udp 10.9.0.2:5353 -> 224.0.0.251:5354 in eth0', 'drop', 'in', []],
  [
    'udp 10.9.0.2:5353 -> 239.255.255.250:1900 in eth0',
    'depends',
    'in',
    ['limit rate 1/second is not used up', 'this host has joined 239.255.255.250 at eth0'],
  ],
]
for (const [flow, kind, way, unknown] of ROWS) {
  test(`${flow}: ${kind}`, () => {
    const answer = judgeFlow({ ruleset, host }, parseFlowQuestion(flow))
    assert.equal(answer.decision.kind, kind)
    assert.equal(answer.way, way)
    assert.deepEqual(
      answer.decision.unknown.map(({ expression }) => expression),
      unknown,
    )
  })
}
