/** The everyday call, on this machine's loopback. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import test from 'node:test'
import { why } from '../../index.ts'

test('a port that somebody has, and the same when nobody has', async () => {
  const server = createServer(socket => void socket.end('SSH-2.0-test\r\n'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const target = `ssh://127.0.0.1:${port}`
  const healthy = await why(target)
  assert.equal(healthy.verdict, 'reachable', healthy.says)
  assert.deepEqual(healthy.causes, [])
  server.close()
  await once(server, 'close')
  const gone = await why(target)
  assert.equal(gone.verdict, 'unreachable')
  assert.equal(gone.causes[0]!.code, 'nobody-listens')
  assert.match(gone.says, /nobody listens/)
})
