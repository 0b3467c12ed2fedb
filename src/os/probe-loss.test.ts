import assert from 'node:assert/strict'
import test from 'node:test'
import { Loss } from './probe-loss.ts'

/** By hand: the least n of which rate^n is at most 1/1000, not below the plan’s 3 nor above 10. */
const ROWS: readonly (readonly [what: string, turns: readonly number[], tries: number])[] = [
  ['nothing heard', [], 3],
  ['nothing lost', [1, 1, 1, 1], 3],
  ['one lost, as of a neighbour that had to be found', [2, 1], 3],
  ['a tenth', [...Array<number>(16).fill(1), 2, 2], 3],
  ['a quarter', [1, 1, 1, 1, 2, 2], 5],
  ['four of eleven', [1, 1, 2, 2, 1, 1, 3], 7],
  ['a half', [2, 2, 2], 10],
  ['two thirds', [3, 3], 10],
]
for (const [what, turns, tries] of ROWS)
  test(`${what}: a silent port is asked ${tries} times`, () => {
    const loss = new Loss()
    for (const turn of turns) loss.learn(turn)
    assert.equal(loss.triesFor(3), tries)
  })

test('more tries than are needed are never taken away', () => {
  const loss = new Loss()
  for (const turn of [1, 1, 1, 1, 2, 2]) loss.learn(turn)
  assert.equal(loss.triesFor(8), 8)
})
