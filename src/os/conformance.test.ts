/**
 * The suite is judged itself: a host that breaks one promise must fail the case that holds it, and no case may be there
 * that nothing can break.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UNTOLD } from '../model/socket-columns.ts'
import { type Case, CONFORMANCE, runCase, type Stage, unmet } from './conformance.ts'
import { CONNECTION_DEFECTS } from './connection-defects.cases.ts'
import { type Defect, honest, rows, stageOf, withDefect } from './defective-host.cases.ts'
import { FILTER_DEFECTS } from './filter-defects.cases.ts'
import { OTHER_DEFECTS } from './other-defects.cases.ts'
import { OWNER_DEFECTS } from './owner-defects.cases.ts'
import { PASSING_DEFECTS } from './passing-defects.cases.ts'
import { PROBE_DEFECTS } from './probe-defects.cases.ts'
import { TABLE_DEFECTS } from './table-defects.cases.ts'
import { TRIAL_DEFECTS } from './trial-defects.cases.ts'

const DEFECTS: readonly Defect[] = [
  ...TABLE_DEFECTS,
  ...OWNER_DEFECTS,
  ...FILTER_DEFECTS,
  ...CONNECTION_DEFECTS,
  ...OTHER_DEFECTS,
  ...TRIAL_DEFECTS,
  ...PROBE_DEFECTS,
  ...PASSING_DEFECTS,
]

for (const [promise, defect, broken] of DEFECTS) {
  test(`a host that ${defect} fails: ${promise}`, async () => {
    const judged = CONFORMANCE.filter(({ name }) => name.includes(promise))
    assert.notEqual(judged.length, 0, 'no case has that in its name')
    const noticed: string[] = []
    for (const one of judged)
      await runCase(one, withDefect(broken)).catch(error => noticed.push(error.message))
    assert.notEqual(noticed.length, 0, 'no case noticed')
  })
}

for (const one of CONFORMANCE) {
  test(`something can break: ${one.name}`, () => {
    const named =
      DEFECTS.some(([promise]) => one.name.includes(promise)) || /^".*" is not the name/.test(one.name)
    assert(named, 'add a defect to the table')
  })
  test(`an honest host passes: ${one.name}`, () => runCase(one, async () => stageOf(honest())))
}

test('a case that needs what the stage has not says so', async () => {
  const one: Case = { name: 'x', needs: ['tunable', 'pid'], run: async () => assert.fail('it ran') }
  const { tunable: _, ...poor } = stageOf(honest())
  assert.deepEqual(unmet(one, poor), ['tunable'])
  await assert.rejects(
    runCase(one, async () => poor),
    /has no tunable/,
  )
})

test('a host is closed and its stage taken down, even after a failure', async () => {
  const closed: string[] = []
  const os = { ...honest(), close: async () => void closed.push('host') }
  const one: Case = { name: 'x', needs: [], run: () => Promise.reject(new Error('broken')) }
  const stage: Stage = { os, close: () => void closed.push('stage') }
  await assert.rejects(
    runCase(one, async () => stage),
    /broken/,
  )
  assert.deepEqual(closed, ['host', 'stage'])
})

test('untold cells are fine', async () => {
  const untold = rows(columns => {
    columns.uid.fill(UNTOLD)
    columns.receiveQueue.fill(UNTOLD)
  })
  const one = CONFORMANCE.find(({ name }) => name === 'columns are well-formed')!
  await runCase(one, withDefect(untold))
})
