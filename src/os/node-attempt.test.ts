/** Attempts through Node's own sockets, against servers of Node on loopback. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import test, { type TestContext } from 'node:test'
import { LOOPBACK_V4, parseAddress } from '../model/address.ts'
import type { Port } from '../model/port.ts'
import { nodeAttempt } from './node-attempt.ts'

const TRY = { timeoutMs: 5000 }
const text = (value: string): Uint8Array => new TextEncoder().encode(value)

async function serving(t: TestContext, met: (socket: Socket) => void) {
  const server: Server = createServer({ allowHalfOpen: true }, met).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return { address: LOOPBACK_V4, port: (server.address() as AddressInfo).port as Port }
}

/** A port that was free a moment ago. */
async function freePort(): Promise<Port> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port as Port
}

test('TCP: what is said comes back, and the end after the end', async t => {
  const to = await serving(t, socket => socket.pipe(socket))
  const attempt = await nodeAttempt({ protocol: 'tcp', to }, TRY)
  assert.deepEqual(attempt.outcome, { kind: 'yes' })
  assert.ok(attempt.ms >= 0)
  assert.equal(attempt.local.known && attempt.local.value.address, LOOPBACK_V4)
  assert.deepEqual(await attempt.receive({ timeoutMs: 0 }), { kind: 'nothing' })
  assert.deepEqual(await attempt.send(text('hello')), { kind: 'yes' })
  assert.deepEqual(await attempt.receive(TRY), { kind: 'bytes', bytes: text('hello') })
  await attempt.finish()
  assert.deepEqual(await attempt.receive(TRY), { kind: 'end' })
  assert.deepEqual(await attempt.receive(TRY), { kind: 'end' })
  await attempt.close()
})

test('TCP: nobody listens', async () => {
  const to = { address: LOOPBACK_V4, port: await freePort() }
  const attempt = await nodeAttempt({ protocol: 'tcp', to, watch: true }, TRY)
  assert.deepEqual(attempt.outcome, { kind: 'refused', code: 'ECONNREFUSED' })
  assert.equal(attempt.atOnce, false)
  const { icmp, frames, tcp } = await attempt.seen()
  const unsupported = { known: false, reason: 'unsupported' }
  assert.deepEqual([icmp, frames, tcp], [unsupported, unsupported, unsupported])
  await attempt.close()
})

test('TCP: a reset after the connection stood', async t => {
  const to = await serving(t, socket => socket.once('data', () => socket.resetAndDestroy()))
  const attempt = await nodeAttempt({ protocol: 'tcp', to }, TRY)
  await attempt.send(text('x'))
  const tried = { kind: 'broken', code: 'ECONNRESET' }
  assert.deepEqual(await attempt.receive(TRY), { kind: 'failed', tried })
  await attempt.close()
})

test('TCP: a source that isn’t ours', async t => {
  const to = await serving(t, socket => socket.end())
  const attempt = await nodeAttempt({ protocol: 'tcp', to, source: parseAddress('192.0.2.1') }, TRY)
  assert.deepEqual(attempt.outcome, { kind: 'unreachable', code: 'EADDRNOTAVAIL' })
  assert.equal(attempt.atOnce, true)
  await attempt.close()
})

test('TCP: who calls from the very port that he calls meets nobody', async () => {
  const port = await freePort()
  const to = { address: LOOPBACK_V4, port }
  const attempt = await nodeAttempt({ protocol: 'tcp', to, source: LOOPBACK_V4, sourcePort: port }, TRY)
  assert.deepEqual(attempt.outcome, { kind: 'refused', code: 'ECONNREFUSED' })
  await attempt.close()
})

test('UDP: an answer comes back; a closed port fails for the datagram', async t => {
  const server = createSocket('udp4').bind(0, '127.0.0.1')
  await once(server, 'listening')
  server.on('message', (bytes, from) => server.send(bytes, from.port, from.address))
  const attempt = await nodeAttempt(
    { protocol: 'udp', to: { address: LOOPBACK_V4, port: server.address().port as Port } },
    TRY,
  )
  t.after(() => attempt.close())
  assert.deepEqual(attempt.outcome, { kind: 'yes' })
  assert.deepEqual(await attempt.send(text('hello')), { kind: 'yes' })
  assert.deepEqual(await attempt.receive(TRY), { kind: 'bytes', bytes: text('hello') })
  const closed = once(server, 'close')
  server.close()
  await closed
  await attempt.send(text('x'))
  const { kind } = await attempt.receive(TRY)
  assert.equal(kind, 'failed')
})

test('what Node can’t ask for is not tried', async () => {
  const to = { address: LOOPBACK_V4, port: 1 as Port }
  for (const more of [{ device: 'lo' }, { hops: 1 }])
    assert.deepEqual((await nodeAttempt({ protocol: 'tcp', to, ...more }, TRY)).outcome, {
      kind: 'broken',
      code: 'ENOSYS',
    })
})
