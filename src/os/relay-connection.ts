/**
 * One connection that is passed on: what each end says goes to the other, and so does the end of it, for each way by itself
 * (RFC 9293 section 3.6: a half-closed connection still carries the other way). A reset is passed on as a reset. Who is slow to read slows who
 * writes: of each way as much is kept as the other stream takes before it says enough, and one reading more.
 */
import type { StreamSocket } from './relay-doors.ts'
import { resetStream } from './reset-stream.ts'

export type Because = 'ended' | 'reset' | 'idle' | 'cut'

export class RelayConnection {
  forth = 0
  back = 0
  readonly #client: StreamSocket
  readonly #upstream: StreamSocket
  #because: Because = 'ended'
  #open = 2

  /** The client is paused; the other end stands. `over`: once both are gone. */
  constructor(client: StreamSocket, upstream: StreamSocket, over: (because: Because) => void) {
    this.#client = client
    this.#upstream = upstream
    for (const socket of [client, upstream]) {
      socket.on('error', () => this.cut('reset'))
      socket.once('close', () => {
        this.#open--
        if (this.#open === 0) over(this.#because)
      })
    }
    passOn(client, upstream, bytes => {
      this.forth += bytes
    })
    passOn(upstream, client, bytes => {
      this.back += bytes
    })
    // One that broke before anybody listened to it.
    if (client.destroyed || upstream.destroyed) {
      this.#open -= Number(client.closed) + Number(upstream.closed)
      this.cut('reset')
      if (this.#open === 0) queueMicrotask(() => over(this.#because))
    }
  }

  /** Another number whenever a byte came, or went to a slow reader. */
  get activity(): number {
    return 2 * (this.forth + this.back) - this.#client.writableLength - this.#upstream.writableLength
  }

  cut(because: Because): void {
    if (this.#because === 'ended') this.#because = because
    for (const socket of [this.#client, this.#upstream]) resetStream(socket)
  }
}

function passOn(from: StreamSocket, to: StreamSocket, count: (bytes: number) => void): void {
  from.on('data', (chunk: Uint8Array) => {
    count(chunk.length)
    if (!to.write(chunk)) from.pause()
  })
  to.on('drain', () => from.resume())
  from.once('end', () => to.end())
  from.resume()
}
