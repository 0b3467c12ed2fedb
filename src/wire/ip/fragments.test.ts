import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { parseAddress } from '../../model/address.ts'
import { anyDatagram } from './datagram.cases.ts'
import type { Datagram } from './datagram.ts'
import { datagramLength, decodeDatagram, encodeDatagram, fragmentsOf, packetOf, Reassembly } from './ip.ts'

const BIG: Datagram = {
  source: parseAddress('192.0.2.1'),
  destination: parseAddress('192.0.2.2'),
  hopLimit: 64,
  identification: 7,
  payload: {
    kind: 'udp',
    sourcePort: 1,
    destinationPort: 2,
    data: Uint8Array.from({ length: 3000 }, (_, i) => i & 255),
  },
}

test('RFC 791: 3,008 bytes through an MTU of 1,500 go in pieces of 1,480, 1,480 and 48', () => {
  const pieces = fragmentsOf(BIG, 1500)
  assert.deepEqual(
    pieces.map(({ fragment, payload }) => [fragment, payload.data.length]),
    [
      [{ offset: 0, more: true }, 1480],
      [{ offset: 1480, more: true }, 1480],
      [{ offset: 2960, more: false }, 48],
    ],
  )
  assert.equal(packetOf(pieces[0]!).destinationPort, 2, 'the first has the ports')
  assert.equal(packetOf(pieces[1]!).destinationPort, undefined)
})

test('pieces in any order, cut again on the way, sent twice, are the packet again', () => {
  const mtu = fc.integer({ min: 68, max: 400 })
  fc.assert(
    fc.property(anyDatagram, mtu, mtu, fc.infiniteStream(fc.nat(1000)), (any, first, second, order) => {
      const whole: Datagram = { ...any, identification: 9 }
      const floor = whole.source.includes(':') ? 80 : 0
      const pieces = fragmentsOf(whole, floor + first)
        .flatMap(one => fragmentsOf(one, floor + second))
        .map(one => decodeDatagram(encodeDatagram(one))!)
      for (const one of pieces) assert.ok(datagramLength(one) <= floor + first)
      const shuffled = [...pieces, ...(pieces.length > 1 ? pieces.slice(0, 1) : [])]
        .map(one => ({ one, at: order.next().value! }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ one }) => one)
      const reassembly = new Reassembly()
      const got = shuffled.map(one => reassembly.add(one, 0)).filter(one => one !== undefined)
      // IPv6 carries an identification in pieces alone.
      const expected = pieces.length === 1 ? decodeDatagram(encodeDatagram(whole)) : whole
      assert.deepEqual(got[0], expected)
      assert.equal(got.length, 1)
    }),
  )
})

test('pieces that overlap end it all (RFC 5722)', () => {
  const [first, second, third] = fragmentsOf(BIG, 1500)
  const reassembly = new Reassembly()
  const overlapping = { ...second!, fragment: { offset: 1472, more: true } }
  assert.equal(reassembly.add(first!, 0), undefined)
  assert.equal(reassembly.add(overlapping, 0), undefined)
  assert.equal(reassembly.add(second!, 0), undefined)
  assert.equal(reassembly.add(third!, 0), undefined, 'the first is gone')
})

test('a piece that waits is forgotten after 30 seconds', () => {
  const [first, second, third] = fragmentsOf(BIG, 1500)
  const reassembly = new Reassembly()
  reassembly.add(first!, 0)
  reassembly.add(second!, 30_000)
  assert.equal(reassembly.add(third!, 30_000), undefined)
  assert.deepEqual(reassembly.add(first!, 30_000), BIG)
})

test('an MTU that holds no piece', () => assert.throws(() => fragmentsOf(BIG, 27), RangeError))
