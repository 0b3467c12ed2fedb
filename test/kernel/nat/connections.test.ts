/** The running kernel's tracked connections, in a namespace of the test: beside what conntrack lists, narrowed, and as they change. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { whyNoStage } from '../stage/stage.ts'

const skip = whyNoStage() ?? false

test('the kernel’s own table, narrowed and as it changes, is what conntrack lists', { skip }, () => {
  const child = fileURLToPath(new URL('./connections-child.ts', import.meta.url))
  const ran = spawnSync('unshare', ['--net', process.execPath, child], { encoding: 'utf8', timeout: 60_000 })
  assert.equal(ran.status, 0, ran.stdout + ran.stderr)
  const told = JSON.parse(ran.stdout)
  assert.ok(told.listed.length >= 3, ran.stdout)
  assert.deepEqual(told.all, told.listed)
  for (const [name, { ours, expected }] of Object.entries<{ ours: string[]; expected: string[] }>(
    told.narrowed,
  )) {
    assert.deepEqual(ours, expected, name)
    assert.notEqual(ours.length, 0, name)
  }
  assert.equal(told.changes[0], 'listening')
  assert.ok(told.changes.includes('new 17'), told.changes.join())
  assert.ok(told.changes.includes('destroy 17'), told.changes.join())
  assert.deepEqual(told.denied, 'denied')
})
