/** Tells once a socket has been idle for so long, in simulated time; touching it is cheap, for a timer that is set stays set. */
import type { Timer } from '../transport/transport.ts'
import type { NodeHost } from './node-host.ts'

export class IdleTimer {
  readonly #host: NodeHost
  readonly #tell: () => void
  #timer: Timer | null = null
  #touchedAt = 0
  /** 0: off. */
  ms = 0

  constructor(host: NodeHost, tell: () => void) {
    this.#host = host
    this.#tell = tell
  }

  set(ms: number): void {
    this.stop()
    this.ms = ms
    if (ms > 0) this.#arm(ms)
    this.touch()
  }

  touch(): void {
    this.#touchedAt = this.#host.below.now()
    if (this.#timer === null && this.ms > 0) this.#arm(this.ms)
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = null
    this.ms = 0
  }

  #arm(afterMs: number): void {
    this.#timer = this.#host.below.schedule(afterMs, () => {
      this.#timer = null
      const left = this.#touchedAt + this.ms - this.#host.below.now()
      if (left > 0) this.#arm(left)
      else {
        this.#host.below.tell?.()
        this.#tell()
      }
    })
  }
}
