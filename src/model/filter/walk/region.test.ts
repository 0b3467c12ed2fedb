/** Regions beside plain sets of the numbers 0 to 15. */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { between, complement, difference, holds, intersection, type Region, unionOf } from './region.ts'

const NUMBERS = Array.from({ length: 16 }, (_, i) => i)
const regions = fc
  .array(fc.tuple(fc.nat(15), fc.nat(15)), { maxLength: 4 })
  .map(pairs => unionOf(pairs.map(([a, b]) => between(Math.min(a, b), Math.max(a, b)))))
const numbersOf = (region: Region): number[] => NUMBERS.filter(one => holds(region, one))

test('both, either, one without the other, none', () => {
  fc.assert(
    fc.property(regions, regions, (a, b) => {
      const [inA, inB] = [new Set(numbersOf(a)), new Set(numbersOf(b))]
      assert.deepEqual(
        numbersOf(intersection(a, b)),
        NUMBERS.filter(one => inA.has(one) && inB.has(one)),
      )
      assert.deepEqual(
        numbersOf(unionOf([a, b])),
        NUMBERS.filter(one => inA.has(one) || inB.has(one)),
      )
      assert.deepEqual(
        numbersOf(difference(a, b)),
        NUMBERS.filter(one => inA.has(one) && !inB.has(one)),
      )
      assert.deepEqual(
        numbersOf(complement(a)),
        NUMBERS.filter(one => !inA.has(one)),
      )
    }),
  )
})

test('an empty region is told by having nothing in it', () => {
  fc.assert(
    fc.property(regions, regions, (a, b) =>
      assert.equal(intersection(a, b).length === 0, numbersOf(intersection(a, b)).length === 0),
    ),
  )
})

test('names: one, and those that begin so', () => {
  const eth: Region = [{ low: 'eth', after: 'eth\uffff' }]
  assert.ok(holds(eth, 'eth0') && holds(eth, 'eth') && !holds(eth, 'et') && !holds(eth, 'lo'))
  assert.deepEqual(intersection(eth, between('eth1', 'eth1')), between('eth1', 'eth1'))
})
