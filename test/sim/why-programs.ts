/** What serves at a simulated host: the behaviours of the lab's programs, as far as they need no kernel. */
import { once } from 'node:events'
import type { Address } from '../../src/model/address.ts'
import type { SimulatedHost } from '../../src/sim/sim.ts'
import type { SocketOwner, TcpSocket } from '../../src/sim/transport/transport.ts'
import { answerTo } from '../kernel/why/lab/dns-answer.ts'
import type { Order } from '../kernel/why/lab/order.ts'

/** What a program that only answers after a while waits, simulated milliseconds. */
const SLOW_MS = 1500

type Behaviour = (socket: Connection, order: Order, host: SimulatedHost) => void
type Connection = Parameters<Parameters<SimulatedHost['createServer']>[1] & object>[0]

const http = (socket: Connection, { bytes = 3 }: Order): void =>
  void socket.once('data', () =>
    socket.end(
      `HTTP/1.1 200 OK\r\nContent-Length: ${bytes}\r\nConnection: close\r\n\r\n${'o'.repeat(bytes)}`,
    ),
  )

const BEHAVIOURS: Readonly<Partial<Record<Order['behaviour'], Behaviour>>> = {
  http,
  slow: (socket, order, host) => {
    socket.pause()
    void host.os.clock.sleep(SLOW_MS).then(() => http(socket.resume(), order))
  },
  relay: (socket, { to }, host) => {
    const [address, port] = to!
    const other = host.createConnection({ host: address, port })
    other.on('error', () => socket.destroy())
    socket
      .on('close', () => other.destroy())
      .pipe(other)
      .pipe(socket)
  },
  hold: () => {},
  mute: socket => void socket.resume(),
  banner: socket => {
    socket.write('220 server.test ESMTP\r\n')
    socket.on('data', () => socket.end('221 bye\r\n')).on('end', () => socket.end())
  },
  ssh: socket => void socket.write('SSH-2.0-test\r\n'),
  'close-at-once': socket => void socket.destroy(),
  'reset-at-once': socket => void socket.resetAndDestroy(),
}

/** `stopped`: the program holds its sockets and does nothing more. */
export async function openProgram(host: SimulatedHost, order: Order, stopped: boolean): Promise<void> {
  const { behaviour, port, address = '::', v6only = false, reusePort = false, backlog } = order
  if (behaviour === 'datagrams') return datagrams(host, order)
  if (behaviour === 'dns') return resolver(host, order)
  if (behaviour === 'deaf') return deaf(host, order)
  if (behaviour === 'full') return full(host, order)
  // Nobody gets as far as to be served by what holds to one device here.
  if (behaviour === 'bare' || order.device !== undefined || stopped) {
    listening(host, order, stopped)
    return
  }
  const serve = BEHAVIOURS[behaviour]
  if (serve === undefined) throw new Error(`a simulated host has no words for "${behaviour}"`)
  const server = host.createServer({ pauseOnConnect: behaviour === 'hold' }, socket => {
    socket.on('error', () => {})
    serve(socket, order, host)
  })
  const listens = once(server, 'listening')
  server.listen({
    port,
    host: address,
    ipv6Only: v6only,
    reusePort,
    ...(backlog !== undefined && { backlog }),
  })
  await listens
}

/** Whose process is there from then on. */
function ownerOn({ os: { machine } }: SimulatedHost, stopped: boolean): SocketOwner {
  const pid = 2000 + machine.processes.size
  machine.start({ pid, run: 'server', stopped })
  return { pid, name: 'server', uid: 0 }
}

/** A listener whose connections nobody takes. */
function listening(
  host: SimulatedHost,
  { port, address = '::', v6only = false, reusePort = false, device, backlog = 64 }: Order,
  stopped = false,
): TcpSocket {
  const socket = host.transport.stream(address.includes(':') ? 'ipv6' : 'ipv4', ownerOn(host, stopped))
  socket.set('reuseAddress', true)
  if (reusePort) socket.set('reusePort', true)
  if (address.includes(':')) socket.set('v6only', v6only)
  const said = [
    device === undefined ? 'OK' : socket.bindToDevice(device),
    socket.bind(address as Address, port),
    socket.listen(backlog),
  ]
  if (said.some(errno => errno !== 'OK')) throw new Error(`${address}:${port}: ${said.join(' ')}`)
  return socket
}

/** As many wait as there is room for: one more than the backlog. */
async function full(host: SimulatedHost, order: Order): Promise<void> {
  const { address = '::', port } = order
  listening(host, { ...order, backlog: 1 })
  for (let i = 0; i < 2; i++)
    await once(host.createConnection({ host: address === '::' ? '::1' : address, port }), 'connect')
}

async function datagrams(
  host: SimulatedHost,
  { address = '::', port, v6only = false, bytes }: Order,
): Promise<void> {
  const socket = host.createSocket({ type: address.includes(':') ? 'udp6' : 'udp4', ipv6Only: v6only })
  socket.on('message', (message, { address: to, port: back }) =>
    socket.send(bytes === undefined ? message : 'x'.repeat(bytes), back, to),
  )
  await new Promise<void>(resolve => void socket.bind(port, address, () => resolve()))
}

async function resolver(
  host: SimulatedHost,
  { address = '0.0.0.0', port, names = {} }: Order,
): Promise<void> {
  const socket = host.createSocket('udp4')
  socket.on('message', (query, { address: to, port: back }) => {
    const answer = answerTo(query, names)
    if (answer !== null) socket.send(answer, back, to)
  })
  await new Promise<void>(resolve => void socket.bind(port, address, () => resolve()))
}

/** A socket that nobody reads, and as much in it as goes in. */
function deaf(host: SimulatedHost, { address = '127.0.0.1', port }: Order): Promise<void> {
  const { transport } = host
  const owner = ownerOn(host, false)
  const socket = transport.datagram('ipv4', owner)
  if (socket.bind(address as Address, port) !== 'OK') throw new Error(`${address}:${port} is taken`)
  const sender = transport.datagram('ipv4', owner)
  const most = new Uint8Array(60_000)
  for (let i = 0; i < 8; i++) sender.send(most, { address: address as Address, port })
  sender.send(new Uint8Array(20_000), { address: address as Address, port })
  for (let i = 0; i < 64; i++) sender.send(new Uint8Array(512), { address: address as Address, port })
  sender.close()
  return Promise.resolve()
}
