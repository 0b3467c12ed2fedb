/** Who may not connect is told so: the sandbox is named, and neither route, filter nor target is blamed. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { makeGroup, removeGroup, whyNoPrograms } from '../outside/harness.ts'
import { whyNoSandbox } from '../stage/sandbox.ts'
import type { DiagnosedRow } from './diagnosed-row.ts'
import { judgeTold, summary } from './judge-told.ts'
import { playAll, whyNoLab } from './lab/run-in-lab.ts'
import { SANDBOXES, type SandboxRow } from './sandboxes.ts'

const no = whyNoLab()
const why = (way: SandboxRow['way']): string | false =>
  no ?? (way === 'group' || way === 'group-egress' ? whyNoPrograms() || whyNoGroup() : whyNoSandbox(way))

function whyNoGroup(): string | false {
  const made = makeGroup()
  if (typeof made === 'string') return made
  removeGroup(made.path)
  return false
}

const names = SANDBOXES.filter(({ way }) => why(way) === false).map(({ name }) => name)
const diagnosed = names.length > 0 ? playAll<DiagnosedRow>('../sandboxes-play.ts', names) : null

for (const { name, way, expected, nobody = expected } of SANDBOXES) {
  test(name, { skip: why(way) }, async () => {
    const { error, client, unprivileged, mended } = await diagnosed!(name)
    assert.equal(error, undefined, error)
    assert.deepEqual(judgeTold('root', expected, 'sandbox-denied', client!), [])
    assert.deepEqual(judgeTold('nobody', nobody, 'sandbox-denied', unprivileged!), [])
    assert.equal(mended!.verdict, 'reachable', summary(mended!))
  })
}
