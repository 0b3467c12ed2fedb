import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Later } from './probe-later.ts'

test('what waits comes by its time, and in the order in which it came', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), times => {
      const later = new Later<{ at: number; order: number }>()
      for (const [order, at] of times.entries()) later.add(at, { at, order })
      const taken: { at: number; order: number }[] = []
      while (later.length > 0) {
        const { at } = later
        taken.push(later.take())
        assert.equal(taken.at(-1)!.at, at)
      }
      const sorted = times
        .map((at, order) => ({ at, order }))
        .sort((a, b) => a.at - b.at || a.order - b.order)
      assert.deepEqual(taken, sorted)
    }),
  )
  assert.equal(new Later().at, Number.POSITIVE_INFINITY)
})
