/** The tables of `cases/`, judged by the running kernel and by the model. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { linesOf, unlike } from './case.ts'
import { TABLES } from './cases/cases.ts'
import { openKernel, whyNoJudge } from './kernel.ts'
import { judgeRound, programOf, roundOf } from './round.ts'

for (const [table, cases] of Object.entries(TABLES)) {
  test(`${table}: no name is used twice`, () => {
    assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length)
  })
}

test('the tables, by the kernel and by the model', { skip: whyNoJudge() ?? false }, async t => {
  const kernel = await openKernel()
  try {
    for (const [table, cases] of Object.entries(TABLES)) {
      const rounds = cases.map(roundOf)
      const runs = await kernel.run(rounds.map(({ round }) => programOf(round)))
      for (const [i, one] of cases.entries()) {
        await t.test(`${table}: ${one.name}`, () => {
          const run = runs[i]!
          assert.equal(run.refused, undefined)
          const { ruleset, pairs } = judgeRound(rounds[i]!.round, run, rounds[i]!.read)
          const wrong = linesOf(one).flatMap(({ text, wanted }, j) => {
            const { kernel: saw, model, why } = pairs[j]!
            return [
              ...unlike(wanted, saw, ruleset).map(what => `${text}: the kernel: ${what}`),
              ...unlike(wanted, model.fate, ruleset).map(what => `${text}: the model: ${what}`),
              ...(why === null ? [] : [`${text}: ${why}`]),
            ]
          })
          assert.equal(wrong.join('\n'), '')
        })
      }
    }
  } finally {
    await kernel.close()
  }
})
