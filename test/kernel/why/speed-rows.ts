/** An answer that needs no waiting comes at once; where silence has to be waited for, a first verdict comes soon, and all in time. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { summary } from './judge-told.ts'
import { playAll, whyNoLab } from './lab/run-in-lab.ts'
import type { TimedRow } from './timing-play.ts'
import { TIMING_ROWS } from './timing-rows.ts'

const why = whyNoLab()
const names = TIMING_ROWS.map(({ name }) => name)
const timed = why === null ? playAll<TimedRow>('../timing-play.ts', names) : null

for (const { name, first, whole } of TIMING_ROWS) {
  test(`${name}: first verdict in ${first} ms, all in ${whole} ms`, { skip: why ?? false }, async () => {
    const { told } = await timed!(name)
    const words = told.map(one => `first ${one.firstMs} ms, ${summary(one)}`).join('\n')
    assert.ok(median(told.map(({ firstMs }) => firstMs)) <= first, words)
    assert.ok(median(told.map(({ ms }) => ms)) <= whole, words)
  })
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!
}
