/**
 * A program of a host in the lab: holds sockets as its first argument says, says `ready`, and ends with its standard input. Odd ones
 * are made by plain system calls, since Node can't make them.
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import { answerTo } from './dns-answer.ts'
import { deaf, dress, full, withoutDescriptors } from './odd-listeners.ts'
import type { Order } from './order.ts'

const ODD: Readonly<Record<string, (order: Order) => unknown>> = {
  bare: dress,
  bound: dress,
  full,
  'no-descriptors': withoutDescriptors,
  deaf,
}

const kept: unknown[] = []

async function open(order: Order): Promise<void> {
  if (order.behaviour === 'datagrams') return datagrams(order)
  if (order.behaviour === 'dns') return resolver(order)
  const odd = ODD[order.behaviour]
  if (odd !== undefined) {
    kept.push(odd(order))
    return
  }
  const fd = dress(order)
  const server = made(order)
  server.listen({ fd, backlog: order.backlog ?? 64 })
  await once(server, 'listening')
  kept.push(server)
}

function made(order: Order): Server {
  const onConnection = (socket: Socket): void => {
    socket.on('error', () => {})
    BEHAVIOURS[order.behaviour]!(socket, order)
  }
  return order.tls === undefined
    ? createServer({ pauseOnConnect: order.behaviour === 'hold', allowHalfOpen: true }, onConnection)
    : createTlsServer(tlsOptions(order.tls), onConnection)
}

/** Key and certificate are files by now. */
const tlsOptions = ({ certificate: _, key, cert, ...rest }: NonNullable<Order['tls']>): TlsOptions =>
  ({ key: readFileSync(String(key)), cert: readFileSync(String(cert)), ...rest }) as TlsOptions

const BEHAVIOURS: Readonly<Record<string, (socket: Socket, order: Order) => void>> = {
  http,
  /** A second and a half: longer than a network takes, shorter than people wait. */
  slow: (socket, order) => {
    socket.pause()
    setTimeout(() => http(socket.resume(), order), 1500)
  },
  relay: (socket, { to }) => {
    const [host, port] = to!
    const other = connect(port, host).on('error', () => socket.destroy())
    socket
      .on('close', () => other.destroy())
      .pipe(other)
      .pipe(socket)
  },
  echo: socket => void socket.pipe(socket),
  /** Speaks first, as servers of mail do (RFC 5321 section 3.1). */
  banner: socket => {
    socket.write('220 server.test ESMTP\r\n')
    socket.on('data', () => socket.end('221 bye\r\n')).on('end', () => socket.end())
  },
  ssh: socket => void socket.write('SSH-2.0-test\r\n'),
  hold: () => {},
  mute: socket => void socket.resume().on('end', () => socket.end()),
  'close-at-once': socket => socket.destroy(),
  'reset-at-once': socket => void socket.resetAndDestroy(),
}

/** Answers whatever looks like the head of a request of HTTP/1.1 with a page of so many bytes. */
function http(socket: Socket, { bytes = 3 }: Order): void {
  let head = ''
  const answer = (): void =>
    void socket.end(
      `HTTP/1.1 200 OK\r\nContent-Length: ${bytes}\r\nConnection: close\r\n\r\n${'o'.repeat(bytes)}`,
    )
  socket.on('data', text => {
    head += text.toString('latin1')
    if (!/^[A-Z]/.test(head)) return void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
    if (head.includes('\r\n\r\n')) answer()
  })
}

async function datagrams({ address = '::', port, v6only = false, bytes }: Order): Promise<void> {
  const socket = createSocket({
    type: address.includes(':') ? 'udp6' : 'udp4',
    ipv6Only: v6only,
    reuseAddr: true,
  })
  socket.on('message', (message, { address: to, port: back }) =>
    socket.send(bytes === undefined ? message : 'x'.repeat(bytes), back, to),
  )
  socket.bind(port, address)
  await once(socket, 'listening')
}

async function resolver({ address = '0.0.0.0', port, names = {} }: Order): Promise<void> {
  const socket = createSocket('udp4')
  socket.on('message', (query, { address: to, port: back }) => {
    const answer = answerTo(query, names)
    if (answer !== null) socket.send(answer, back, to)
  })
  socket.bind(port, address)
  await once(socket, 'listening')
}

const orders = JSON.parse(process.argv[2]!) as readonly Order[]
for (const order of orders) await open(order)
process.stdout.write('ready\n')
process.stdin.resume().on('end', () => process.exit())
