/**
 * One client's datagrams to one listener of ours, and the answers back to it: a socket of its own towards the other side, so that
 * every answer finds its client. Where a name has several addresses and the first says that nobody listens there, the next is tried.
 */
import type { Address } from '../model/address.ts'
import { familyOf, UNSPECIFIED_V4, UNSPECIFIED_V6 } from '../model/address.ts'
import type { Endpoint } from '../model/endpoint.ts'
import type { Port } from '../model/port.ts'
import { endpointOf } from './open-doors.ts'
import { type Tried, triedOf } from './reach.ts'
import type { Because } from './relay-connection.ts'
import { codeOf, type Doors, type PacketSocket } from './relay-doors.ts'
import type { Passing } from './relay-passing.ts'

export interface ConversationEnds {
  readonly doors: Doors
  readonly to: { readonly host: string; readonly port: number }
  readonly bufferBytes: number
  /** Hands an answer to the client; its error, if any. */
  answer(bytes: Uint8Array, done: (error: Error | null) => void): void
  opened(to: Endpoint, as: Endpoint): void
  /** Told once. */
  failed(tried: Tried): void
  over(because: Because): void
}

export class RelayConversation implements Passing {
  idleMs: number
  forth = 0
  back = 0
  dropped = 0
  readonly #ends: ConversationEnds
  #socket: PacketSocket | null = null
  #connected = false
  #addresses: readonly Address[] = []
  /** What waits for the socket, and how many bytes that is. */
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  /** The last one sent while nothing has come back: for the next address. */
  #last: Uint8Array | null = null
  #heard = 0
  #hasFailed = false
  #over = false

  constructor(ends: ConversationEnds, idleMs: number) {
    this.#ends = ends
    this.idleMs = idleMs
    void this.#find()
  }

  get activity(): number {
    return this.#heard
  }

  /** From the client. */
  pass(bytes: Uint8Array): void {
    if (this.#over) return
    this.#heard++
    if (this.#connected) this.#send(bytes)
    else this.#keep(bytes)
  }

  cut(because: Because): void {
    if (this.#over) return
    this.#over = true
    this.dropped += this.#waiting.length
    this.#socket?.close()
    this.#ends.over(because)
  }

  #keep(bytes: Uint8Array): void {
    if (this.#waitingBytes + bytes.length > this.#ends.bufferBytes) this.dropped++
    else {
      this.#waiting.push(bytes)
      this.#waitingBytes += bytes.length
    }
  }

  async #find(): Promise<void> {
    const { doors, to } = this.#ends
    const found = await doors.resolve(to.host)
    if (this.#over) return
    if (found.kind === 'found') {
      this.#addresses = found.addresses
      this.#next()
    } else this.#fail(triedOf(found.code))
  }

  /** Towards the next address. */
  #next(): void {
    const [address, ...rest] = this.#addresses
    this.#addresses = rest
    if (address === undefined) return
    const { doors, to } = this.#ends
    const type = familyOf(address) === 'ipv6' ? 'udp6' : 'udp4'
    const socket = doors.packets({ type, ipv6Only: false })
    this.#socket = socket
    socket.on('error', error => this.#troubled(error))
    socket.on('message', bytes => this.#answer(bytes))
    socket.once('connect', () => this.#stands({ address, port: to.port as Port }))
    socket.once('listening', () => socket.connect(to.port, address))
    socket.bind({ port: 0, address: type === 'udp6' ? UNSPECIFIED_V6 : UNSPECIFIED_V4, exclusive: true })
  }

  #stands(to: Endpoint): void {
    if (this.#over) return
    this.#connected = true
    this.#ends.opened(to, endpointOf(this.#socket!.address()))
    const waiting = this.#waiting
    this.#waiting = []
    this.#waitingBytes = 0
    for (const bytes of waiting) this.#send(bytes)
  }

  #send(bytes: Uint8Array): void {
    const socket = this.#socket!
    if ((socket.getSendQueueSize?.() ?? 0) + bytes.length > this.#ends.bufferBytes) {
      this.dropped++
      return
    }
    if (this.back === 0) this.#last = bytes
    socket.send(bytes, error => {
      if (error === null) this.forth += bytes.length
      else {
        this.dropped++
        if (this.#socket === socket) this.#troubled(error)
      }
    })
  }

  #answer(bytes: Uint8Array): void {
    if (this.#over) return
    this.#heard++
    this.#last = null
    this.#ends.answer(bytes, error => {
      if (error === null) this.back += bytes.length
      else this.dropped++
    })
  }

  /** Of a connected datagram socket: an ICMP error about something sent (udp(7)), or a limit of this host. */
  #troubled(error: Error): void {
    if (this.#over) return
    if (this.back > 0 || this.#addresses.length === 0) {
      this.#fail(triedOf(codeOf(error)))
      return
    }
    this.#socket?.close()
    this.#connected = false
    if (this.#last !== null) this.#keep(this.#last)
    this.#next()
  }

  #fail(tried: Tried): void {
    if (this.#hasFailed) return
    this.#hasFailed = true
    this.#ends.failed(tried)
  }
}
