/** What is read of a segment, and how sequence numbers go round (RFC 9293 section 3.4). */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Packet } from '../../filter/packet.ts'
import { isAfter, isBefore, segmentOf } from './tcp-segment.ts'

const FIELDS: readonly (readonly [string, number])[] = [
  ['ip hdrlength', 6],
  ['tcp sequence', 1000],
  ['tcp ackseq', 2000],
  ['tcp window', 500],
  ['tcp doff', 11],
]
const packet = (more: readonly (readonly [string, number])[] = [], rest: Partial<Packet> = {}): Packet => ({
  family: 'ipv4',
  protocol: 6,
  tcpFlags: 16,
  length: 24 + 44 + 100,
  fields: new Map([...FIELDS, ...more]),
  ...rest,
})

test('numbers, and the bytes that are left behind both headers', () => {
  assert.deepEqual(segmentOf(packet()), {
    flags: 16,
    sequence: 1000,
    acknowledgement: 2000,
    windowSize: 500,
    length: 100,
    hasOptions: true,
    selectiveAcksPermitted: false,
  })
})

test('of IPv6 the header has forty bytes', () => {
  assert.equal(segmentOf(packet([], { family: 'ipv6', length: 40 + 44 + 7 }))?.length, 7)
})

test('options: a scale of at most 14, and the highest edge of all blocks, around the end of the numbers too', () => {
  const segment = segmentOf(
    packet([
      ['tcp option window', 1],
      ['tcp option window count', 15],
      ['tcp option sack-perm', 1],
      ['tcp option sack0 right', 0xfffffff0],
      ['tcp option sack1 right', 16],
    ]),
  )
  assert.equal(segment?.windowScale, 14)
  assert.equal(segment?.selectiveAcksPermitted, true)
  assert.equal(segment?.selectiveRight, 16)
})

for (const missing of ['tcp sequence', 'tcp window', 'tcp doff']) {
  test(`without ${missing} nothing is said`, () => {
    const fields = new Map([...FIELDS].filter(([key]) => key !== missing))
    assert.equal(segmentOf(packet([], { fields })), undefined)
  })
}

test('which comes first, when they go round', () => {
  assert.ok(isBefore(1, 2) && isAfter(2, 1))
  assert.ok(isBefore(0xffffffff, 0) && isAfter(0, 0xffffffff))
  assert.ok(!isBefore(7, 7) && !isAfter(7, 7))
})
