/** An attempt that has come to its outcome, over which one can still talk. */
import type { Endpoint } from '../../model/endpoint.ts'
import type { Known } from '../../model/known.ts'
import type { Attempt, AttemptRequest, Received, Seen } from '../attempt.ts'
import { offHeap } from '../ffi.ts'
import { type Tried, type TryOptions, triedOf } from '../reach.ts'
import type { AttemptSight } from './attempt-sight.ts'
import { errnoName } from './errno-name.ts'
import { MSG_DONTWAIT } from './read-message.ts'
import { POLLIN, POLLOUT } from './readiness.ts'
import type { TrialContext } from './trial-context.ts'
import { EAGAIN } from './trial-socket.ts'

const MSG_NOSIGNAL = 0x4000
const SHUT_WR = 1
/** Milliseconds until a peer that takes nothing is given up. */
const SEND_PATIENCE_MS = 10_000

export interface AttemptResult {
  readonly outcome: Tried
  readonly atOnce: boolean
  readonly ms: number
  readonly local: Known<Endpoint>
}

export class OpenAttempt implements Attempt {
  readonly outcome: Tried
  readonly atOnce: boolean
  readonly ms: number
  readonly local: Known<Endpoint>
  readonly #context: TrialContext
  readonly #tcp: boolean
  readonly #sight: AttemptSight
  #fd: number
  /** Errors for datagrams, by the system's word, which nobody was told yet. */
  readonly #untold: string[] = []
  #last: Seen | undefined
  readonly #closing = new AbortController()

  constructor(
    context: TrialContext,
    request: AttemptRequest,
    fd: number,
    sight: AttemptSight,
    { outcome, atOnce, ms, local }: AttemptResult,
  ) {
    this.outcome = outcome
    this.atOnce = atOnce
    this.ms = ms
    this.local = local
    this.#context = context
    this.#tcp = request.protocol === 'tcp'
    this.#sight = sight
    this.#fd = fd
  }

  async seen(): Promise<Seen> {
    if (this.#fd < 0) return this.#last!
    this.#drain()
    return this.#sight.seen()
  }

  #drain(): void {
    const errors = this.#sight.drain()
    if (!this.#tcp) this.#untold.push(...errors.map(({ errno }) => errno))
  }

  async send(bytes: Uint8Array): Promise<Tried> {
    if (this.outcome.kind !== 'yes') return this.outcome
    const { libc } = this.#context
    const whole = offHeap(Math.max(bytes.length, 1))
    whole.set(bytes)
    // An error about an earlier datagram would else be taken for one of this.
    if (this.#fd >= 0) this.#drain()
    const untold = this.#untold.length
    let at = 0
    do {
      if (this.#fd < 0) return triedOf('EBADF')
      const part = whole.subarray(at, bytes.length)
      const sent = libc.send(this.#fd, part, part.length, MSG_DONTWAIT | MSG_NOSIGNAL)
      const errno = sent < 0 ? libc.errno() : 0
      if (errno !== 0 && errno !== EAGAIN) {
        this.#drain()
        this.#untold.length = untold
        return triedOf(errnoName(errno))
      }
      if (errno === EAGAIN && !(await this.#ready(POLLOUT, SEND_PATIENCE_MS))) return { kind: 'timed-out' }
      at += Math.max(sent, 0)
    } while (at < bytes.length)
    return { kind: 'yes' }
  }

  async receive({ timeoutMs, signal }: TryOptions): Promise<Received> {
    signal?.throwIfAborted()
    if (this.outcome.kind !== 'yes') return { kind: 'failed', tried: this.outcome }
    const deadline = performance.now() + timeoutMs
    for (;;) {
      const received = this.#take()
      if (received !== undefined) return received
      const left = deadline - performance.now()
      if (left <= 0 || !(await this.#ready(POLLIN, left, signal))) {
        return this.#take() ?? { kind: 'nothing' }
      }
    }
  }

  #take(): Received | undefined {
    if (this.#fd < 0) return failed('EBADF')
    const { libc } = this.#context
    this.#drain()
    const untold = this.#untold.shift()
    if (untold !== undefined) return failed(untold)
    const length = libc.recv(this.#fd, ROOM, ROOM.length, MSG_DONTWAIT)
    if (length > 0 || (length === 0 && !this.#tcp))
      return { kind: 'bytes', bytes: Uint8Array.from(ROOM.subarray(0, length)) }
    if (length === 0) return { kind: 'end' }
    const errno = libc.errno()
    return errno === EAGAIN ? undefined : failed(errnoName(errno))
  }

  async #ready(events: number, timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
    const closing = this.#closing.signal
    const any = signal === undefined ? closing : AbortSignal.any([signal, closing])
    try {
      return (await this.#sight.wait(events, timeoutMs, any)) !== 0
    } catch (error) {
      // Who waits while it is closed finds that out by trying.
      if (closing.aborted && signal?.aborted !== true) return true
      throw error
    }
  }

  async finish(): Promise<void> {
    if (this.#fd >= 0) this.#context.libc.shutdown(this.#fd, SHUT_WR)
  }

  async close(): Promise<void> {
    if (this.#fd < 0) return
    this.#closing.abort()
    this.#last = this.#sight.seen()
    this.#context.libc.close(this.#fd)
    this.#fd = -1
    this.#sight.close()
  }
}

const failed = (code: string): Received => ({ kind: 'failed', tried: triedOf(code) })

/** Each read is done with it when it returns. */
const ROOM = offHeap(0x10000)
