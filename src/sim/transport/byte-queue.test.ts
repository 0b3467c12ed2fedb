/** The oracle is an array of bytes. */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { ByteQueue } from './byte-queue.ts'
import { Reassembly } from './reassembly.ts'
import { plus } from './sequence.ts'

const action = fc.oneof(
  fc.record({
    do: fc.constantFrom('put' as const, 'putCopy' as const),
    size: fc.integer({ min: 0, max: 5000 }),
  }),
  fc.record({ do: fc.constantFrom('take' as const, 'drop' as const), size: fc.nat(6000) }),
  fc.record({ do: fc.constant('slice' as const), size: fc.nat(6000), from: fc.nat(6000) }),
)

test('a queue of bytes is what an array of bytes is', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), actions => {
      const queue = new ByteQueue()
      let bytes: number[] = []
      let next = 0
      for (const one of actions) {
        if (one.do === 'put' || one.do === 'putCopy') {
          const given = Uint8Array.from({ length: one.size }, () => next++ % 251)
          bytes.push(...given)
          queue[one.do](given)
          if (one.do === 'putCopy') given.fill(255)
        } else if (one.do === 'take') {
          assert.deepEqual([...queue.take(one.size)], bytes.slice(0, one.size))
          bytes = bytes.slice(one.size)
        } else if (one.do === 'drop') {
          const size = Math.min(one.size, bytes.length)
          queue.drop(size)
          bytes = bytes.slice(size)
        } else if (one.do === 'slice' && one.from < bytes.length) {
          const size = Math.min(one.size, bytes.length - one.from)
          if (size > 0)
            assert.deepEqual([...queue.slice(one.from, size)], bytes.slice(one.from, one.from + size))
        }
        assert.equal(queue.length, bytes.length)
      }
    }),
  )
})

test('pieces in any order, overlapping, around the end of the numbers, make the stream that they are of', () => {
  const stream = Uint8Array.from({ length: 300 }, (_, i) => i % 251)
  const piece = fc
    .tuple(fc.nat(299), fc.nat(80))
    .map(([from, size]) => [from, Math.min(300, from + size)] as const)
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.constantFrom(0, 0xffffffff - 100), (pieces, first) => {
      const held = new Reassembly()
      const known = new Set<number>()
      for (const [from, to] of pieces) {
        held.add(plus(first, from), stream.subarray(from, to))
        for (let i = from; i < to; i++) known.add(i)
        assert.equal(held.length, known.size)
      }
      const got: number[] = []
      for (let next = held.next(first); next !== undefined; next = held.next(plus(first, got.length)))
        got.push(...next)
      let whole = 0
      while (known.has(whole)) whole++
      assert.deepEqual(got, [...stream.subarray(0, whole)])
    }),
  )
})
