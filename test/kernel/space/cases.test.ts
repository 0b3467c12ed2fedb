/** The tables of `cases/`, judged by the running kernel and by the model. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { whyNoStage } from '../stage/stage.ts'
import { inexact, readCase, unlike } from './case.ts'
import { TABLES } from './cases/cases.ts'
import { judge } from './judge.ts'
import { openKernel } from './kernel.ts'
import { printAction } from './notation.ts'
import { openModel } from './open-model.ts'

for (const [table, cases] of Object.entries(TABLES)) {
  test(`${table}: no name is used twice`, () => {
    assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length)
  })
}

test('the tables, by the kernel and by the model', { skip: whyNoStage() ?? false }, async t => {
  const kernel = await openKernel()
  try {
    for (const [table, cases] of Object.entries(TABLES)) {
      const read = cases.map(readCase)
      const runs = await kernel.run(
        read.map(({ program }) => program),
        false,
      )
      for (const [i, { name, program, lines }] of read.entries()) {
        const { steps, excluded } = runs[i]!
        await t.test(`${table}: ${name}, says the kernel`, () => {
          assert.deepEqual(excluded, {}, 'no row may do what is excluded')
          assert.equal(steps.length, lines.length, 'every action was done')
          assert.deepEqual(
            lines.flatMap((line, j) => unlike(line, steps[j]!.outcome) ?? []),
            [],
          )
        })
        await t.test(`${table}: ${name}, says the model`, () => {
          const found = judge(openModel, program.surroundings, steps) ?? inexact(openModel, read[i]!, steps)
          assert.equal(found && `${printAction(steps[found.at]!.action)}: ${found.why}`, null)
        })
      }
    }
  } finally {
    await kernel.close()
  }
})
