import assert from 'node:assert/strict'
import test from 'node:test'
import { permutation } from './permutation.ts'

/** Whether each of 0 … size - 1 comes exactly once, by ticking them off. */
function visitsAll(size: number, seed: number): boolean {
  const seen = new Uint8Array(size)
  const order = permutation(size, seed)
  for (let i = 0; i < size; i++) {
    const at = order(i)
    if (!Number.isInteger(at) || at < 0 || at >= size || seen[at] === 1) return false
    seen[at] = 1
  }
  return true
}

test('everything comes once: every size from 1 to 1,100', () => {
  for (let size = 1; size <= 1100; size++) assert.ok(visitsAll(size, size * 7), `size ${size}`)
})

test('everything comes once: sizes around powers, primes, all ports, up to 70,000', () => {
  const sizes = [2 ** 11, 2 ** 12, 2 ** 13, 2 ** 14, 2 ** 15, 2 ** 16].flatMap(n => [n - 1, n, n + 1])
  for (const size of [...sizes, 1109, 7919, 65_521, 65_535, 69_997, 70_000])
    for (const seed of [0, 1, 2 ** 31, 2 ** 45 + 3]) assert.ok(visitsAll(size, seed), `${size} by ${seed}`)
})

test('the same seed gives the same order, another one another', () => {
  const first = (seed: number) => Array.from({ length: 50 }, (_, i) => permutation(65_535, seed)(i)).join()
  assert.equal(first(7), first(7))
  const orders = new Set(Array.from({ length: 40 }, (_, seed) => first(seed)))
  orders.add(first(2 ** 32)).add(first(2 ** 33))
  assert.equal(orders.size, 42)
})

test('neighbours are far apart, and the beginning is spread over everything', () => {
  const size = 65_535
  const order = permutation(size, 42)
  let apart = 0
  const quarters = [0, 0, 0, 0]
  for (let i = 0; i < 4000; i++) {
    apart += Math.abs(order(i) - order(i + 1))
    quarters[Math.floor((order(i) / size) * 4)]!++
  }
  // Two numbers drawn alike are a third of the whole apart on average.
  assert.ok(Math.abs(apart / 4000 / size - 1 / 3) < 0.02, `${apart / 4000 / size}`)
  for (const quarter of quarters) assert.ok(Math.abs(quarter - 1000) < 150, quarters.join())
})

test('large sizes stay exact: what comes out leads to one place only', () => {
  for (const size of [2 ** 32 + 15, 2 ** 48 + 23, 2 ** 52]) {
    const order = permutation(size, 5)
    const seen = new Set<number>()
    for (let i = 0; i < 2000; i++) seen.add(order(i)).add(order(size - 1 - i))
    assert.equal(seen.size, 4000)
    for (const at of seen) assert.ok(Number.isSafeInteger(at) && at >= 0 && at < size)
  }
})

test('what has no order is refused', () => {
  for (const size of [0, -1, 1.5, 2 ** 52 + 1, Number.NaN])
    assert.throws(() => permutation(size, 1), RangeError)
})
