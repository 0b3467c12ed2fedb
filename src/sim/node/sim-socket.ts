/**
 * A conversation of a simulated host as a stream with the face of Node's `net.Socket`, so that Node's own clients and servers
 * take it for one: back-pressure is TCP's window, timeouts are simulated time, errors look as Node's.
 */
import { Duplex } from 'node:stream'
import type { Address } from '../../model/address.ts'
import type { End } from '../../model/space/program.ts'
import { CONNECTED, FAILED, READABLE, type TcpSocket, WRITABLE } from '../transport/transport.ts'
import { type ConnectOptions, portOf } from './connect-options.ts'
import { IdleTimer } from './idle-timer.ts'
import { errorAt, plainError } from './node-error.ts'
import { later, type NodeHost, resolve, soon } from './node-host.ts'

/** Bytes that are handed to the stream at once, as Node's sockets read. */
const READ_SIZE = 65_536

type WriteDone = (error?: Error | null) => void

export class SimSocket extends Duplex {
  connecting = false
  bytesRead = 0
  /** Node's servers put themselves here. */
  server: unknown = null
  readonly #host: NodeHost
  #socket: TcpSocket | null = null
  /** Told also when all is over. */
  #peer: End | null = null
  /** Where connect() goes, for its errors. */
  #target: { readonly address: string; readonly port: number } | null = null
  /** What is left of the write that waits for room. */
  #unsent: { bytes: Uint8Array; readonly done: WriteDone } | null = null
  #handedOn = 0
  #wantsData = false
  #reset = false
  #keepAlive: readonly [boolean, number] | null = null
  #noDelay = false
  #gone: (() => void) | null = null
  readonly #idle: IdleTimer

  constructor(host: NodeHost, { allowHalfOpen = false }: { readonly allowHalfOpen?: boolean } = {}) {
    super({ allowHalfOpen, emitClose: false, autoDestroy: true, decodeStrings: true })
    this.#host = host
    this.#idle = new IdleTimer(host, () => this.emit('timeout'))
  }

  /** For a connection that was accepted. `gone`: called when it is destroyed, before `close`. */
  adopt(socket: TcpSocket, gone: () => void): this {
    this.#gone = gone
    this.#hold(socket)
    this.#peer = socket.peerEnd
    // One that is paused (`pauseOnConnect`) doesn't read, or its end would be told before anybody listens.
    if (!this.isPaused()) this.read(0)
    return this
  }

  connect(options: ConnectOptions, connected?: () => void): this {
    const port = portOf(options.port)
    if (connected !== undefined) this.once('connect', connected)
    this.connecting = true
    if (options.noDelay === true) this.setNoDelay()
    if (options.keepAlive === true) this.setKeepAlive(true, options.keepAliveInitialDelay)
    if (options.timeout !== undefined) this.setTimeout(options.timeout)
    const family = options.family === 4 || options.family === 6 ? options.family : undefined
    const name = options.host ?? 'localhost'
    // As Node's lookup, never before the caller has heard of the socket.
    soon(this.#host, () => {
      if (this.destroyed) return
      const address = resolve(this.#host, name, family)
      if (address instanceof Error) this.destroy(address)
      else this.#connectTo(address, port, options)
    })
    return this
  }

  #connectTo(address: Address, port: number, { localAddress, localPort = 0, owner }: ConnectOptions): void {
    this.#target = { address, port }
    const family = address.includes(':') ? 'ipv6' : 'ipv4'
    const socket = this.#host.transport.stream(family, owner)
    this.#hold(socket)
    if (localAddress !== undefined || localPort !== 0) {
      const own = (localAddress ?? (family === 'ipv4' ? '0.0.0.0' : '::')) as Address
      socket.set('reuseAddress', true)
      const refused = socket.bind(own, localPort)
      if (refused !== 'OK') {
        this.destroy(errorAt(refused, 'bind', { address: own, port: localPort }))
        return
      }
    }
    const errno = socket.connect(address, port)
    if (errno !== 'EINPROGRESS') this.destroy(errorAt(errno, 'connect', this.#target, socket.localEnd))
    this.#apply()
  }

  #hold(socket: TcpSocket): void {
    this.#socket = socket
    socket.notify = events => this.#told(events)
    this.#apply()
  }

