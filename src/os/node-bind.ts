/**
 * A trial bind with Node's own sockets, for systems where there is nothing better.
 *
 * What it can't: Node sets SO_REUSEADDR on every TCP socket on Unix, so a port in TIME_WAIT counts as free; a TCP socket
 * listens for the moment until it is closed, since Node binds and listens in one; devices can't be named, and the number
 * of a descriptor isn't told. Requests that ask for those are refused with `E_BIND_UNSUPPORTED`.
 */
import { fault } from '../model/fault.ts'
import { isPort } from '../model/port.ts'
import type { BindOutcome, BindRequest, KeptSocket } from './os.ts'

export async function nodeBind(request: BindRequest): Promise<BindOutcome> {
  const { protocol, device, keep, port } = request
  if (!isPort(port)) throw fault('E_BIND_REQUEST', { why: `${port} is no port` })
  if (device !== undefined) throw fault('E_BIND_UNSUPPORTED', { why: 'Node can not bind to an interface' })
  if (protocol !== 'tcp' && protocol !== 'udp')
    throw fault('E_BIND_UNSUPPORTED', { why: `Node has no sockets of ${protocol.toUpperCase()}` })
  const opened = await (protocol === 'tcp' ? openTcp(request) : openUdp(request))
  if ('errno' in opened) return { errno: opened.errno, port }
  const kept: KeptSocket = { fd: null, close: opened.close }
  if (keep) return { errno: null, port: opened.port, kept }
  await opened.close()
  return { errno: null, port: opened.port }
}

type Opened = { readonly errno: string } | { readonly port: number; readonly close: () => Promise<void> }

async function openTcp({ address, port, v6only, reusePort }: BindRequest): Promise<Opened> {
  const { createServer } = await import('node:net')
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', error => resolve({ errno: codeOf(error) }))
    const options = { host: address, port, ipv6Only: v6only ?? false, reusePort: reusePort ?? false }
    server.listen({ ...options, exclusive: true }, () => {
      server.unref()
      const close = () => new Promise<void>(done => server.close(() => done()))
      resolve({ port: (server.address() as { port: number }).port, close })
    })
  })
}

async function openUdp({ address, port, v6only, reuseAddress, reusePort }: BindRequest): Promise<Opened> {
  const { createSocket } = await import('node:dgram')
  return new Promise(resolve => {
    const socket = createSocket({
      type: address.includes(':') ? 'udp6' : 'udp4',
      ipv6Only: v6only ?? false,
      reuseAddr: reuseAddress ?? false,
      reusePort: reusePort ?? false,
    })
    const close = () => new Promise<void>(done => socket.close(() => done()))
    socket.once('error', error => {
      resolve({ errno: codeOf(error) })
      socket.close()
    })
    socket.bind({ port, address, exclusive: true }, () => {
      socket.unref()
      resolve({ port: socket.address().port, close })
    })
  })
}

/** libuv gives the system's own names, but for an address it can't read. */
const codeOf = (error: Error): string => (error as NodeJS.ErrnoException).code ?? 'EINVAL'
