/** The two ends beside a relay: servers and clients on loopback, on ports that the system chose. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

export class Peers {
  readonly #servers: Server[] = []
  readonly #sockets = new Set<Socket>()

  /** Port of a server whose connections may be half-closed. */
  async serve(talk: (socket: Socket) => void, host = '127.0.0.1'): Promise<number> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, socket => {
      this.#keep(socket)
      talk(socket)
    })
    this.#servers.push(server)
    server.listen({ port: 0, host, backlog: 4096 })
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }

  /** A port that nobody has: it was had a moment ago. */
  async freePort(host = '127.0.0.1'): Promise<number> {
    const server = createServer().listen({ port: 0, host })
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    return port
  }

  async dial(port: number, host = '127.0.0.1'): Promise<Socket> {
    const socket = connect({ port, host, allowHalfOpen: true, noDelay: true })
    this.#keep(socket)
    await once(socket, 'connect')
    return socket
  }

  /** Says it all, and gives what came back; a reset may come before the connection is known to stand. */
  talk(port: number, words: string, host = '127.0.0.1'): Promise<string> {
    const socket = connect({ port, host, allowHalfOpen: true, noDelay: true })
    this.#keep(socket)
    socket.end(words)
    return allOf(socket)
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await Promise.all(this.#servers.splice(0).map(server => new Promise(resolve => server.close(resolve))))
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => this.#sockets.delete(socket))
  }
}

/** All that somebody says until he has ended, or the word of what broke it off. */
export function allOf(socket: Socket): Promise<string> {
  return new Promise(resolve => {
    const chunks: Buffer[] = []
    socket.on('data', chunk => chunks.push(chunk))
    socket.once('end', () => resolve(Buffer.concat(chunks).toString()))
    socket.once('error', error => resolve((error as NodeJS.ErrnoException).code ?? error.message))
  })
}
