/** The rows of the matrix that have the machine for themselves: they fill a table of all of it, which takes whoever looks through it a while. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { DiagnosedRow } from './diagnosed-row.ts'
import { FAULTS } from './faults/faults.ts'
import { judgeRow } from './judge-told.ts'
import { playAll, whyNoLab } from './lab/run-in-lab.ts'

const why = whyNoLab()
const rows = FAULTS.filter(({ alone }) => alone === true)
const names = rows.map(({ name }) => name)
const diagnosed = why === null ? playAll<DiagnosedRow>('../matrix-play.ts', names) : null

for (const fault of rows)
  test(fault.name, { skip: why ?? false }, async () => {
    assert.equal(judgeRow(fault, await diagnosed!(fault.name)).join('\n'), '')
  })
