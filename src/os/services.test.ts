/** The programs that stop services, played by scripts on a PATH of their own. */
import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Service } from '../model/service.ts'
import { container, stopService } from './services.ts'

const folder = mkdtempSync(join(tmpdir(), 'portolan-services-'))
after(() => rmSync(folder, { recursive: true }))
const path = `${folder}:/usr/bin:/bin`
const skip = process.platform === 'win32' && 'there are no shell scripts on Windows'

function play(name: string, script: string): void {
  writeFileSync(
    join(folder, name),
    `#!/bin/sh\nfor word in "$@"; do echo "$word"; done > ${folder}/said\n${script}\n`,
  )
  chmodSync(join(folder, name), 0o755)
}
const said = (): string[] => readFileSync(join(folder, 'said'), 'utf8').trimEnd().split('\n')

const SHOP: Service = { kind: 'unit', name: 'shop; reboot.service', user: false }

test('a name with anything in it stays one argument', { skip }, async () => {
  play('systemctl', 'exit 0')
  assert.deepEqual(await stopService(SHOP, { path }), { kind: 'stopped' })
  assert.deepEqual(said(), ['stop', '--', 'shop; reboot.service'])
})

for (const [what, script, outcome] of [
  [
    'refuses',
    'echo "Failed to stop shop: Access denied" >&2; exit 4',
    { kind: 'denied', says: 'Failed to stop shop: Access denied' },
  ],
  ['fails', 'echo "Unit not loaded." >&2; exit 5', { kind: 'failed', says: 'Unit not loaded.' }],
  ['fails without a word', 'exit 3', { kind: 'failed', says: 'systemctl ended with 3' }],
] as const) {
  test(`a program that ${what}`, { skip }, async () => {
    play('systemctl', script)
    assert.deepEqual(await stopService(SHOP, { path }), outcome)
  })
}

test('a program that does not end is ended', { skip }, async () => {
  play('systemctl', 'exec sleep 1000')
  const outcome = await stopService(SHOP, { path, timeoutMs: 200 })
  assert.deepEqual(outcome, { kind: 'failed', says: 'systemctl did not end in time' })
})

test('a program that is not there', { skip }, async () => {
  const empty = mkdtempSync(join(folder, 'empty-'))
  assert.deepEqual(await stopService(SHOP, { path: empty }), {
    kind: 'missing',
    says: 'there is no program systemctl here',
  })
  assert.deepEqual(await container({ id: 'x' }, { path: empty }), { known: false, reason: 'unsupported' })
})

test('a container by its port, with its project', { skip }, async () => {
  play('docker', `printf 'abc\\tshop-web-1\\tshop\\tweb\\n'`)
  assert.deepEqual(await container({ published: 3000, protocol: 'tcp' }, { path }), {
    known: true,
    value: { id: 'abc', name: 'shop-web-1', compose: { project: 'shop', service: 'web' } },
  })
  assert.deepEqual(said().slice(0, 4), ['ps', '--no-trunc', '--filter', 'publish=3000/tcp'])
})

for (const [what, script, told] of [
  ['without a project', `printf 'abc\\tweb\\t\\t\\n'`, { known: true, value: { id: 'abc', name: 'web' } }],
  ['that is not there', 'exit 0', { known: false, reason: 'vanished' }],
  ['that may not be asked for', 'echo "permission denied" >&2; exit 1', { known: false, reason: 'denied' }],
  ['without a daemon', 'echo "cannot connect" >&2; exit 1', { known: false, reason: 'unsupported' }],
] as const) {
  test(`a container ${what}`, { skip }, async () => {
    play('docker', script)
    assert.deepEqual(await container({ id: 'abc' }, { path }), told)
  })
}

test('a signal ends the program', { skip }, async () => {
  play('systemctl', 'exec sleep 1000')
  const stop = new AbortController()
  const stopped = stopService(SHOP, { path, signal: stop.signal })
  setImmediate(() => stop.abort())
  await assert.rejects(stopped, { name: 'AbortError' })
})
