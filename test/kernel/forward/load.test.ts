/** `ports forward` under load: a gigabyte, readers that don't read, two thousand at once, and an end in the middle of it all. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import test, { afterEach } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Forwarder } from './forwarder.ts'
import { allOf, Peers } from './peers.ts'

const skip = process.platform === 'linux' ? false : 'there is no Linux kernel here'
const options = { skip, timeout: 240_000 }

const MIB = 1024 * 1024
const block = randomBytes(MIB)

const peers = new Peers()
const running: Forwarder[] = []
afterEach(async () => {
  for (const one of running.splice(0)) await one.end()
  await peers.close()
})

function forward(...words: string[]): Forwarder {
  const one = new Forwarder([...words, '--log'])
  running.push(one)
  return one
}

/** So many MiB, no two alike; their SHA-256. */
async function send(socket: Socket, mebibytes: number): Promise<string> {
  const hash = createHash('sha256')
  for (let i = 0; i < mebibytes; i++) {
    const chunk = Buffer.from(block)
    chunk.writeUInt32BE(i)
    hash.update(chunk)
    if (!socket.write(chunk)) await once(socket, 'drain')
  }
  socket.end()
  return hash.digest('hex')
}

/** Of all that came, once they have ended. */
async function receive(socket: Socket): Promise<{ readonly digest: string; readonly bytes: number }> {
  const hash = createHash('sha256')
  let bytes = 0
  socket.on('data', chunk => {
    bytes += chunk.length
    hash.update(chunk)
  })
  await once(socket, 'end')
  return { digest: hash.digest('hex'), bytes }
}

test('a gigabyte comes through as it was sent, and the other way at the same time', options, async () => {
  let server: Promise<readonly [sent: string, got: { digest: string; bytes: number }]> | undefined
  const port = await peers.serve(socket => {
    server = Promise.all([send(socket, 128), receive(socket)])
  })
  const forwarder = forward(`0:127.0.0.1:${port}`)
  const client = await peers.dial(await forwarder.port())
  const [sent, got] = await Promise.all([send(client, 1024), receive(client)])
  const [sentBack, gotThere] = (await server)!
  assert.deepEqual(gotThere, { digest: sent, bytes: 1024 * MIB })
  assert.deepEqual(got, { digest: sentBack, bytes: 128 * MIB })
  const closed = await forwarder.told('closed')
  assert.deepEqual([closed.forth, closed.back, closed.because], [1024 * MIB, 128 * MIB, 'ended'])
})

test('for readers that don’t read little is kept, and nothing is lost', options, async t => {
  const [READERS, OFFERED, ALLOWED] = [10, 64, 128 * MIB]
  const senders: Socket[] = []
  const sent: Promise<string>[] = []
  const port = await peers.serve(socket => {
    senders.push(socket)
    socket.resume()
    sent.push(send(socket, OFFERED))
  })
  const forwarder = forward(`0:127.0.0.1:${port}`)
  const own = await forwarder.port()
  const before = forwarder.memory().now
  const readers = await Promise.all(Array.from({ length: READERS }, () => peers.dial(own)))
  await forwarder.told('opened', { id: READERS })
  // Until nobody can send any more: all that is kept on the way is full.
  const taken = (): number => senders.reduce((sum, one) => sum + one.bytesWritten - one.writableLength, 0)
  for (let last = -1, turns = 0; last !== taken() && turns < 120; turns++) {
    last = taken()
    await sleep(500)
  }
  assert.ok(taken() < (READERS * OFFERED * MIB) / 2, `${taken()} bytes were taken`)
  const grown = forwarder.memory().most - before
  t.diagnostic(`it grew by ${(grown / MIB).toFixed(1)} MiB for ${READERS} readers`)
  assert.ok(grown < ALLOWED, `it grew by ${grown} bytes for ${READERS} readers`)
  const got = await Promise.all(readers.map(receive))
  assert.deepEqual(new Set(got.map(({ digest }) => digest)), new Set(await Promise.all(sent)))
  assert.ok(got.every(({ bytes }) => bytes === OFFERED * MIB))
})

test('two thousand at once, and an end in the middle of which none is broken', options, async () => {
  const MANY = 2000
  const port = await peers.serve(socket => void socket.pipe(socket))
  const forwarder = forward(`0:127.0.0.1:${port}`)
  const own = await forwarder.port()
  const clients: Socket[] = []
  for (let i = 0; i < MANY; i += 100)
    clients.push(...(await Promise.all(Array.from({ length: 100 }, () => peers.dial(own)))))
  await Promise.all(
    clients.map(async (client, i) => {
      client.write(`${i} `)
      const [bytes] = await once(client, 'data')
      assert.equal(String(bytes), `${i} `)
    }),
  )
  assert.equal(forwarder.lines.filter(({ type }) => type === 'opened').length, MANY)
  assert.equal(forwarder.lines.filter(({ type }) => type === 'closed').length, 0)
  forwarder.signal('SIGTERM')
  while (
    await peers.dial(own).then(
      one => one.destroy(),
      () => null,
    )
  )
    await sleep(10)
  const heard = clients.map(async (client, i) => {
    const all = allOf(client)
    client.write(`still ${i}`)
    client.end(', and done')
    return all
  })
  assert.deepEqual(
    await Promise.all(heard),
    clients.map((_, i) => `still ${i}, and done`),
  )
  assert.equal(await forwarder.ended(), 143)
  const closed = forwarder.lines.filter(({ type }) => type === 'closed')
  assert.deepEqual([...new Set(closed.map(({ because }) => because))], ['ended'])
})

test('the first signal waits for those who are there, the second cuts them', options, async () => {
  const port = await peers.serve(socket => void socket.pipe(socket))
  const forwarder = forward(`0:127.0.0.1:${port}`)
  const client = await peers.dial(await forwarder.port())
  const all = allOf(client)
  client.write('x')
  await forwarder.told('opened')
  forwarder.signal('SIGINT')
  // It takes nobody new any more: now it waits.
  const own = await forwarder.port()
  while (
    await peers.dial(own).then(
      one => one.destroy(),
      () => null,
    )
  )
    await sleep(10)
  assert.equal(client.destroyed, false)
  forwarder.signal('SIGINT')
  assert.equal(await all, 'ECONNRESET')
  assert.equal(await forwarder.ended(), 130)
  assert.equal((await forwarder.told('closed', { id: 1 })).because, 'cut')
})

test('at the end it waits no longer than it was told', options, async () => {
  const port = await peers.serve(socket => void socket.pipe(socket))
  const forwarder = forward(`0:127.0.0.1:${port}`, '--drain', '200ms')
  const client = await peers.dial(await forwarder.port())
  const all = allOf(client)
  await forwarder.told('opened')
  forwarder.signal('SIGTERM')
  assert.equal(await all, 'ECONNRESET')
  assert.equal(await forwarder.ended(), 143)
})
