/**
 * One fault of each kind from the matrix, as every run of the tests can bear: made for real, diagnosed from each view, mended. All
 * rows, healthy controls and pairs are `npm run soak -- why`.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { DiagnosedRow } from './diagnosed-row.ts'
import { FAULTS } from './faults/faults.ts'
import { judgeRow } from './judge-told.ts'
import { playAll, whyNoLab } from './lab/run-in-lab.ts'

const NAMES: readonly string[] = [
  'nothing-listens',
  'listener-on-loopback',
  'listener-of-ipv6-only',
  'listener-of-another-protocol',
  'accept-queue-full',
  'process-stopped',
  'closes-at-once',
  'target-input-drops',
  'target-input-resets',
  'target-output-drops-syn-ack',
  'target-has-no-way-back',
  'router-drops',
  'router-resets-a-request',
  'udp-too-large-for-the-way',
  'router-rejects-admin-prohibited',
  'router-rejects-v6-admin-prohibited',
  'router-does-not-forward',
  'router-has-no-route',
  'hop-limit-too-small',
  'no-default-route',
  'own-blackhole-route',
  'own-rule-prohibits',
  'own-output-drops',
  'own-output-resets',
  'own-input-drops-syn-ack',
  'no-port-is-left',
  'source-is-not-ours',
  'link-local-without-zone',
]

const why = whyNoLab()
const rows = NAMES.map(name => FAULTS.find(fault => fault.name === name)!)
const diagnosed = why === null ? playAll<DiagnosedRow>('../matrix-play.ts', [...NAMES]) : null

for (const fault of rows) {
  test(fault.name, { skip: why ?? false }, async () => {
    assert.equal(judgeRow(fault, await diagnosed!(fault.name)).join('\n'), '')
  })
}
