/**
 * The running kernel as the other end: a process of its own, in a network namespace of its own, where a tun device leads to a
 * simulated host. Each program runs with one end on Node's sockets, the kernel's, and the other on the simulated host's, both ways
 * round; what came of each is printed as JSON.
 *
 * Time is real here: what waits, waits.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import dgram from 'node:dgram'
import { once } from 'node:events'
import { readFileSync, readSync, writeSync } from 'node:fs'
import net from 'node:net'
import { text } from 'node:stream/consumers'
import { type Address, parseAddress } from '../../../src/model/address.ts'
import { seededRandom } from '../../../src/sim/engine/engine.ts'
import { createConnection, createServer, createSocket, type NodeHost } from '../../../src/sim/node/node.ts'
import { type Below, Transport } from '../../../src/sim/transport/transport.ts'
import { decodeDatagram, encodeDatagram } from '../../../src/wire/ip/ip.ts'
import { closeFile, enterNewNamespace, openTun } from '../filter/calls.ts'

const KERNEL = '10.9.0.1' as Address
const SIM = '10.9.0.2' as Address
const KERNEL_V6 = 'fd09::1' as Address
const SIM_V6 = 'fd09::2' as Address
const DEVICE = 't0'
const MTU = 1500

enterNewNamespace()
const tun = openTun(DEVICE)
for (const words of [
  ['link', 'set', 'lo', 'up'],
  ['addr', 'add', `${KERNEL}/24`, 'dev', DEVICE],
  ['addr', 'add', `${KERNEL_V6}/64`, 'dev', DEVICE, 'nodad'],
  ['link', 'set', DEVICE, 'up'],
]) {
  const { status, stderr } = spawnSync('ip', words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`ip ${words.join(' ')}: ${stderr}`)
}

/** Share of packets that are lost, each way. */
let loss = 0
const chance = seededRandom(1)
const sim = simulatedHost()
let isOver = false
pump()

/** Where a program finds both ends. */
interface Place {
  readonly name: string
  readonly server: (options?: net.ServerOpts) => net.Server
  readonly connect: (port: number) => net.Socket
  /** Datagrams: of the end that is asked, and of the one that asks. */
  readonly asked: () => dgram.Socket
  readonly asker: () => dgram.Socket
  readonly address: Address
}

const simServer = (options: net.ServerOpts = {}): net.Server =>
  createServer(sim, options as object) as unknown as net.Server
const simSocket = (type: 'udp4' | 'udp6'): dgram.Socket => createSocket(sim, type) as unknown as dgram.Socket

/** Both ways round, over one family. */
const placesOf = (kernel: Address, simulated: Address, type: 'udp4' | 'udp6'): readonly Place[] => [
  {
    name: `the simulated host calls the kernel, ${type === 'udp4' ? 'IPv4' : 'IPv6'}`,
    server: options => net.createServer(options),
    connect: port => createConnection(sim, { host: kernel, port }) as unknown as net.Socket,
    asked: () => dgram.createSocket(type),
    asker: () => simSocket(type),
    address: kernel,
  },
  {
    name: `the kernel calls the simulated host, ${type === 'udp4' ? 'IPv4' : 'IPv6'}`,
    server: simServer,
    connect: port => net.createConnection({ host: simulated, port }),
    asked: () => simSocket(type),
    asker: () => dgram.createSocket(type),
    address: simulated,
  },
]

const PROGRAMS: Readonly<Record<string, (place: Place) => Promise<unknown>>> = {
  'a megabyte each way': place => exchange(place, 1_000_000),
  async 'a hundred thousand bytes each way, one packet of fifty lost'(place) {
    loss = 0.02
    try {
      return await exchange(place, 100_000)
    } finally {
      loss = 0
    }
  },
  async 'half closed: the other side goes on'(place) {
    const port = await listening(place, { allowHalfOpen: true }, async socket => {
      const question = String(await whole(socket))
      socket.end(`heard: ${question}`)
    })
    const socket = place.connect(port)
    socket.end('ahoy')
    return text(socket)
  },
  async 'nobody listens'(place) {
    const socket = place.connect(9)
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
    return error.code
  },
  async 'a reset by who was called'(place) {
    const port = await listening(
      place,
      {},
      socket => void socket.once('data', () => socket.resetAndDestroy()),
    )
    const socket = place.connect(port)
    socket.write('x')
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
    return `${error.code} ${error.syscall}`
  },
  async 'a reset by who called'(place) {
    const failed = Promise.withResolvers<string | undefined>()
    const port = await listening(
      place,
      {},
      socket =>
        void socket.on('error', (error: NodeJS.ErrnoException) => failed.resolve(error.code)).resume(),
    )
    const socket = place.connect(port)
    await once(socket, 'connect')
    socket.resetAndDestroy()
    return failed.promise
  },
  async 'a hundred calls, one after the other'(place) {
    const port = await listening(place, {}, socket => void socket.end('so long'))
    const words = new Set<string>()
    for (let i = 0; i < 100; i++) words.add(await text(place.connect(port)))
    return [...words]
  },
  async 'a reader who is slow: the window closes and opens'(place) {
    const port = await listening(place, {}, socket => void socket.end(pattern(600_000)))
    const socket = place.connect(port)
    await once(socket, 'connect')
    let length = 0
    const hash = createHash('sha256')
    for await (const chunk of socket) {
      hash.update(chunk)
      length += chunk.length
      await new Promise(resolve => setTimeout(resolve, 5))
    }
    return [length, hash.digest('hex') === digest(pattern(600_000))]
  },
  async 'a datagram and its answer, a long one too'(place) {
    const asked = place.asked()
    asked.on('message', (message, from) => asked.send(message, from.port, from.address))
    asked.bind(0, place.address)
    await once(asked, 'listening')
    const asker = place.asker()
    const sizes: number[] = []
    for (const size of [0, 1, 1400]) {
      asker.send(Buffer.alloc(size, 3), asked.address().port, place.address)
      const [message] = (await once(asker, 'message')) as [Buffer]
      sizes.push(message.length)
    }
    asker.close()
    asked.close()
    return sizes
  },
  async 'a datagram to a port where nobody is'(place) {
    const asker = place.asker()
    asker.connect(9, place.address)
    await once(asker, 'connect')
    asker.send('anybody?')
    const [error] = (await once(asker, 'error')) as [NodeJS.ErrnoException]
    asker.close()
    return error.code
  },
}

