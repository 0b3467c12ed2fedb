import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Surroundings } from '../../model/filter/packet.ts'
import { parseFlowQuestion } from './flow-question.ts'
import { packetText } from './packet-text.ts'

const LINES = [
  'tcp 10.0.0.1:4000 -> 10.0.0.2:22',
  'tcp 10.0.0.1:4000 -> 10.0.0.2:22 in eth0 out eth1',
  'tcp 10.0.0.1:4000 -> 10.0.0.2:22 state established',
  'tcp 10.0.0.1:4000 -> 10.0.0.2:22 direction reply flags syn,ack',
  'tcp [::1]:4000 -> [::2]:22 flags none mark 16',
  'udp 10.0.0.1:4000 -> 10.0.0.2:53',
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
    assert.equal(packetText(packet, around), line)
  })
}

test('what has no word stands aside', () => {
  const { packet } = parseFlowQuestion('udp 10.0.0.1:1 -> 10.0.0.2:2')
  const around: Surroundings = { facts: new Map([['meta skuid', 1000]]) }
  assert.equal(packetText(packet, around), 'udp 10.0.0.1:1 -> 10.0.0.2:2 # meta skuid 1000')
})
