/** A listener for datagrams that are passed on: which conversation each belongs to. */
import { parseAddress, unmap } from '../model/address.ts'
import type { Endpoint } from '../model/endpoint.ts'
import type { Port } from '../model/port.ts'
import type { PacketSocket, PacketSource } from './relay-doors.ts'

export interface PacketTaker {
  pass(bytes: Uint8Array): void
}

/** What answers to a client need: the same socket that it spoke to, and its address as the socket has it. */
export type AnswerClient = (bytes: Uint8Array, done: (error: Error | null) => void) => void

export class RelayPackets {
  readonly #socket: PacketSocket
  readonly #takers = new Map<string, PacketTaker>()
  #closing = false
  #closed = false

  /** `welcome`: a conversation for a client that has none, or null where it may have none. */
  constructor(
    socket: PacketSocket,
    welcome: (from: Endpoint, answer: AnswerClient, gone: () => void) => PacketTaker | null,
  ) {
    this.#socket = socket
    socket.on('message', (bytes, source) => {
      const key = `${source.address} ${source.port}`
      let taker = this.#takers.get(key)
      if (taker === undefined) {
        if (this.#closing) return
        const made = welcome(endOf(source), this.#answerTo(source), () => {
          this.#takers.delete(key)
          this.#closeIfDone()
        })
        if (made === null) return
        taker = made
        this.#takers.set(key, taker)
      }
      taker.pass(bytes)
    })
  }

  /** Nobody new; closed once the last conversation is over. */
  close(): void {
    this.#closing = true
    this.#closeIfDone()
  }

  #closeIfDone(): void {
    if (!this.#closing || this.#closed || this.#takers.size > 0) return
    this.#closed = true
    this.#socket.close()
  }

  #answerTo({ address, port }: PacketSource): AnswerClient {
    return (bytes, done) => {
      if (this.#closed) done(new Error('the listener is closed'))
      else this.#socket.send(bytes, port, address, done)
    }
  }
}

const endOf = ({ address, port }: PacketSource): Endpoint => ({
  address: unmap(parseAddress(address)),
  port: port as Port,
})
