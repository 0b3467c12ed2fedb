/**
 * The matrix: every fault, made for real, is diagnosed from the client, with the target's view, with the routers' as well, and by
 * somebody without rights, and each time what is told is what the row expects. When it is mended the target is called reachable.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { DiagnosedRow } from './diagnosed-row.ts'
import { FAULTS } from './faults/faults.ts'
import { judgeRow } from './judge-told.ts'
import { playAll, whyNoLab } from './lab/run-in-lab.ts'

const why = whyNoLab()
const names = FAULTS.map(({ name }) => name)
const diagnosed = why === null ? playAll<DiagnosedRow>('../matrix-play.ts', names) : null

for (const fault of FAULTS) {
  test(fault.name, { skip: why ?? false }, async () => {
    assert.equal(judgeRow(fault, await diagnosed!(fault.name)).join('\n'), '')
  })
}
