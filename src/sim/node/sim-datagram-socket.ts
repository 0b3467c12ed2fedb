/** A UDP socket of a simulated host with the face of Node's `dgram.Socket`. */
import { EventEmitter } from 'node:events'
import type { Address } from '../../model/address.ts'
import type { UdpSocket } from '../transport/transport.ts'
import { errorAt, plainError, stateError } from './node-error.ts'
import { type NodeHost, type OwnedOptions, resolve, soon } from './node-host.ts'
import { familyName } from './sim-socket.ts'

export interface DatagramOptions extends OwnedOptions {
  readonly type: 'udp4' | 'udp6'
  readonly reuseAddr?: boolean
  readonly reusePort?: boolean
  readonly ipv6Only?: boolean
}

export interface RemoteInfo {
  readonly address: string
  readonly family: 'IPv4' | 'IPv6'
  readonly port: number
  /** Bytes of the message. */
  readonly size: number
}

type Done = (error: Error | null, bytes: number) => void
type Message = string | Uint8Array
type Given = readonly (
  | Message
  | readonly Message[]
  | number
  | string
  | Done
  | (() => void)
  | undefined
  | null
)[]

export class SimDatagramSocket extends EventEmitter {
  readonly type: 'udp4' | 'udp6'
  readonly #host: NodeHost
  readonly #socket: UdpSocket
  #isBound = false
  #isClosed = false

  constructor(
    host: NodeHost,
    { type, reuseAddr = false, reusePort = false, ipv6Only = false, owner }: DatagramOptions,
  ) {
    super()
    this.type = type
    this.#host = host
    this.#socket = host.transport.datagram(type === 'udp4' ? 'ipv4' : 'ipv6', owner)
    if (reuseAddr) this.#socket.set('reuseAddress', true)
    if (reusePort) this.#socket.set('reusePort', true)
    if (type === 'udp6' && ipv6Only) this.#socket.set('v6only', true)
    this.#socket.notify = () => this.#receive()
  }

  /** `(port?, address?, listening?)` or `({ port, address }, listening?)`. */
  bind(
    ...given: readonly (number | string | { port?: number; address?: string } | (() => void) | undefined)[]
  ): this {
    this.#open()
    const listening = given.find(one => typeof one === 'function')
    const [first, second] = given.filter(one => typeof one !== 'function')
    const options =
      typeof first === 'object' ? first : { port: Number(first ?? 0), address: second as string | undefined }
    if (this.#isBound) throw stateError('ERR_SOCKET_ALREADY_BOUND', 'Socket is already bound')
    if (typeof listening === 'function') this.once('listening', listening)
    this.#isBound = true
    this.#bind(options.port ?? 0, options.address ?? this.#wildcard)
    return this
  }

  get #wildcard(): string {
    return this.type === 'udp4' ? '0.0.0.0' : '::'
  }

  #bind(port: number, name: string): void {
    soon(this.#host, () => {
      if (this.#isClosed) return
      const address = resolve(this.#host, name, this.type === 'udp4' ? 4 : 6)
      const refused = address instanceof Error ? address : this.#refusal(address, port)
      if (refused === null) this.emit('listening')
      else {
        this.#isBound = false
        this.emit('error', refused)
      }
    })
  }

