/** `ports forward` on loopback, between real sockets: what each end sees is what it would see without it. */
import assert from 'node:assert/strict'
import { createSocket, type Socket as PacketSocket } from 'node:dgram'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import test, { afterEach } from 'node:test'
import { SCHEMAS } from '../../../src/faces/cli/schemas/schemas.ts'
import { validate } from '../../../src/faces/cli/schemas/validate.cases.ts'
import { whyNoStage } from '../stage/stage.ts'
import { Forwarder } from './forwarder.ts'
import { type Names, namesOf } from './names.ts'
import { allOf, Peers } from './peers.ts'

const skip = process.platform === 'linux' ? false : 'there is no Linux kernel here'
const options = { skip, timeout: 60_000 }
const asRoot = { ...options, skip: whyNoStage() ?? false }

const peers = new Peers()
const running: { end(): Promise<void> }[] = []
const packets: PacketSocket[] = []
afterEach(async () => {
  for (const one of running.splice(0)) {
    await one.end()
    if (!(one instanceof Forwarder)) continue
    for (const line of one.lines) assert.deepEqual(validate(SCHEMAS.forward!, line), [], JSON.stringify(line))
  }
  for (const one of packets.splice(0)) one.close()
  await peers.close()
})

const forward = (...words: string[]): Forwarder => forwardBy([], ...words)

function forwardBy(before: readonly string[], ...words: string[]): Forwarder {
  const one = new Forwarder([...words, '--log'], before)
  running.push(one)
  return one
}

/** A name that has both loopback addresses. */
function twoAddresses(): Names {
  const names = namesOf('::1 both.test\n127.0.0.1 both.test\n')
  running.push(names)
  return names
}

const echo = (socket: Socket): void => void socket.pipe(socket)

test('who ends first still hears the answer: the client', options, async () => {
  const port = await peers.serve(async socket => {
    const heard = await allOf(socket)
    socket.end(`heard ${heard}`)
  })
  const forwarder = forward(`0:127.0.0.1:${port}`)
  const client = await peers.dial(await forwarder.port())
  client.end('all of it')
  assert.equal(await allOf(client), 'heard all of it')
  const closed = await forwarder.told('closed', { id: 1 })
  assert.deepEqual([closed.forth, closed.back, closed.because], [9, 15, 'ended'])
})

test('who ends first still hears the answer: the server', options, async () => {
  let heard: Promise<string> | undefined
  const port = await peers.serve(socket => {
    heard = allOf(socket)
    socket.end('greeting')
  })
  const forwarder = forward(`0:127.0.0.1:${port}`)
  const client = await peers.dial(await forwarder.port())
  assert.equal(await allOf(client), 'greeting')
  client.write('after')
  client.end(' the end')
  assert.equal(await heard, 'after the end')
  assert.equal((await forwarder.told('closed')).because, 'ended')
})

for (const side of ['client', 'server'] as const) {
  test(`a reset is passed on: by the ${side}`, options, async () => {
    let server: Socket | undefined
    const port = await peers.serve(socket => {
      server = socket
      echo(socket)
    })
    const forwarder = forward(`0:127.0.0.1:${port}`)
    const client = await peers.dial(await forwarder.port())
    client.write('hello')
    await once(client, 'data')
    const [one, other] = side === 'client' ? [client, server!] : [server!, client]
    const broken = once(other, 'error')
    one.resetAndDestroy()
    const [error] = await broken
    assert.equal((error as NodeJS.ErrnoException).code, 'ECONNRESET')
    assert.equal((await forwarder.told('closed')).because, 'reset')
  })
}

test('where nobody listens the client is reset, and the log says why', options, async () => {
  const forwarder = forward(`0:127.0.0.1:${await peers.freePort()}`)
  assert.equal(await peers.talk(await forwarder.port(), 'x'), 'ECONNRESET')
  assert.deepEqual([(await forwarder.told('failed')).code], ['ECONNREFUSED'])
})

test('a name is tried at each of its addresses', asRoot, async () => {
  const { words } = twoAddresses()
  for (const host of ['127.0.0.1', '::1']) {
    const port = await peers.serve(echo, host)
    const forwarder = forwardBy(words, `0:both.test:${port}`)
    const client = await peers.dial(await forwarder.port())
    client.end('x')
    assert.equal(await allOf(client), 'x')
    assert.equal((await forwarder.told('opened')).to!.address, host)
  }
})

