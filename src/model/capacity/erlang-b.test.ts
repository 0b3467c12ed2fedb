import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { erlangB, portsForBlocking } from './erlang-b.ts'

/** Load in erlang at which a number of lines blocks one call in a hundred: Erlang B tables, as printed everywhere. */
const ONE_IN_A_HUNDRED: readonly (readonly [lines: number, load: number])[] = [
  [1, 0.0101],
  [2, 0.153],
  [5, 1.36],
  [10, 4.46],
  [20, 12.0],
  [50, 37.9],
  [100, 84.1],
]
for (const [lines, load] of ONE_IN_A_HUNDRED) {
  test(`${lines} lines block 1 % of ${load} erlang`, () => {
    assert.ok(Math.abs(erlangB(load, lines) - 0.01) < 0.0003, String(erlangB(load, lines)))
    assert.equal(portsForBlocking(load * 0.995, 0.01), lines)
  })
}

/** The formula as it is written down: a^n/n! over the sum of a^k/k!, slow and only for few. */
function written(load: number, ports: number): number {
  let [term, sum] = [1, 1]
  for (let k = 1; k <= ports; k++) {
    term = (term * load) / k
    sum += term
  }
  return term / sum
}

test('law: the recursion is the formula', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      fc.integer({ min: 0, max: 120 }),
      (load, ports) => {
        const wanted = written(load, ports)
        assert.ok(Math.abs(erlangB(load, ports) - wanted) <= 1e-9 * wanted + 1e-300)
      },
    ),
  )
})

test('no load blocks nothing, no port everything', () => {
  assert.deepEqual([erlangB(0, 0), erlangB(5, 0), portsForBlocking(0, 0.01)], [0, 1, 0])
})
