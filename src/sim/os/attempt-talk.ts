/** An attempt on a simulated host that has come to its outcome, over which one can still talk. */
import type { Endpoint } from '../../model/endpoint.ts'
import type { Known } from '../../model/known.ts'
import type { Attempt, Received, Seen } from '../../os/attempt.ts'
import { type Tried, type TryOptions, triedOf } from '../../os/reach.ts'
import type { Engine } from '../engine/engine.ts'
import type { TcpSocket, UdpSocket } from '../transport/transport.ts'
import type { AttemptSight } from './attempt-sight.ts'

const READ_SIZE = 65_536
/** Simulated milliseconds until a peer that takes nothing is given up. */
const SEND_PATIENCE_MS = 10_000

export interface AttemptResult {
  readonly outcome: Tried
  readonly atOnce: boolean
  readonly ms: number
  readonly local: Known<Endpoint>
}

export class Conversing implements Attempt {
  readonly outcome: Tried
  readonly atOnce: boolean
  readonly ms: number
  readonly local: Known<Endpoint>
  readonly #engine: Engine
  readonly #socket: TcpSocket | UdpSocket
  readonly #sight: AttemptSight
  /** Errors for datagrams that nobody was told yet: as with IP_RECVERR, soft ones count. */
  readonly #untold: string[] = []
  #closed = false
  #wake = (): void => {}

  constructor(
    engine: Engine,
    socket: TcpSocket | UdpSocket,
    sight: AttemptSight,
    { outcome, atOnce, ms, local }: AttemptResult,
  ) {
    this.#engine = engine
    this.#socket = socket
    this.#sight = sight
    this.outcome = outcome
    this.atOnce = atOnce
    this.ms = ms
    this.local = local
    socket.notify = () => this.#wake()
    sight.onError = ({ errno }) => {
      if ('tcb' in socket) return
      this.#untold.push(errno)
      this.#wake()
    }
  }

  async seen(): Promise<Seen> {
    return this.#sight.seen('tcb' in this.#socket ? this.#socket.tcb : null)
  }

  async send(bytes: Uint8Array): Promise<Tried> {
    if (this.#closed) return triedOf('EBADF')
    if (this.outcome.kind !== 'yes') return this.outcome
    const socket = this.#socket
    if (!('tcb' in socket)) {
      // What an earlier datagram brought about is told by receive().
      socket.takeError()
      const errno = socket.send(bytes.slice())
      return errno === 'OK' ? { kind: 'yes' } : triedOf(errno)
    }
    for (let at = 0; at < bytes.length; ) {
      const written = socket.write(bytes.subarray(at))
      if (typeof written === 'string') return triedOf(written)
      at += written
      if (at < bytes.length && !(await this.#woken({ timeoutMs: SEND_PATIENCE_MS })))
        return { kind: 'timed-out' }
    }
    return { kind: 'yes' }
  }

  async receive({ timeoutMs, signal }: TryOptions): Promise<Received> {
    signal?.throwIfAborted()
    const deadline = this.#engine.now() + timeoutMs
    for (;;) {
      const came = this.#take()
      if (came !== undefined) return came
      const left = deadline - this.#engine.now()
      const options = { timeoutMs: left, ...(signal === undefined ? {} : { signal }) }
      if (left <= 0 || !(await this.#woken(options))) return this.#take() ?? { kind: 'nothing' }
    }
  }

  #take(): Received | undefined {
    if (this.#closed) return failed(triedOf('EBADF'))
    if (this.outcome.kind !== 'yes') return failed(this.outcome)
    const socket = this.#socket
    if ('tcb' in socket) {
      const read = socket.read(READ_SIZE)
      if (read === 'end') return { kind: 'end' }
      if (!(read instanceof Uint8Array)) return failed(triedOf(read.errno))
      return read.length === 0 ? undefined : { kind: 'bytes', bytes: read }
    }
    const untold = this.#untold.shift()
    socket.takeError()
    if (untold !== undefined) return failed(triedOf(untold))
    const datagram = socket.receive()
    return datagram !== null && 'data' in datagram ? { kind: 'bytes', bytes: datagram.data } : undefined
  }

  /** Whether something happened before the time was over. */
  #woken({ timeoutMs, signal }: TryOptions): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const end = (say: () => void): void => {
        timer.cancel()
        signal?.removeEventListener('abort', stop)
        this.#wake = () => {}
        this.#engine.tell()
        say()
      }
      const stop = (): void => end(() => reject(signal?.reason))
      const timer = this.#engine.schedule(timeoutMs, () => end(() => resolve(false)))
      signal?.addEventListener('abort', stop, { once: true })
      this.#wake = () => end(() => resolve(true))
    })
  }

  async finish(): Promise<void> {
    if (!this.#closed && 'tcb' in this.#socket) this.#socket.shutdown('write')
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#sight.close()
    this.#socket.close()
    this.#wake()
  }
}

const failed = (tried: Tried): Received => ({ kind: 'failed', tried })
