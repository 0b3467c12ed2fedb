import assert from 'node:assert/strict'
import test from 'node:test'
import { compareDistances, distanceOf } from './distance.ts'

for (const [left, hops] of [
  [64, 0],
  [63, 1],
  [128, 0],
  [120, 8],
  [255, 0],
  [254, 1],
  [40, 24],
  [32, 0],
] as const)
  test(`${left} left: ${hops} hops`, () => assert.equal(distanceOf(left), hops))

test('beginnings may differ where the distance is one', () => {
  assert.equal(compareDistances(63, 254), 'same')
  assert.equal(compareDistances(64, 63), 'nearer')
  assert.equal(compareDistances(62, 254), 'farther')
})