test('localhost is both loopback addresses, on one port', options, async () => {
  const port = await peers.serve(echo)
  const forwarder = forward(`0:127.0.0.1:${port}`)
  for (const host of ['127.0.0.1', '::1']) {
    const client = await peers.dial(await forwarder.port(), host)
    client.end(host)
    assert.equal(await allOf(client), host)
  }
})

test('a socket for both families has IPv4 clients of IPv4', options, async () => {
  const port = await peers.serve(echo)
  const forwarder = forward(`[::]:0:127.0.0.1:${port}`, '--allow', '127.0.0.0/8')
  const client = await peers.dial(await forwarder.port())
  client.end('x')
  assert.equal(await allOf(client), 'x')
  const opened = await forwarder.told('opened')
  assert.equal(opened.from!.address, '127.0.0.1')
  assert.equal(opened.from!.port, client.localPort ?? opened.from!.port)
})

const GATES: readonly (readonly [words: string, from: string, comes: boolean])[] = [
  ['--deny 127.0.0.1', '127.0.0.1', false],
  ['--deny 127.0.0.1', '::1', true],
  ['--allow ::1', '127.0.0.1', false],
  ['--allow ::1', '::1', true],
  ['--allow 127.0.0.0/8 --deny 127.0.0.1', '127.0.0.1', false],
]
for (const [words, host, comes] of GATES) {
  test(`${words}: ${host} ${comes ? 'comes in' : 'is reset'}`, options, async () => {
    const port = await peers.serve(echo)
    const forwarder = forward(`0:127.0.0.1:${port}`, ...words.split(' '))
    assert.equal(await peers.talk(await forwarder.port(), 'x', host), comes ? 'x' : 'ECONNRESET')
    if (!comes) assert.equal((await forwarder.told('refused')).because, 'denied')
  })
}

test('more than may come are reset, and come in once there is room', options, async () => {
  const port = await peers.serve(echo)
  const forwarder = forward(`0:127.0.0.1:${port}`, '--max', '2')
  const own = await forwarder.port()
  const two = [await peers.dial(own), await peers.dial(own)]
  for (const [i, one] of two.entries()) {
    one.write('x')
    await forwarder.told('opened', { id: i + 1 })
  }
  assert.equal(await peers.talk(own, 'x'), 'ECONNRESET')
  assert.equal((await forwarder.told('refused')).because, 'full')
  two[0]!.end()
  await forwarder.told('closed', { id: 1 })
  const again = await peers.dial(own)
  again.end('again')
  assert.equal(await allOf(again), 'again')
})

test('a connection on which nobody speaks is ended after its time, one that speaks is not', {
  skip,
}, async () => {
  const port = await peers.serve(echo)
  const forwarder = forward(`0:127.0.0.1:${port}`, '--idle', '1500ms')
  const [silent, busy] = [await peers.dial(await forwarder.port()), await peers.dial(await forwarder.port())]
  const ended = allOf(silent)
  let echoed = 0
  busy.on('data', () => {
    echoed++
    busy.write('x')
  })
  busy.write('x')
  assert.equal(await ended, 'ECONNRESET')
  const closed = await forwarder.told('closed')
  assert.equal(closed.because, 'idle')
  assert.ok(closed.ms! >= 1500, `${closed.ms} ms`)
  assert.equal(busy.destroyed, false)
  assert.ok(echoed > 0)
})

test('a busy port is a clear no, with who has it', options, async () => {
  const port = await peers.serve(echo)
  const forwarder = forward(`127.0.0.1:${port}:127.0.0.1:9`)
  assert.equal(await forwarder.ended(), 1)
  assert.match(forwarder.said, new RegExp(`can’t listen on tcp 127\\.0\\.0\\.1:${port}`))
  assert.match(forwarder.said, new RegExp(`pid ${process.pid}\\b`))
})

test('of two rules of which one can’t be, neither is', options, async () => {
  const busy = await peers.serve(echo)
  const other = await peers.freePort()
  const forwarder = forward(`${other}:127.0.0.1:9`, `127.0.0.1:${busy}:127.0.0.1:9`)
  assert.equal(await forwarder.ended(), 1)
  assert.deepEqual(forwarder.lines, [])
})

