/**
 * Sockets of a simulated host beside Node's own on loopback: the same program runs over both, and each side must see the same
 * events with the same particulars, in the same order.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import test from 'node:test'
import { createConnection, createServer } from '../../src/sim/node/node.ts'
import { pair } from './pair.ts'

/** What both have: enough of `net` for these programs. */
interface Place {
  /** Where the server listens. */
  readonly address: string
  readonly server: (options: { allowHalfOpen?: boolean; pauseOnConnect?: boolean }) => net.Server
  readonly connect: (options: { port: number; allowHalfOpen?: boolean; localPort?: number }) => net.Socket
}

const REAL: Place = {
  address: '127.0.0.1',
  server: options => net.createServer(options),
  connect: options => net.createConnection({ host: '127.0.0.1', ...options }),
}

function simulated(): Place {
  const { client, server } = pair()
  return {
    address: '10.0.0.2',
    server: options => createServer(server, options) as unknown as net.Server,
    connect: options => createConnection(client, { host: '10.0.0.2', ...options }) as unknown as net.Socket,
  }
}

type Log = (line: string) => void

/** Notes what a socket tells. */
function watch(socket: net.Socket, log: Log): net.Socket {
  for (const event of ['connect', 'ready', 'end', 'finish', 'timeout', 'drain'] as const)
    socket.on(event, () => log(`${event} ${socket.readyState}`))
  socket.on('data', data => log(`data ${data}`))
  socket.on('error', (error: NodeJS.ErrnoException) =>
    log(`error ${error.code} ${error.syscall} ${error.errno} ${error.message}`),
  )
  socket.on('close', failed =>
    log(
      `close ${failed} ${socket.readyState} read ${socket.bytesRead} written ${socket.bytesWritten} ${socket.destroyed}`,
    ),
  )
  return socket
}

/** A program on both ends of one conversation; it is over when both have closed. */
interface Program {
  readonly name: string
  readonly serverOptions?: { allowHalfOpen?: boolean; pauseOnConnect?: boolean }
  readonly clientOptions?: { allowHalfOpen?: boolean }
  readonly atServer: (socket: net.Socket, log: Log) => void
  readonly atClient: (socket: net.Socket, log: Log) => void
}

const PROGRAMS: readonly Program[] = [
  {
    name: 'an echo, and the client says goodbye',
    atServer: socket => socket.on('data', data => socket.write(data)),
    atClient: socket => {
      socket.write('ahoy')
      socket.once('data', () => socket.end())
    },
  },
  {
    name: 'the server says goodbye first',
    atServer: socket => socket.end('so long'),
    atClient: () => undefined,
  },
  {
    name: 'half closed by the client: the server goes on',
    serverOptions: { allowHalfOpen: true },
    atServer: socket =>
      socket.on('end', () => {
        socket.write('still here')
        socket.end()
      }),
    atClient: socket => socket.end('that was all'),
  },
  {
    name: 'half closed by the server: the client goes on',
    clientOptions: { allowHalfOpen: true },
    atServer: socket => socket.end('your turn'),
    atClient: socket => socket.on('end', () => socket.end('thanks')),
  },
  {
    name: 'the client destroys',
    atServer: () => undefined,
    atClient: socket => socket.on('connect', () => socket.destroy()),
  },
  {
    name: 'the server resets',
    // Not at once: whether Node's client hears of the connection before it hears of its end is chance.
    atServer: socket => socket.on('data', () => void socket.resetAndDestroy()),
    atClient: socket => socket.write('hello'),
  },
  {
    name: 'the client resets',
    atServer: () => undefined,
    atClient: socket => socket.on('connect', () => void socket.resetAndDestroy()),
  },
  {
    name: 'destroyed with an error of its own',
    atServer: () => undefined,
    atClient: socket => socket.on('connect', () => socket.destroy(new Error('enough'))),
  },
  {
    name: 'destroySoon waits for what was written',
    atServer: socket => {
      socket.write('last words')
      socket.destroySoon()
    },
    atClient: () => undefined,
  },
  {
    name: 'a write after the end',
    atServer: () => undefined,
    atClient: socket =>
      socket.on('connect', () => {
        socket.end()
        socket.write('too late')
      }),
  },
  {
    name: 'a timeout only tells',
    atServer: () => undefined,
    atClient: (socket, log) => {
      socket.setTimeout(50)
      log(`timeout is ${socket.timeout}`)
      socket.once('timeout', () => {
        socket.setTimeout(0)
        socket.end()
      })
    },
  },
  {
    name: 'closed before it is connected',
    atServer: () => undefined,
    atClient: socket => socket.end('in one go'),
  },
  {
    name: 'who the other is',
    atServer: (socket, log) => {
      log(`${socket.localFamily} ${socket.remoteFamily} ${socket.pending} ${socket.connecting}`)
      log(`${JSON.stringify(Object.keys(socket.address()).sort())}`)
      socket.end()
    },
    atClient: (socket, log) => {
      log(
        `${socket.pending} ${socket.connecting} ${socket.remoteAddress} ${socket.remotePort} ${socket.readyState}`,
      )
      socket.on('connect', () => {
        log(`${socket.localFamily} ${socket.remoteFamily} ${socket.pending} ${socket.connecting}`)
        log(`${JSON.stringify(Object.keys(socket.address()).sort())}`)
      })
      socket.on('close', () =>
        log(`${socket.localAddress} ${socket.localPort} ${JSON.stringify(socket.address())}`),
      )
    },
  },
  {
    name: 'paused by the server until it wants',
    serverOptions: { pauseOnConnect: true },
    atServer: (socket, log) => {
      log(`paused ${socket.isPaused()}`)
      setImmediate(() => socket.resume())
    },
    atClient: socket => socket.end('wait for it'),
  },
]

