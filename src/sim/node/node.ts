/**
 * The doors to Node: streams, servers and datagram sockets of a simulated host that Node's own clients and servers accept, so
 * that a program runs inside a test as it stands.
 *
 * User code runs on the real event loop and the network on simulated time. Whatever is told to user code is also told to the
 * network (`Below.tell`), which gives it a turn of the loop before time goes on. A program that waits for nothing but these
 * sockets, microtasks, `nextTick` and `setImmediate` does the same at every run of a seed.
 */
import type { ConnectOptions } from './connect-options.ts'
import type { NodeHost } from './node-host.ts'
import { type DatagramOptions, type RemoteInfo, SimDatagramSocket } from './sim-datagram-socket.ts'
import { type ServerOptions, SimServer } from './sim-server.ts'
import { SimSocket } from './sim-socket.ts'

export type { ConnectOptions } from './connect-options.ts'
export type { NodeSocketError } from './node-error.ts'
export type { NodeHost, OwnedOptions } from './node-host.ts'
export type { DatagramOptions, RemoteInfo, SimDatagramSocket } from './sim-datagram-socket.ts'
export type { ListenOptions, ServerOptions, SimServer } from './sim-server.ts'
export type { SimSocket } from './sim-socket.ts'

/** As `net.createConnection`. */
export function createConnection(host: NodeHost, options: ConnectOptions, connected?: () => void): SimSocket {
  const { allowHalfOpen = false } = options
  return new SimSocket(host, { allowHalfOpen }).connect(options, connected)
}

/** As `net.createServer`. */
export function createServer(
  host: NodeHost,
  given?: ServerOptions | ((socket: SimSocket) => void),
  listener?: (socket: SimSocket) => void,
): SimServer {
  const onConnection = typeof given === 'function' ? given : listener
  const server = new SimServer(host, typeof given === 'object' ? given : {})
  if (onConnection !== undefined) server.on('connection', onConnection)
  return server
}

/** As `dgram.createSocket`. */
export function createSocket(
  host: NodeHost,
  given: DatagramOptions['type'] | DatagramOptions,
  onMessage?: (message: Buffer, from: RemoteInfo) => void,
): SimDatagramSocket {
  const socket = new SimDatagramSocket(host, typeof given === 'string' ? { type: given } : given)
  if (onMessage !== undefined) socket.on('message', onMessage)
  return socket
}
