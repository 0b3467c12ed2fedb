/** The drop-in for kill-port, on real processes. */
import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import killPort from '../../src/drop-ins/kill-port.ts'
import { stopPort, waitFor } from '../../src/index.ts'
import { Troupe } from './stage/troupe.ts'

const skip = process.platform === 'linux' ? false : 'there is no Linux kernel here'
const troupe = new Troupe()
after(() => troupe.close())

test('it ends the server, and says in kill-port’s words when there is none', { skip }, async () => {
  const server = await troupe.start({ part: 'server' })
  assert.equal((await killPort(server.port)).verdict, 'freed')
  await assert.rejects(killPort(server.port, 'tcp'), { message: 'No process running on port' })
})

test('udp is another port', { skip }, async () => {
  const server = await troupe.start({ part: 'server' })
  await assert.rejects(killPort(String(server.port), 'udp'), { message: 'No process running on port' })
  assert.equal(server.alive(), true)
})

test('nonsense is refused', { skip }, async () => {
  await assert.rejects(killPort('3000; reboot'), { code: 'E_PORT_SYNTAX' })
  await assert.rejects(killPort(0), { code: 'E_PORT_ZERO' })
})

test('the caller itself is not ended', { skip }, async () => {
  const { createServer } = await import('node:net')
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as import('node:net').AddressInfo
  await assert.rejects(killPort(port), /still held by .*this program itself/)
  await new Promise(resolve => server.close(resolve))
})

test('the calls of the library', { skip }, async () => {
  const server = await troupe.start({ part: 'server' })
  assert.equal((await waitFor(`127.0.0.1:${server.port}`)).ready, true)
  assert.equal((await stopPort(server.port)).verdict, 'freed')
  assert.equal((await waitFor(`127.0.0.1:${server.port}`, { free: true })).ready, true)
})
