/**
 * The port space, judged the third time: on a simulated host, whose transport sends real segments. The tables want of it what they
 * want of the kernel, and random programs must come to something that the model allows.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { seedOf } from '../kernel/space/campaign.ts'
import { readCase, unlike } from '../kernel/space/case.ts'
import { TABLES } from '../kernel/space/cases/cases.ts'
import { generate } from '../kernel/space/generate.ts'
import { judge } from '../kernel/space/judge.ts'
import { printAction, printOutcome } from '../kernel/space/notation.ts'
import { modelOf } from '../kernel/space/open-model.ts'
import { PROFILE_NAMES } from '../kernel/space/profile.ts'
import { runOnSim } from './space-executor.ts'

/** What a transport is made of when nothing is said. */
const openModel = modelOf('6.18')

for (const [table, cases] of Object.entries(TABLES)) {
  for (const one of cases) {
    test(`${table}: ${one.name}, says the simulated host`, () => {
      const { program, lines } = readCase(one)
      const { steps, excluded } = runOnSim(program, null)
      assert.deepEqual(excluded, {}, 'no row may do what is excluded')
      assert.equal(steps.length, lines.length, 'every action was done')
      assert.deepEqual(
        lines.flatMap((line, i) => unlike(line, steps[i]!.outcome) ?? []),
        [],
      )
      const found = judge(openModel, program.surroundings, steps)
      assert.equal(found && `${printAction(steps[found.at]!.action)}: ${found.why}`, null)
    })
  }
}

const PROGRAMS = 3000

for (const profile of PROFILE_NAMES) {
  test(`${profile}: ${PROGRAMS} random programs come to what the model allows`, () => {
    let steps = 0
    for (let number = 0; number < PROGRAMS; number++) {
      const program = generate(seedOf(20_261_123, number), profile)
      const run = runOnSim(program, openModel(program.surroundings), number)
      const found = judge(openModel, program.surroundings, run.steps)
      if (found !== null) {
        const done = run.steps
          .slice(0, found.at + 1)
          .map(({ action, outcome }) => `${printAction(action)} = ${printOutcome(outcome)}`)
        assert.fail(
          `program ${number}: ${found.why}\n${done.join('\n')}\n${JSON.stringify(program.surroundings)}`,
        )
      }
      steps += run.steps.length
    }
    assert.ok(steps > 5 * PROGRAMS, `${steps} outcomes`)
  })
}