const results: Record<string, Record<string, unknown>> = {}
for (const place of [...placesOf(KERNEL, SIM, 'udp4'), ...placesOf(KERNEL_V6, SIM_V6, 'udp6')]) {
  results[place.name] = {}
  for (const [name, program] of Object.entries(PROGRAMS)) results[place.name]![name] = await program(place)
}
results.counters = unreadable()
isOver = true
process.stdout.write(`${JSON.stringify(results)}\n`)
closeFile(tun)
process.exit()

/** What the kernel could make nothing of, by its own counters. */
function unreadable(): Record<string, unknown> {
  const lines = readFileSync('/proc/thread-self/net/snmp', 'utf8').split('\n')
  const counted: Record<string, unknown> = {}
  for (const [protocol, name] of [
    ['Ip', 'InHdrErrors'],
    ['Icmp', 'InErrors'],
    ['Tcp', 'InErrs'],
    ['Tcp', 'InCsumErrors'],
    ['Udp', 'InErrors'],
    ['Udp', 'InCsumErrors'],
  ] as const) {
    const [names = '', values = ''] = lines.filter(line => line.startsWith(`${protocol}: `))
    counted[`${protocol} ${name}`] = values.split(' ')[names.split(' ').indexOf(name)]
  }
  return counted
}

/** Both sides send, and both hear all of it. */
async function exchange(place: Place, size: number): Promise<unknown> {
  const heard = Promise.withResolvers<boolean>()
  const port = await listening(place, { allowHalfOpen: true }, async socket => {
    socket.end(pattern(size))
    heard.resolve(digest(await whole(socket)) === digest(pattern(size)))
  })
  const socket = place.connect(port)
  socket.end(pattern(size))
  const closed = once(socket, 'close')
  const got = await whole(socket)
  await closed
  return [got.length, digest(got) === digest(pattern(size)), await heard.promise]
}

/** All that comes, up to the end; a consumer of streams would destroy the socket then, and with it what is still to be written. */
async function whole(socket: net.Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(socket, 'end')
  return Buffer.concat(chunks)
}

async function listening(
  place: Place,
  options: net.ServerOpts,
  onConnection: (socket: net.Socket) => unknown,
): Promise<number> {
  const server = place.server(options)
  server.on('connection', onConnection)
  server.listen(0, place.address)
  await once(server, 'listening')
  return (server.address() as net.AddressInfo).port
}

function pattern(size: number): Buffer {
  const bytes = Buffer.alloc(size)
  for (let i = 0; i < size; i++) bytes[i] = (i * 31 + (i >> 8)) & 255
  return bytes
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function simulatedHost(): NodeHost {
  const addresses = [
    { device: 'lo', address: parseAddress('127.0.0.1') },
    { device: 'eth0', address: SIM },
    { device: 'eth0', address: SIM_V6 },
  ]
  const below: Below = {
    now: () => performance.now(),
    random: chance,
    schedule(afterMs, run) {
      const timer = setTimeout(run, afterMs)
      return { cancel: () => clearTimeout(timer) }
    },
    addresses: () => addresses,
    sourceFor: destination => (destination.includes(':') ? SIM_V6 : SIM),
    mtuTo: () => MTU,
    send(datagram) {
      if (chance() >= loss) writeSync(tun, encodeDatagram(datagram))
      return 'sent'
    },
  }
  return { transport: new Transport(below), below }
}

/** What the kernel sends to the simulated host, as long as the programs run. */
function pump(): void {
  const packet = Buffer.alloc(MTU)
  const look = (): void => {
    for (let size = read(packet); size > 0; size = read(packet)) {
      const datagram = decodeDatagram(new Uint8Array(packet.subarray(0, size)))
      if (datagram !== undefined && isOurs(datagram.destination) && chance() >= loss)
        sim.transport.receive(datagram, 'eth0')
    }
    if (!isOver) setImmediate(look)
  }
  look()
}

function isOurs(address: Address): boolean {
  return address === SIM || address === SIM_V6
}

/** 0 where nothing waits. */
function read(into: Buffer): number {
  try {
    return readSync(tun, into)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0
    throw error
  }
}
