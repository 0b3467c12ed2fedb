import assert from 'node:assert/strict'
import test from 'node:test'
import { openMemory } from '../os/memory/memory.ts'
import getPort, { clearLockedPorts, portNumbers } from './get-port.ts'

const busy = () =>
  openMemory({ processes: [{ pid: 812, run: 'node' }], sockets: [{ listen: 'tcp 0.0.0.0:3000', by: 812 }] })

/** What get-port's own documentation promises. */
test('the first preferred port that can be had, else another', async () => {
  const os = busy()
  assert.equal(await getPort({ os, port: 3001 }), 3001)
  assert.equal(await getPort({ os, port: [3000, 3001, 3002] }), 3002)
  assert.equal(await getPort({ os, port: portNumbers(3000, 3100) }), 3003)
  const other = await getPort({ os, port: 3000 })
  assert.ok(other >= 1024 && other !== 3000)
})

test('what is excluded is not given', async () => {
  const os = busy()
  assert.equal(await getPort({ os, port: [4100, 4101], exclude: [4100] }), 4101)
})

test('no port twice, locked or not', async () => {
  const os = busy()
  const got: number[] = []
  for (let i = 0; i < 50; i++) {
    got.push(await getPort({ os }))
    clearLockedPorts()
  }
  assert.equal(new Set(got).size, 50)
})

for (const [from, to, error] of [
  [1, 2000, RangeError],
  [3000, 70_000, RangeError],
  [3001, 3000, RangeError],
  [3000.5, 3001, TypeError],
] as const)
  test(`numbers from ${from} to ${to} are none`, () => assert.throws(() => portNumbers(from, to), error))

test('what is no port is a fault', () =>
  assert.rejects(getPort({ os: busy(), port: 70_000 }), { code: 'E_PORT_SYNTAX' }))
