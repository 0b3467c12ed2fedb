/**
 * A listener of a simulated host with the face of Node's `net.Server`. Node's own servers take its connections:
 * `createServer(socket => httpServer.emit('connection', socket))`.
 */
import { EventEmitter } from 'node:events'
import type { Address } from '../../model/address.ts'
import type { TcpSocket } from '../transport/transport.ts'
import { listenError, stateError } from './node-error.ts'
import { type NodeHost, type OwnedOptions, resolve, soon } from './node-host.ts'
import { familyName, SimSocket } from './sim-socket.ts'

export interface ServerOptions extends OwnedOptions {
  readonly allowHalfOpen?: boolean
  readonly pauseOnConnect?: boolean
  readonly noDelay?: boolean
  readonly keepAlive?: boolean
  readonly keepAliveInitialDelay?: number
}

export interface ListenOptions {
  /** 0, or left out: the system chooses. */
  readonly port?: number
  /** A name or an address; all addresses when left out. */
  readonly host?: string
  /** How many may wait to be accepted; 511. */
  readonly backlog?: number
  readonly ipv6Only?: boolean
  readonly reusePort?: boolean
}

type Done = (error?: Error) => void

/** Node's. */
const BACKLOG = 511

export class SimServer extends EventEmitter {
  /** More connections than that are dropped at once, with `drop`. */
  maxConnections: number | undefined
  readonly #host: NodeHost
  readonly #options: ServerOptions
  #socket: TcpSocket | null = null
  readonly #connections = new Set<SimSocket>()
  #isClosing = false

  constructor(host: NodeHost, options: ServerOptions = {}) {
    super()
    this.#host = host
    this.#options = options
  }

  /** `(port, host?, backlog?, listening?)` in any of Node's shorter forms, or options. */
  listen(...given: readonly (number | string | ListenOptions | (() => void) | undefined)[]): this {
    const listening = given.find(one => typeof one === 'function')
    const [first, second, third] = given.filter(one => typeof one !== 'function')
    const options: ListenOptions =
      typeof first === 'object'
        ? first
        : {
            port: Number(first ?? 0),
            ...(typeof second === 'string' ? { host: second } : {}),
            ...(typeof second === 'number' ? { backlog: second } : {}),
            ...(typeof third === 'number' ? { backlog: third } : {}),
          }
    if (this.#socket !== null)
      throw stateError(
        'ERR_SERVER_ALREADY_LISTEN',
        'Listen method has been called more than once without closing.',
      )
    if (typeof listening === 'function') this.once('listening', listening)
    this.#listen(options)
    return this
  }

  #listen({ port = 0, host, backlog = BACKLOG, ipv6Only = false, reusePort = false }: ListenOptions): void {
    const address = host === undefined ? ('::' as Address) : resolve(this.#host, host)
    if (address instanceof Error) {
      soon(this.#host, () => this.emit('error', address))
      return
    }
    const family = address.includes(':') ? 'ipv6' : 'ipv4'
    const socket = this.#host.transport.stream(family, this.#options.owner)
    // As libuv does it.
    socket.set('reuseAddress', true)
    if (reusePort) socket.set('reusePort', true)
    if (family === 'ipv6') socket.set('v6only', ipv6Only)
    let errno = socket.bind(address, port)
    if (errno === 'OK') errno = socket.listen(backlog)
    if (errno !== 'OK') {
      socket.close()
      const error = listenError(errno, { address, port })
      soon(this.#host, () => this.emit('error', error))
      return
    }
    this.#socket = socket
    this.#isClosing = false
    socket.notify = () => this.#accept()
    soon(this.#host, () => {
      if (this.#socket === socket) this.emit('listening')
    })
  }

  #accept(): void {
    this.#host.below.tell?.()
    for (let child = this.#socket?.accept(); child !== undefined && typeof child !== 'string'; ) {
      this.#welcome(child)
      child = this.#socket?.accept()
    }
  }

  #welcome(child: TcpSocket): void {
    if (this.maxConnections !== undefined && this.#connections.size >= this.maxConnections) {
      const [local, remote] = [child.localEnd, child.peerEnd]
      child.close()
      this.emit('drop', {
        localAddress: local.address,
        localPort: local.port,
        localFamily: familyName(local.address),
        remoteAddress: remote?.address,
        remotePort: remote?.port,
        remoteFamily: familyName(remote?.address),
      })
      return
    }
    const {
      allowHalfOpen = false,
      pauseOnConnect = false,
      noDelay = false,
      keepAlive = false,
    } = this.#options
    const socket = new SimSocket(this.#host, { allowHalfOpen })
    socket.server = this
    if (noDelay) socket.setNoDelay()
    if (keepAlive) socket.setKeepAlive(true, this.#options.keepAliveInitialDelay)
    if (pauseOnConnect) socket.pause()
    this.#connections.add(socket)
    socket.adopt(child, () => {
      this.#connections.delete(socket)
      this.#closeIfDone()
    })
    this.emit('connection', socket)
  }

  /** Stops listening; `close` follows once the last connection is over. */
  close(done?: Done): this {
    if (this.#socket === null) {
      const error = stateError('ERR_SERVER_NOT_RUNNING', 'Server is not running.')
      if (done !== undefined) soon(this.#host, () => done(error))
      return this
    }
    if (done !== undefined) this.once('close', () => done())
    this.#socket.close()
    this.#socket = null
    this.#isClosing = true
    this.#closeIfDone()
    return this
  }

  #closeIfDone(): void {
    if (!this.#isClosing || this.#connections.size > 0) return
    this.#isClosing = false
    soon(this.#host, () => this.emit('close'))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket === null) return
    await new Promise<void>((resolved, failed) => {
      this.close(error => (error === undefined ? resolved() : failed(error)))
    })
  }

  get listening(): boolean {
    return this.#socket !== null
  }

  address(): { address: string; family: 'IPv4' | 'IPv6'; port: number } | null {
    const end = this.#socket?.localEnd
    return end === undefined
      ? null
      : { address: end.address, family: familyName(end.address)!, port: end.port }
  }

  getConnections(done: (error: Error | null, count: number) => void): this {
    soon(this.#host, () => done(null, this.#connections.size))
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }
}