  #refusal(address: Address, port: number): Error | null {
    const errno = this.#socket.bind(address, port)
    return errno === 'OK' ? null : errorAt(errno, 'bind', { address, port })
  }

  /** Node binds to all addresses before anything is sent. */
  #bindIfNot(): void {
    if (this.#isBound) return
    this.#isBound = true
    const refused = this.#refusal(this.#wildcard as Address, 0)
    if (refused !== null) soon(this.#host, () => this.emit('error', refused))
    else soon(this.#host, () => !this.#isClosed && this.emit('listening'))
  }

  #receive(): void {
    this.#host.below.tell?.()
    for (let got = this.#socket.receive(); got !== null && !this.#isClosed; got = this.#socket.receive()) {
      if ('errno' in got) this.emit('error', plainError(got.errno, 'recvmsg'))
      else {
        const { data, from } = got
        const info: RemoteInfo = { ...from, family: familyName(from.address)!, size: data.length }
        this.emit('message', Buffer.from(data), info)
      }
    }
  }

  /** `(message, [offset, length,] [port [, address]] [, done])`. */
  send(...given: Given): void {
    this.#open()
    const done = given.findLast(one => typeof one === 'function') as Done | undefined
    const plain = given.filter(one => typeof one !== 'function')
    const { message, port, name } = sending(plain, this.#socket.peerEnd !== null)
    this.#bindIfNot()
    soon(this.#host, () => {
      if (this.#isClosed) return
      const error = this.#send(message, port, name)
      if (error === null) done?.(null, message.length)
      else if (done !== undefined) done(error, 0)
      // As Node: only a name that isn't found is told to everybody.
      else if ('hostname' in error) this.emit('error', error)
    })
  }

  #send(message: Uint8Array, port: number | undefined, name: string | undefined): Error | null {
    if (port === undefined) {
      const errno = this.#socket.send(message)
      return errno === 'OK' ? null : plainError(errno, 'send')
    }
    const address = resolve(
      this.#host,
      name ?? (this.type === 'udp4' ? '127.0.0.1' : '::1'),
      this.type === 'udp4' ? 4 : 6,
    )
    if (address instanceof Error) return address
    const errno = this.#socket.send(message, { address, port })
    return errno === 'OK' ? null : errorAt(errno, 'send', { address, port })
  }

  connect(port: number, address?: string | (() => void), connected?: () => void): void {
    this.#open()
    const done = typeof address === 'function' ? address : connected
    const name = typeof address === 'string' ? address : this.type === 'udp4' ? '127.0.0.1' : '::1'
    this.#bindIfNot()
    if (done !== undefined) this.once('connect', done)
    soon(this.#host, () => {
      if (this.#isClosed) return
      const to = resolve(this.#host, name, this.type === 'udp4' ? 4 : 6)
      const errno = to instanceof Error ? to : this.#socket.connect(to, port)
      if (errno === 'OK') this.emit('connect')
      else
        this.emit(
          'error',
          errno instanceof Error ? errno : errorAt(errno, 'connect', { address: to as Address, port }),
        )
    })
  }

  disconnect(): void {
    if (this.#socket.peerEnd === null) throw stateError('ERR_SOCKET_DGRAM_NOT_CONNECTED', 'Not connected')
    this.#socket.disconnect()
  }

  close(closed?: () => void): this {
    this.#open()
    if (closed !== undefined) this.once('close', closed)
    this.#isClosed = true
    this.#socket.close()
    soon(this.#host, () => this.emit('close'))
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return
    await new Promise<void>(resolved => {
      this.close(resolved)
    })
  }

  address(): { address: string; family: 'IPv4' | 'IPv6'; port: number } {
    this.#open()
    const { address, port } = this.#socket.localEnd
    if (port === 0) throw plainError('EBADF', 'getsockname')
    return { address, family: familyName(address)!, port }
  }

  remoteAddress(): { address: string; family: 'IPv4' | 'IPv6'; port: number } {
    const end = this.#socket.peerEnd
    if (end === null) throw stateError('ERR_SOCKET_DGRAM_NOT_CONNECTED', 'Not connected')
    return { ...end, family: familyName(end.address)! }
  }

  setBroadcast(on: boolean): void {
    this.#socket.mayBroadcast = on
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  #open(): void {
    if (this.#isClosed) throw stateError('ERR_SOCKET_DGRAM_NOT_RUNNING', 'Not running')
  }
}

interface Sending {
  readonly message: Uint8Array
  readonly port?: number
  readonly name?: string
}

/** What is to be sent where, of the ways in which Node lets it be said. */
function sending([what, ...rest]: Given, isConnected: boolean): Sending {
  const parts = Array.isArray(what) ? what : [what as Message]
  const whole = Buffer.concat(parts.map(part => (typeof part === 'string' ? Buffer.from(part) : part)))
  const numbers = rest.filter(one => typeof one === 'number')
  const name = rest.find(one => typeof one === 'string')
  // Offset and length are told together, a port by itself.
  const isPart = numbers.length >= 2
  const port = isConnected ? undefined : numbers[isPart ? 2 : 0]
  const message = isPart ? whole.subarray(numbers[0], numbers[0]! + numbers[1]!) : whole
  if (!isConnected && (port === undefined || !(port > 0 && port < 65_536)))
    throw Object.assign(new RangeError(`Port should be > 0 and < 65536. Received ${port}.`), {
      code: 'ERR_SOCKET_BAD_PORT',
    })
  return { message, ...(port === undefined ? {} : { port }), ...(name === undefined ? {} : { name }) }
}
