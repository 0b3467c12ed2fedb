/** The tables of frames in `../cases/`, judged by the running kernel and by the model, on a bridge that lends to IP's hooks and one that doesn't. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { LINK_BRIDGES } from '../cases/link-bridges.ts'
import { LINK_DEVICES } from '../cases/link-devices.ts'
import { LINK_LENT } from '../cases/link-lent.ts'
import { openKernel, whyNoJudge } from '../kernel.ts'
import { linesOfFrames, unlikeFrame } from './link-case.ts'
import { judgeLinkRound, linkProgram } from './link-round.ts'

const TABLES = { devices: LINK_DEVICES, bridges: LINK_BRIDGES, 'bridges and IP': LINK_LENT }
const CASES = Object.entries(TABLES).flatMap(([table, cases]) =>
  cases.map(one => ({ ...one, name: `${table}: ${one.name}` })),
)
const skip = whyNoJudge() ?? false

test('no name is used twice, and there are forty rule sets', () => {
  assert.equal(new Set(CASES.map(({ name }) => name)).size, CASES.length)
  assert.ok(CASES.length >= 40, `${CASES.length} rule sets`)
})

for (const lends of [false, true]) {
  const ground = lends ? 'lending' : 'bridge'
  test(`frames, by the kernel and by the model, on a bridge that ${lends ? 'lends' : 'doesn’t lend'}`, {
    skip,
  }, async t => {
    const kernel = await openKernel(ground)
    try {
      const cases = CASES.filter(one => one.lends === undefined || one.lends === lends)
      const rounds = cases.map(one => ({
        rules: one.rules,
        probes: linesOfFrames(one).map(({ probe }) => probe),
      }))
      const runs = await kernel.run(rounds.map(linkProgram))
      for (const [i, one] of cases.entries()) {
        await t.test(one.name, () => {
          const run = runs[i]!
          assert.equal(run.refused, undefined)
          const { ruleset, pairs } = judgeLinkRound(rounds[i]!, run, lends)
          const lines = linesOfFrames(one)
          assert.equal(pairs.length, lines.length)
          const wrong = lines.flatMap(({ text, wanted }, j) => {
            const { kernel: saw, model, why, copies } = pairs[j]!
            return [
              ...unlikeFrame(wanted, saw, copies?.kernel, ruleset).map(
                what => `${text}: the kernel: ${what}`,
              ),
              ...unlikeFrame(wanted, model, copies?.model, ruleset).map(
                what => `${text}: the model: ${what}`,
              ),
              ...(why === null ? [] : [`${text}: ${why}`]),
            ]
          })
          assert.equal(wrong.join('\n'), '')
        })
      }
    } finally {
      await kernel.close()
    }
  })
}
