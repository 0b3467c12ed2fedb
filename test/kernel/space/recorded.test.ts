/** The model beside what kernels have said, anywhere: nothing here needs one. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { judgeRecorded } from './judge-recorded.ts'
import { modelOf } from './open-model.ts'
import { readRecordings } from './recorded/recorded.ts'

const FEWEST = 300

for (const { kernel, programs } of readRecordings()) {
  const openModel = modelOf(kernel)
  test(`Linux ${kernel}: enough is recorded`, () => assert.ok(programs.length >= FEWEST))
  for (const one of programs) {
    test(`Linux ${kernel}: ${one[0]}`, () => assert.equal(judgeRecorded(openModel, one), null))
  }
}

test('there are recordings', () => assert.ok(readRecordings().length > 0))
