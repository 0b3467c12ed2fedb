/** Timeouts of simulated sockets are simulated time: minutes go by at once, and with a clock turned by hand only when it is turned. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import test from 'node:test'
import { createConnection, createServer, type SimSocket } from '../../src/sim/node/node.ts'
import { CLIENT, pair, SERVER } from './pair.ts'

test('nobody answers: ETIMEDOUT, two simulated minutes later', { timeout: 20_000 }, async () => {
  const { client, engine } = pair()
  const socket = createConnection(client, { host: '10.0.0.99', port: 80 })
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
  assert.equal(error.message, 'connect ETIMEDOUT 10.0.0.99:80')
  assert.equal(Math.round(engine.now() / 1000), 131)
})

test('no way to there: said at once, with our end', { timeout: 20_000 }, async () => {
  const { client, engine } = pair()
  const socket = createConnection(client, { host: '203.0.113.5', port: 80 })
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
  assert.equal(error.message, 'connect ENETUNREACH 203.0.113.5:80 - Local (0.0.0.0:0)')
  assert.equal(engine.now(), 0)
})

test('a name that nobody has', { timeout: 20_000 }, async () => {
  const { client } = pair()
  const [error] = (await once(createConnection(client, { host: 'nowhere', port: 80 }), 'error')) as [
    NodeJS.ErrnoException,
  ]
  assert.deepEqual([error.message, error.code], ['getaddrinfo ENOTFOUND nowhere', 'ENOTFOUND'])
})

test('a port that is none is refused, and shown', () => {
  const { client } = pair()
  for (const port of [65_536, -1, 1.5, '80x', '', undefined])
    assert.throws(() => createConnection(client, { host: 'server', port }), { code: 'ERR_SOCKET_BAD_PORT' })
})

test('our own end: asked for, and taken', { timeout: 20_000 }, async () => {
  const { client, server } = pair()
  createServer(server).listen(80)
  const one = createConnection(client, { host: SERVER, port: 80, localAddress: CLIENT, localPort: 4000 })
  await once(one, 'connect')
  assert.deepEqual(one.address(), { address: CLIENT, family: 'IPv4', port: 4000 })
  const other = createConnection(client, { host: SERVER, port: 80, localAddress: CLIENT, localPort: 4000 })
  const [error] = (await once(other, 'error')) as [NodeJS.ErrnoException]
  assert.equal(error.code, 'EADDRNOTAVAIL')
})

test('a timeout begins anew with everything that is heard or said', { timeout: 20_000 }, async () => {
  const { client, server, engine } = pair({ clock: 'by-hand' })
  createServer(server, socket => socket.on('data', data => socket.write(data))).listen(80)
  const socket = createConnection(client, { host: SERVER, port: 80 })
  const at: number[] = []
  socket.setTimeout(1000, () => at.push(engine.now()))
  await engine.advance(500)
  socket.write('x')
  await engine.advance(999)
  assert.deepEqual(at, [])
  await engine.advance(1000)
  // Written at 500, and heard 20 ms later.
  assert.deepEqual(at, [1520])
})

test('by hand nothing happens until the clock is turned', { timeout: 20_000 }, async () => {
  const { client, server, engine } = pair({ clock: 'by-hand', delayMs: 30 })
  const accepted: SimSocket[] = []
  createServer(server, socket => accepted.push(socket)).listen(80)
  const socket = createConnection(client, { host: SERVER, port: 80 })
  await engine.advance(29)
  assert.deepEqual([accepted.length, socket.connecting], [0, true])
  await engine.advance(31)
  assert.deepEqual([accepted.length, socket.connecting], [0, false])
  await engine.advance(30)
  assert.equal(accepted.length, 1)
})

test('Node’s client gives up after its own timeout, in simulated time', { timeout: 20_000 }, async () => {
  const { client, server, engine } = pair()
  const silent = http.createServer(() => undefined)
  createServer(server, socket => silent.emit('connection', socket)).listen(80)
  const request = http.get({
    timeout: 30_000,
    createConnection: () => createConnection(client, { host: SERVER, port: 80, timeout: 30_000 }),
  })
  request.on('timeout', () => request.destroy(new Error('enough')))
  const [error] = (await once(request, 'error')) as [Error]
  assert.equal(error.message, 'enough')
  assert.ok(engine.now() >= 30_000 && engine.now() < 31_000, `${engine.now()}`)
})

test('a listener that is too busy drops, and says whom', { timeout: 20_000 }, async () => {
  const { client, server } = pair()
  const listener = createServer(server)
  listener.maxConnections = 1
  listener.listen(80)
  const dropped = once(listener, 'drop')
  const first = createConnection(client, { host: SERVER, port: 80 })
  await once(first, 'connect')
  const second = createConnection(client, { host: SERVER, port: 80 })
  second.resume()
  const [told] = (await dropped) as [{ remoteAddress: string; localPort: number }]
  assert.deepEqual([told.remoteAddress, told.localPort], [`::ffff:${CLIENT}`, 80])
  await once(second, 'close')
  await new Promise<void>((resolve, reject) =>
    listener.getConnections((error, count) =>
      error === null && count === 1 ? resolve() : reject(new Error(`${count}`)),
    ),
  )
})