  #apply(): void {
    if (this.#noDelay) this.#socket?.setNoDelay(true)
    if (this.#keepAlive !== null) this.#socket?.setKeepAlive(...this.#keepAlive)
  }

  #told(events: number): void {
    this.#host.below.tell?.()
    if ((events & FAILED) !== 0 && this.connecting) {
      this.connecting = false
      this.destroy(errorAt(this.#socket!.takeError() ?? 'ECONNABORTED', 'connect', this.#target!))
      return
    }
    this.#idle.touch()
    if ((events & CONNECTED) !== 0 && this.connecting) {
      this.connecting = false
      this.#peer = this.#socket!.peerEnd
      this.emit('connect')
      this.emit('ready')
      if (!this.isPaused()) this.read(0)
    }
    if ((events & WRITABLE) !== 0) this.#sendMore()
    if ((events & (READABLE | FAILED)) !== 0 && this.#wantsData) this.#pump()
    // Somebody who only writes learns of the end by writing.
    if ((events & FAILED) !== 0 && this.#unsent !== null) this.#sendMore()
  }

  override _read(): void {
    this.#wantsData = true
    if (this.connecting || this.#socket === null) return
    this.#pump()
  }

  #pump(): void {
    while (this.#wantsData && this.#socket !== null && !this.destroyed) {
      const got = this.#socket.read(READ_SIZE)
      if (got === 'end') {
        this.#wantsData = false
        this.push(null)
        // Whoever reads nothing more still sees the end.
        this.read(0)
      } else if (!(got instanceof Uint8Array)) this.destroy(plainError(got.errno, 'read'))
      else {
        if (got.length === 0) return
        this.bytesRead += got.length
        this.#idle.touch()
        this.#wantsData = this.push(Buffer.from(got.buffer, got.byteOffset, got.length))
      }
    }
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: WriteDone): void {
    this.#unsent = { bytes: chunk, done }
    if (this.connecting) this.once('connect', () => this.#sendMore())
    else this.#sendMore()
  }

  override _writev(chunks: { chunk: Buffer; encoding: BufferEncoding }[], done: WriteDone): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'binary', done)
  }

  #sendMore(): void {
    const unsent = this.#unsent
    if (unsent === null || this.#socket === null || this.connecting) return
    const written = this.#socket.write(unsent.bytes)
    if (typeof written === 'string') {
      this.#unsent = null
      unsent.done(plainError(written, 'write'))
      return
    }
    this.#idle.touch()
    this.#handedOn += written
    if (written < unsent.bytes.length) unsent.bytes = unsent.bytes.subarray(written)
    else {
      this.#unsent = null
      unsent.done()
    }
  }

  override _final(done: WriteDone): void {
    if (this.connecting) {
      this.once('connect', () => this._final(done))
      return
    }
    this.#socket?.shutdown('write')
    later(this.#host, done)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.connecting = false
    this.#idle.stop()
    this.#socket?.close(this.#reset)
    this.#socket = null
    done(error)
    this.#gone?.()
    later(this.#host, () => this.emit('close', error !== null))
  }

  /** Closes the conversation with a reset. */
  resetAndDestroy(): this {
    this.#reset = true
    return this.destroy()
  }

  /** Ends once all that was written has gone. */
  destroySoon(): void {
    if (this.writable) this.end()
    if (this.writableFinished) this.destroy()
    else this.once('finish', () => this.destroy())
  }

  /** Simulated milliseconds; 0 turns it off. */
  setTimeout(ms: number, onTimeout?: () => void): this {
    this.#idle.set(ms)
    if (onTimeout === undefined) return this
    if (ms === 0) this.removeListener('timeout', onTimeout)
    else this.once('timeout', onTimeout)
    return this
  }

  get timeout(): number | undefined {
    return this.#idle.ms === 0 ? undefined : this.#idle.ms
  }

  setNoDelay(on = true): this {
    this.#noDelay = on
    this.#socket?.setNoDelay(on)
    return this
  }

  setKeepAlive(on = false, initialDelayMs = 0): this {
    this.#keepAlive = [on, initialDelayMs > 0 ? initialDelayMs : this.#host.transport.settings.keepAliveMs]
    this.#socket?.setKeepAlive(...this.#keepAlive)
    return this
  }

  /** Simulated sockets don't keep the process alive; what is on its way does. */
  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  get localAddress(): string | undefined {
    return this.#socket?.localEnd.address
  }
  get localPort(): number | undefined {
    return this.#socket?.localEnd.port
  }
  get localFamily(): string | undefined {
    return familyName(this.localAddress)
  }
  get remoteAddress(): string | undefined {
    return this.#peer?.address
  }
  get remotePort(): number | undefined {
    return this.#peer?.port
  }
  get remoteFamily(): string | undefined {
    return familyName(this.remoteAddress)
  }
  address(): { address?: string; family?: string; port?: number } {
    const end = this.#socket?.localEnd
    return end === undefined ? {} : { address: end.address, family: familyName(end.address)!, port: end.port }
  }

  get bytesWritten(): number {
    return this.#handedOn + (this.#unsent?.bytes.length ?? 0) + this.writableLength
  }
  get pending(): boolean {
    return this.#socket === null || this.connecting
  }
  get readyState(): string {
    if (this.connecting) return 'opening'
    if (this.readable && this.writable) return 'open'
    if (this.readable) return 'readOnly'
    return this.writable ? 'writeOnly' : 'closed'
  }
}

export const familyName = (address: string | undefined): 'IPv4' | 'IPv6' | undefined =>
  address === undefined ? undefined : address.includes(':') ? 'IPv6' : 'IPv4'
