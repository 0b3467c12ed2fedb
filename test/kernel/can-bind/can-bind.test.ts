/** The rules of `can-bind` against the running kernel: what they say without a trial is what a trial says. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { whyNoStage } from '../stage/stage.ts'

const why = whyNoStage()

test('every kind of bind beside every kind of holder: the rules and the kernel agree', {
  skip: why ?? false,
}, () => {
  const file = fileURLToPath(new URL('./compare.ts', import.meta.url))
  const ran = spawnSync('unshare', ['--net', process.execPath, file], { encoding: 'utf8', timeout: 120_000 })
  assert.equal(ran.status, 0, ran.stderr)
  const { counts, differs } = JSON.parse(ran.stdout) as { counts: Record<string, number>; differs: string[] }
  assert.deepEqual(differs, [])
  // Only what a TIME_WAIT was made with stays hidden from root.
  assert.ok(counts.yes! > 300 && counts.no! > 300, JSON.stringify(counts))
  assert.ok(counts.depends! > 0 && counts.depends! < 60, JSON.stringify(counts))
})
