/**
 * Every fault is what it is said to be: made for real, it shows a plain program the symptom that the kernel is known for, and once it
 * is mended the same try goes through. Nothing of ours diagnoses anything here.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Symptom } from './fault.ts'
import { FAULTS } from './faults/faults.ts'
import { goesThrough } from './judge-told.ts'
import type { PlainOutcome } from './lab/plain-connect.ts'
import { playAll, whyNoLab } from './lab/run-in-lab.ts'
import type { PlayedFault } from './played-fault.ts'

const why = whyNoLab()
const played =
  why === null
    ? playAll<PlayedFault>(
        '../faults-play.ts',
        FAULTS.map(({ name }) => name),
      )
    : null

for (const fault of FAULTS) {
  const { name, plain } = fault
  test(name, { skip: why ?? false }, async () => {
    const { error, symptom, tls, mended } = await played!(name)
    assert.equal(error, undefined, error)
    matches(symptom!, plain)
    if (plain.tls !== undefined) assert.match(tls!, plain.tls)
    assert.ok(goesThrough(fault, mended!), `mended: ${JSON.stringify(mended)}`)
  })
}

test('names of faults are identifiers, each given once', () => {
  const names = FAULTS.map(({ name }) => name)
  assert.deepEqual(
    names.filter(name => !/^[a-z][a-z0-9-]*$/.test(name)),
    [],
  )
  assert.equal(new Set(names).size, names.length)
})

/** Milliseconds: three tries of ARP, of a second each, lie between them. */
const SOON = 2500

function matches(seen: PlainOutcome, { connect, time, next }: Symptom): void {
  const told = JSON.stringify(seen)
  assert.ok([connect].flat().includes(seen.connect), told)
  assert.equal(seen.atOnce, time === 'at once', told)
  if (time === 'quick') assert.ok(seen.ms < SOON, told)
  if (time === 'seconds') assert.ok(seen.ms > SOON, told)
  if (next instanceof RegExp) assert.match(seen.next ?? 'nothing', next)
  else if (next !== undefined) assert.ok([next].flat().includes(seen.next ?? 'nothing'), told)
}
