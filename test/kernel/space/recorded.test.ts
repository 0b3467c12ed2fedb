/** The model beside what kernels have said, anywhere: nothing here needs one. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { judge } from './judge.ts'
import { printAction, printOutcome } from './notation.ts'
import { modelOf } from './open-model.ts'
import { readRecordings } from './recorded/recorded.ts'
import { replay } from './recording.ts'

const FEWEST = 300

for (const { kernel, programs } of readRecordings()) {
  const openModel = modelOf(kernel)
  test(`Linux ${kernel}: enough is recorded`, () => assert.ok(programs.length >= FEWEST))
  for (const one of programs) {
    test(`Linux ${kernel}: ${one[0]}`, () => {
      const { surroundings, steps } = replay(one)
      const found = judge(openModel, surroundings, steps)
      const text =
        found &&
        steps
          .slice(0, found.at + 1)
          .map(({ action, outcome }) => `${printAction(action)} = ${printOutcome(outcome)}`)
      assert.equal(found && [...text!, found.why].join('\n'), null)
    })
  }
}

test('there are recordings', () => assert.ok(readRecordings().length > 0))
