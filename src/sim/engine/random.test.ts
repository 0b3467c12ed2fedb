import assert from 'node:assert/strict'
import test from 'node:test'
import { seededRandom } from './random.ts'

const some = (seed: number | string, count = 1000): readonly number[] => {
  const random = seededRandom(seed)
  return Array.from({ length: count }, random)
}

test('the same seed, the same numbers; another seed, others', () => {
  assert.deepEqual(some(1), some(1))
  assert.deepEqual(some('harbour'), some('harbour'))
  assert.notDeepEqual(some(1), some(2))
})

test('they are from 0 up to 1, evenly', () => {
  const numbers = some(7, 100_000)
  assert.ok(numbers.every(one => one >= 0 && one < 1))
  const counts = new Array<number>(10).fill(0)
  for (const one of numbers) counts[Math.floor(one * 10)]!++
  // Nine degrees of freedom: beyond 40 in less than one of 100,000 (chi-squared).
  const chi = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)
  assert.ok(chi < 40, `chi-squared ${chi}`)
})