/** An error on the way doesn't count. */
const closing = (socket: net.Socket): Promise<unknown[]> =>
  new Promise(resolve => {
    socket.on('close', () => resolve([]))
  })

/** What each side saw. */
async function run(place: Place, { serverOptions = {}, clientOptions = {}, atServer, atClient }: Program) {
  const server: string[] = []
  const client: string[] = []
  const listener = place.server(serverOptions)
  const closed = [once(listener, 'close')]
  listener.on('connection', socket => {
    const log: Log = line => void server.push(line)
    watch(socket, log)
    closed.push(closing(socket))
    atServer(socket, log)
    listener.close()
  })
  listener.listen(0, place.address)
  await once(listener, 'listening')
  const { port } = listener.address() as net.AddressInfo
  const log: Log = line => void client.push(line)
  const socket = watch(place.connect({ port, ...clientOptions }), log)
  closed.push(closing(socket))
  atClient(socket, log)
  await Promise.all(closed)
  await Promise.all(closed)
  return { server, client }
}

for (const program of PROGRAMS) {
  test(program.name, { timeout: 20_000 }, async () => {
    const [real, sim] = [await run(REAL, program), await run(simulated(), program)]
    assert.deepEqual(sim, real)
  })
}

const withoutPorts = (text: string): string =>
  text.replaceAll(/:\d+/g, ':PORT').replaceAll(/10\.0\.0\.[12]|127\.0\.0\.1/g, 'HOST')

/** The error of what comes, and the events around it. */
async function refusals(place: Place): Promise<string[]> {
  const log: string[] = []
  const listener = place.server({})
  listener.listen(0, place.address)
  await once(listener, 'listening')
  const { port } = listener.address() as net.AddressInfo
  const second = place.server({})
  second.on('close', () => log.push('close'))
  second.listen(port, place.address)
  const [taken] = (await once(second, 'error')) as [NodeJS.ErrnoException & { address: string; port: number }]
  log.push(
    `${taken.message} ${taken.code} ${taken.syscall} ${taken.errno} ${taken.port === port} ${second.listening}`,
  )
  const missing = place.server({})
  missing.listen(0, '203.0.113.9')
  const [unknown] = (await once(missing, 'error')) as [NodeJS.ErrnoException]
  log.push(`${unknown.message} ${unknown.code} ${unknown.syscall} ${unknown.errno}`)
  await new Promise<void>(resolve => listener.close(() => resolve()))
  log.push(`${listener.listening} ${listener.address()}`)
  await new Promise<void>(resolve =>
    listener.close(error => {
      log.push(`${(error as NodeJS.ErrnoException).code}`)
      resolve()
    }),
  )
  // Nobody listens there any more.
  const socket = place.connect({ port })
  for (const event of ['connect', 'end', 'close'] as const)
    socket.on(event, (...told: unknown[]) => log.push(`${event} ${told}`))
  const [refused] = (await once(socket, 'error')) as [
    NodeJS.ErrnoException & { address: string; port: number },
  ]
  log.push(`${refused.message} ${refused.code} ${refused.syscall} ${refused.errno} ${refused.port === port}`)
  await once(socket, 'close')
  return log.map(withoutPorts)
}

test('what is refused, in Node’s words', { timeout: 20_000 }, async () => {
  assert.deepEqual(await refusals(simulated()), await refusals(REAL))
})

test('a server counts its connections, and closes after the last of them', { timeout: 20_000 }, async () => {
  const count = async (place: Place): Promise<string[]> => {
    const log: string[] = []
    const listener = place.server({})
    listener.listen(0, place.address)
    await once(listener, 'listening')
    const { port } = listener.address() as net.AddressInfo
    const accepted: net.Socket[] = []
    const both = new Promise<void>(resolve => {
      listener.on('connection', socket => {
        if (accepted.push(socket) === 2) resolve()
      })
    })
    const sockets = [place.connect({ port }), place.connect({ port })]
    await both
    const connections = (): Promise<number> =>
      new Promise((resolve, reject) =>
        listener.getConnections((error, number) => (error === null ? resolve(number) : reject(error))),
      )
    log.push(`${await connections()}`)
    const closed = [...sockets, ...accepted].map(closing)
    listener.on('close', () => log.push('server closed'))
    closed.push(once(listener, 'close'))
    listener.close()
    for (const socket of [...sockets, ...accepted]) socket.resume()
    for (const socket of sockets) socket.end()
    for (const socket of accepted) socket.once('close', () => log.push('connection closed'))
    await Promise.all(closed)
    return log
  }
  assert.deepEqual(await count(simulated()), await count(REAL))
})
