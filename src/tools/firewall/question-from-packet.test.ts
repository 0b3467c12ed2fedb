import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Surroundings } from '../../model/filter/packet.ts'
import { packetText } from '../../model/filter/packet-text.ts'
import { type Found, findPacket } from '../../model/filter/search/search.ts'
import { parseNftText } from '../../wire/nft-text/nft-text.ts'
import { parseFlowQuestion } from './flow-question.ts'
import { judgeFlow } from './judge-flow.ts'

const LINES = [
  'tcp 10.0.0.1:4000 -> 10.0.0.2:22',
  'tcp 10.0.0.1:4000 -> 10.0.0.2:22 in eth0 out eth1',
  'tcp 10.0.0.1:4000 -> 10.0.0.2:22 state established',
  'tcp 10.0.0.1:4000 -> 10.0.0.2:22 direction reply flags syn,ack',
  'tcp [::1]:4000 -> [::2]:22 flags none mark 16',
  'udp 10.0.0.1:4000 -> 10.0.0.2:53',
  'udp 10.0.0.1:4000 -> 10.0.0.2:53 length 1500',
  'igmp 10.0.0.1 -> 224.0.0.22',
  'icmp 10.0.0.1 -> 10.0.0.2',
  'icmp 10.0.0.1 -> 10.0.0.2 state related type 3 code 4',
  'icmpv6 fe80::1 -> ff02::1 type 135',
  '89 10.0.0.1 -> 10.0.0.2',
]
for (const line of LINES) {
  test(`"${line}" comes back`, () => {
    const { packet, state, direction, inputInterface, outputInterface, mark } = parseFlowQuestion(line)
    const around: Surroundings = {
      conntrack: { state, direction },
      ...(inputInterface === undefined ? {} : { inputInterface }),
      ...(outputInterface === undefined ? {} : { outputInterface }),
      ...(mark === undefined ? {} : { mark }),
    }
    assert.equal(packetText({ packet, surroundings: around }), line)
  })
}

test('what stands aside is no part of the question', () => {
  assert.deepEqual(
    parseFlowQuestion('udp 10.0.0.1:1 -> 10.0.0.2:2 # meta skuid 1000'),
    parseFlowQuestion('udp 10.0.0.1:1 -> 10.0.0.2:2'),
  )
})

test('what has no word stands aside', () => {
  const { packet } = parseFlowQuestion('udp 10.0.0.1:1 -> 10.0.0.2:2')
  const around: Surroundings = { facts: new Map([['meta skuid', 1000]]) }
  assert.equal(packetText({ packet, surroundings: around }), 'udp 10.0.0.1:1 -> 10.0.0.2:2 # meta skuid 1000')
})

const RULES: readonly [what: string, rules: string][] = [
  ['a port', 'tcp dport 22 accept'],
  ['flags', 'tcp flags == fin|ack accept'],
  ['a state', 'ct state established udp sport 53 accept'],
  ['a mark', 'meta mark 0x10 accept'],
  ['a length', 'meta length 1200-1300 accept'],
  ['a quota, which counts bytes', 'udp dport 53 quota over 100 mbytes drop\nudp dport 53 accept'],
  ['a message', 'icmp type time-exceeded icmp code 1 accept'],
  ['a message of IPv6', 'icmpv6 type nd-router-advert accept'],
  ['an interface', 'iifname "wan*" ip saddr 192.0.2.0/24 accept'],
  ['a protocol without a word', 'meta l4proto 89 accept'],
]
for (const [what, rules] of RULES) {
  test(`what a search finds is judged alike when it is asked about: ${what}`, () => {
    const { ruleset } = parseNftText(
      `table inet t {\n chain c {\n type filter hook input priority 0; policy drop;\n${rules}\n }\n}\n`,
    )
    const found = findPacket(ruleset, { hook: 'input', wanted: ['accept'] })
    const { witness } = found as Extract<Found, { found: 'yes' }>
    const line = packetText(witness)
    const { decision } = judgeFlow({ ruleset }, parseFlowQuestion(line), 'input')
    assert.deepEqual([decision.kind, decision.rule], [witness.decision.kind, witness.decision.rule], line)
  })
}
