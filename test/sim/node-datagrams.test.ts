/** Datagram sockets of a simulated host beside Node's own on loopback: the same programs must see the same. */
import assert from 'node:assert/strict'
import dgram from 'node:dgram'
import { once } from 'node:events'
import test from 'node:test'
import { createSocket } from '../../src/sim/node/node.ts'
import { pair } from './pair.ts'

interface Place {
  readonly address: string
  /** At the end that asks, and at the one that is asked. */
  readonly asker: (options?: { reuseAddr?: boolean }) => dgram.Socket
  readonly asked: (options?: { reuseAddr?: boolean }) => dgram.Socket
}

const REAL: Place = {
  address: '127.0.0.1',
  asker: options => dgram.createSocket({ type: 'udp4', ...options }),
  asked: options => dgram.createSocket({ type: 'udp4', ...options }),
}

function simulated(): Place {
  const { client, server } = pair()
  const at = (host: typeof client) => (options?: { reuseAddr?: boolean }) =>
    createSocket(host, { type: 'udp4', ...options }) as unknown as dgram.Socket
  return { address: '10.0.0.2', asker: at(client), asked: at(server) }
}

const plain = (text: string): string =>
  text.replaceAll(/:\d+/g, ':PORT').replaceAll(/10\.0\.0\.[12]|127\.0\.0\.1/g, 'HOST')

const PROGRAMS: Readonly<Record<string, (place: Place) => Promise<unknown[]>>> = {
  async 'a question and its answer'(place) {
    const log: unknown[] = []
    const asked = place.asked()
    asked.on('message', (message, from) => {
      log.push(['asked', String(message), from.family, from.size, Object.keys(from).sort()])
      asked.send(`re: ${message}`, from.port, from.address)
    })
    asked.on('close', () => log.push('closed'))
    asked.bind(0, place.address)
    await once(asked, 'listening')
    const asker = place.asker()
    asker.on('listening', () => log.push(['listening', asker.address().family]))
    const { port } = asked.address()
    asker.send('how deep is it?', port, place.address, (error, bytes) => log.push(['sent', error, bytes]))
    const [answer, from] = (await once(asker, 'message')) as [Buffer, dgram.RemoteInfo]
    log.push([String(answer), from.port === port, from.address === place.address, from.size])
    asker.close()
    asked.close()
    await once(asked, 'close')
    return log
  },
  async 'sizes, parts and empty ones'(place) {
    const asked = place.asked()
    asked.bind(0, place.address)
    await once(asked, 'listening')
    const { port } = asked.address()
    const got: unknown[] = []
    const all = new Promise<void>(resolve => {
      asked.on('message', (message, { size }) => {
        if (got.push([message.length, size, message[0], message.at(-1)]) === 4) resolve()
      })
    })
    const asker = place.asker()
    const bytes = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251))
    asker.send(bytes, port, place.address)
    asker.send(bytes, 10, 20, port, place.address)
    asker.send([bytes, 'and', bytes], port, place.address)
    asker.send('', port, place.address)
    await all
    asker.close()
    asked.close()
    return got.sort()
  },
  async 'connected: only the peer is heard, and it alone is sent to'(place) {
    const log: unknown[] = []
    const asked = place.asked()
    asked.bind(0, place.address)
    await once(asked, 'listening')
    asked.on('message', (message, from) => asked.send(message, from.port, from.address))
    const { port } = asked.address()
    const asker = place.asker()
    asker.connect(port, place.address)
    await once(asker, 'connect')
    log.push([asker.remoteAddress().port === port, asker.remoteAddress().family])
    asker.send('to you')
    const [message] = (await once(asker, 'message')) as [Buffer]
    log.push(String(message))
    asker.disconnect()
    assert.throws(() => asker.remoteAddress(), { code: 'ERR_SOCKET_DGRAM_NOT_CONNECTED' })
    asker.close()
    asked.close()
    return log
  },
  async 'nobody is there: a connected socket is told'(place) {
    const gone = place.asked()
    gone.bind(0, place.address)
    await once(gone, 'listening')
    const { port } = gone.address()
    gone.close()
    await once(gone, 'close')
    const asker = place.asker()
    asker.connect(port, place.address)
    await once(asker, 'connect')
    asker.send('anybody?')
    const [error] = (await once(asker, 'error')) as [NodeJS.ErrnoException]
    asker.close()
    return [plain(error.message), error.code, error.syscall, error.errno]
  },
  async 'what is refused'(place) {
    const log: unknown[] = []
    const one = place.asked()
    one.bind(0, place.address)
    await once(one, 'listening')
    const { port } = one.address()
    const two = place.asked()
    two.bind(port, place.address)
    const [taken] = (await once(two, 'error')) as [NodeJS.ErrnoException]
    log.push([plain(taken.message), taken.code, taken.syscall, taken.errno])
    two.close()
    const three = place.asked()
    three.bind(0, '203.0.113.9')
    const [foreign] = (await once(three, 'error')) as [NodeJS.ErrnoException]
    log.push([plain(foreign.message), foreign.code, foreign.syscall, foreign.errno])
    three.close()
    const large = place.asker()
    const tooLarge = await new Promise<NodeJS.ErrnoException>((resolve, reject) => {
      large.send(Buffer.alloc(70_000), port, place.address, error =>
        error === null ? reject(new Error('it went')) : resolve(error as NodeJS.ErrnoException),
      )
    })
    log.push([plain(tooLarge.message), tooLarge.code, tooLarge.syscall])
    large.close()
    for (const act of [() => large.send('x', port), () => large.close(), () => large.bind()])
      assert.throws(act, { code: 'ERR_SOCKET_DGRAM_NOT_RUNNING' })
    assert.throws(() => one.bind(0), { code: 'ERR_SOCKET_ALREADY_BOUND' })
    assert.throws(() => one.send('x', 70_000, place.address), { code: 'ERR_SOCKET_BAD_PORT' })
    one.close()
    return log
  },
  async 'two that share a port: the later one hears'(place) {
    const first = place.asked({ reuseAddr: true })
    first.bind(0, place.address)
    await once(first, 'listening')
    const { port } = first.address()
    const second = place.asked({ reuseAddr: true })
    second.bind(port, place.address)
    await once(second, 'listening')
    const log: string[] = []
    first.on('message', () => log.push('first'))
    second.on('message', () => log.push('second'))
    const asker = place.asker()
    asker.send('who is it?', port, place.address)
    await Promise.race([once(first, 'message'), once(second, 'message')])
    for (const one of [first, second, asker]) one.close()
    return log
  },
}

for (const [name, program] of Object.entries(PROGRAMS)) {
  test(name, { timeout: 20_000 }, async () =>
    assert.deepEqual(await program(simulated()), await program(REAL)),
  )
}