async function packetSocket(talk: (socket: PacketSocket) => void): Promise<PacketSocket> {
  const socket = createSocket('udp4')
  packets.push(socket)
  talk(socket)
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket
}

const answering = (socket: PacketSocket): void =>
  void socket.on('message', (bytes, from) => socket.send(`to ${bytes}`, from.port, from.address))

test('answers of UDP find the client that asked, each from the address it spoke to', options, async () => {
  const server = await packetSocket(answering)
  const forwarder = forward(`0/udp:127.0.0.1:${server.address().port}`)
  const port = await forwarder.port()
  const clients = await Promise.all(Array.from({ length: 50 }, () => packetSocket(() => {})))
  const answers = clients.map(async (client, i) => {
    const answer = once(client, 'message')
    client.send(String(i), port, '127.0.0.1')
    const [bytes, from] = await answer
    return [String(bytes), from.address, from.port]
  })
  assert.deepEqual(
    await Promise.all(answers),
    clients.map((_, i) => [`to ${i}`, '127.0.0.1', port]),
  )
})

test('a client of UDP that is silent is forgotten, and comes anew', options, async () => {
  const sources = new Set<number>()
  const server = await packetSocket(socket => {
    answering(socket)
    socket.on('message', (_, from) => sources.add(from.port))
  })
  const forwarder = forward(`0/udp:127.0.0.1:${server.address().port}`, '--udp-idle', '1s')
  const client = await packetSocket(() => {})
  for (const id of [1, 2]) {
    client.send('x', await forwarder.port(), '127.0.0.1')
    await once(client, 'message')
    const closed = await forwarder.told('closed', { id })
    assert.deepEqual([closed.forth, closed.back, closed.dropped, closed.because], [1, 4, 0, 'idle'])
    assert.ok(closed.ms! >= 1000, `${closed.ms} ms`)
  }
  assert.equal(sources.size, 2)
})

test('more clients of UDP than may come are told of, and not heard', options, async () => {
  const server = await packetSocket(answering)
  const forwarder = forward(`0/udp:127.0.0.1:${server.address().port}`, '--max', '1')
  const port = await forwarder.port()
  const [one, two] = [await packetSocket(() => {}), await packetSocket(() => {})]
  one.send('x', port, '127.0.0.1')
  await once(one, 'message')
  two.send('x', port, '127.0.0.1')
  const refused = await forwarder.told('refused', { because: 'full' })
  assert.equal(refused.from!.port, two.address().port)
})

test('where nobody takes datagrams, that is said once, and the next is tried', options, async () => {
  const gone = await packetSocket(() => {})
  const { port: target } = gone.address()
  packets.splice(packets.indexOf(gone), 1)
  gone.close()
  await once(gone, 'close')
  const forwarder = forward(`0/udp:127.0.0.1:${target}`)
  const client = await packetSocket(() => {})
  client.send('x', await forwarder.port(), '127.0.0.1')
  assert.equal((await forwarder.told('failed', { id: 1 })).code, 'ECONNREFUSED')
  const server = createSocket('udp4')
  packets.push(server)
  answering(server)
  server.bind(target, '127.0.0.1')
  await once(server, 'listening')
  const answer = once(client, 'message')
  client.send('y', await forwarder.port(), '127.0.0.1')
  assert.equal(String((await answer)[0]), 'to y')
  assert.equal(forwarder.lines.filter(({ type }) => type === 'failed').length, 1)
})

test('a name of UDP whose first address refuses is tried at the next', asRoot, async () => {
  const { words } = twoAddresses()
  for (const host of ['127.0.0.1', '::1']) {
    const server = createSocket(host === '::1' ? 'udp6' : 'udp4')
    packets.push(server)
    answering(server)
    server.bind(0, host)
    await once(server, 'listening')
    const forwarder = forwardBy(words, `0/udp:both.test:${server.address().port}`)
    const client = await packetSocket(() => {})
    const answer = once(client, 'message')
    client.send('x', await forwarder.port(), '127.0.0.1')
    assert.equal(String((await answer)[0]), 'to x', host)
  }
})
