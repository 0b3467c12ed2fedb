/** Attempts on loopback, whoever runs them: what is given back, what is waited for, and how many at once. Needs Linux. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import test, { type TestContext } from 'node:test'
import { LOOPBACK_V4, LOOPBACK_V6 } from '../../model/address.ts'
import type { Port } from '../../model/port.ts'
import { openLinux } from './linux.ts'

const skip = process.platform === 'linux' ? false : 'there is no Linux kernel here'
const TRY = { timeoutMs: 5000 }
const text = (value: string): Uint8Array => new TextEncoder().encode(value)

async function serving(t: TestContext, met: (socket: Socket) => void) {
  const server: Server = createServer({ allowHalfOpen: true }, socket => met(socket.on('error', () => {})))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return { address: LOOPBACK_V4, port: (server.address() as AddressInfo).port as Port }
}

function host(t: TestContext) {
  const os = openLinux()
  t.after(() => os.close())
  return os.reach
}

test('what is said comes back, in bytes as many as there are', { skip }, async t => {
  const to = await serving(t, socket => socket.pipe(socket))
  const attempt = await host(t).attempt({ protocol: 'tcp', to }, TRY)
  assert.deepEqual(attempt.outcome, { kind: 'yes' })
  // More than a socket takes at once.
  const much = new Uint8Array(4 << 20).map((_, i) => i & 0xff)
  const sending = attempt.send(much)
  let heard = 0
  while (heard < much.length) {
    const received = await attempt.receive(TRY)
    assert.equal(received.kind, 'bytes')
    if (received.kind !== 'bytes') break
    assert.deepEqual(received.bytes, much.subarray(heard, heard + received.bytes.length))
    heard += received.bytes.length
  }
  assert.deepEqual(await sending, { kind: 'yes' })
  const { tcp } = await attempt.seen()
  assert.equal(tcp.known && tcp.value.bytesReceived, much.length)
  await attempt.finish()
  assert.deepEqual(await attempt.receive(TRY), { kind: 'end' })
  await attempt.close()
})

test('segments are as small as they were asked to be', { skip }, async t => {
  const to = await serving(t, socket => socket.end())
  const { attempt: tried } = host(t)
  for (const segment of [500, 88]) {
    const attempt = await tried({ protocol: 'tcp', to, segment }, TRY)
    const { tcp } = await attempt.seen()
    assert.ok(tcp.known && tcp.value.sendMss > 0 && tcp.value.sendMss <= segment, JSON.stringify(tcp))
    await attempt.close()
  }
  const refused = await tried({ protocol: 'tcp', to, segment: 40 }, TRY)
  assert.equal(refused.outcome.code, 'EINVAL')
  await refused.close()
})

test('a reset after the connection stood', { skip }, async t => {
  const to = await serving(t, socket => socket.once('data', () => socket.resetAndDestroy()))
  const attempt = await host(t).attempt({ protocol: 'tcp', to }, TRY)
  await attempt.send(text('x'))
  const tried = { kind: 'broken', code: 'ECONNRESET' }
  assert.deepEqual(await attempt.receive(TRY), { kind: 'failed', tried })
  await attempt.close()
})

test('a datagram to nobody fails once, and its sender is named', { skip }, async t => {
  const reach = host(t)
  for (const address of [LOOPBACK_V4, LOOPBACK_V6]) {
    const attempt = await reach.attempt({ protocol: 'udp', to: { address, port: 1 as Port } }, TRY)
    assert.deepEqual(await attempt.send(text('x')), { kind: 'yes' })
    const tried = { kind: 'refused', code: 'ECONNREFUSED' }
    assert.deepEqual(await attempt.receive(TRY), { kind: 'failed', tried })
    assert.deepEqual(await attempt.receive({ timeoutMs: 0 }), { kind: 'nothing' })
    const { icmp } = await attempt.seen()
    assert.deepEqual(icmp.known && icmp.value.map(({ from }) => from), [address])
    await attempt.close()
  }
})

test('a hundred wait at once, each for itself, and all descriptors are given back', { skip }, async t => {
  const reach = host(t)
  const sockets: Socket[] = []
  let allCame = (): void => {}
  const arrived = new Promise<void>(resolve => {
    allCame = resolve
  })
  const to = await serving(t, socket => {
    if (sockets.push(socket) === 101) allCame()
  })
  await (await reach.attempt({ protocol: 'tcp', to }, TRY)).close()
  const open = (): number => readdirSync('/proc/self/fd').length
  const attempts = await Promise.all(
    Array.from({ length: 100 }, () => reach.attempt({ protocol: 'tcp', to }, TRY)),
  )
  t.after(() => Promise.all(attempts.map(attempt => attempt.close())))
  await arrived
  const hearing = attempts.map(attempt => attempt.receive(TRY))
  // Each is told its own port, in an order that isn't that of the attempts.
  for (const socket of sockets.toReversed()) socket.write(String(socket.remotePort))
  for (const [i, received] of (await Promise.all(hearing)).entries()) {
    const { local } = attempts[i]!
    assert.ok(local.known && received.kind === 'bytes')
    assert.equal(new TextDecoder().decode(received.bytes), String(local.value.port))
  }
  const before = open()
  for (const attempt of attempts) await attempt.close()
  assert.equal(open(), before - 100)
})

test('a wait ends with its signal, and the attempt can be closed', { skip }, async t => {
  const to = await serving(t, socket => socket.resume())
  const attempt = await host(t).attempt({ protocol: 'tcp', to }, TRY)
  const stop = new AbortController()
  const hearing = attempt.receive({ timeoutMs: 60_000, signal: stop.signal })
  stop.abort()
  await assert.rejects(hearing, { name: 'AbortError' })
  assert.deepEqual(await attempt.receive({ timeoutMs: 0 }), { kind: 'nothing' })
  await attempt.close()
  assert.equal((await attempt.receive({ timeoutMs: 0 })).kind, 'failed')
  assert.notEqual((await attempt.send(text('x'))).kind, 'yes')
})

test('who waits while it is closed waits no longer', { skip }, async t => {
  const to = await serving(t, socket => socket.resume())
  const attempt = await host(t).attempt({ protocol: 'tcp', to }, TRY)
  const hearing = attempt.receive({ timeoutMs: 3_600_000 })
  await attempt.close()
  assert.deepEqual(await hearing, { kind: 'failed', tried: { kind: 'broken', code: 'EBADF' } })
})
