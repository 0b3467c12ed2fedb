/**
 * The matrix: every fault, made for real, is diagnosed from the client, with the target's view, with the routers' as well, and by
 * somebody without rights, and each time what is told is what the row expects. What is advised of a proven cause is carried out, and a
 * plain program gets through; then, or where nothing is proven and the row takes its fault back, the target is called reachable.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { DiagnosedRow } from './diagnosed-row.ts'
import { FAULTS } from './faults/faults.ts'
import { judgeRow } from './judge-told.ts'
import { NOT_CARRIED_OUT } from './kept-as-they-are.ts'
import { playAll, whyNoLab } from './lab/run-in-lab.ts'

const why = whyNoLab()
/** The others have the machine for themselves: `matrix.timing.test.ts`. */
const rows = FAULTS.filter(({ alone }) => alone !== true)
const names = rows.map(({ name }) => name)
const diagnosed = why === null ? playAll<DiagnosedRow>('../matrix-play.ts', names) : null

for (const fault of rows) {
  test(fault.name, { skip: why ?? false }, async () => {
    assert.equal(judgeRow(fault, await diagnosed!(fault.name)).join('\n'), '')
  })
}

test('every reason not to carry out an advice is that of a row', () => {
  assert.deepEqual(
    Object.keys(NOT_CARRIED_OUT).filter(name => !FAULTS.some(fault => fault.name === name)),
    [],
  )
})
