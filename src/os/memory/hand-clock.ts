/**
 * A clock that only moves when it is told to: whoever sleeps on it wakes at the right moment, and no test waits for
 * time to pass.
 */
import type { Clock } from '../os.ts'

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

export class HandClock implements Clock {
  readonly #start: number
  #passed = 0
  readonly #sleepers = new Set<Sleeper>()
  readonly #watchers = new Set<() => void>()

  /** `now`: milliseconds since 1970. */
  constructor(now: number) {
    this.#start = now
  }

  now(): number {
    return this.#start + this.#passed
  }

  monotonic(): number {
    return this.#passed
  }

  /** How many sleep. */
  get sleepers(): number {
    return this.#sleepers.size
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason)
        return
      }
      if (ms <= 0) {
        resolve()
        return
      }
      const sleeper: Sleeper = {
        at: this.#passed + ms,
        wake: () => {
          this.#sleepers.delete(sleeper)
          signal?.removeEventListener('abort', stop)
          resolve()
        },
      }
      const stop = (): void => {
        this.#sleepers.delete(sleeper)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', stop, { once: true })
      this.#sleepers.add(sleeper)
      for (const watcher of this.#watchers) watcher()
      this.#watchers.clear()
    })
  }

  /** Resolves when somebody sleeps: a loop has done its work and waits for the next turn. */
  async whenSomebodySleeps(): Promise<void> {
    while (this.#sleepers.size === 0) await new Promise<void>(resolve => this.#watchers.add(resolve))
  }

  /**
   * Lets that many milliseconds pass. Sleepers wake in order, each at its own time, and those who lie down again on the
   * way wake again: a loop that looks once a second looks ten times in ten seconds.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#passed + ms
    for (let next = this.#next(); next !== undefined && next.at <= end; next = this.#next()) {
      this.#passed = Math.max(this.#passed, next.at)
      next.wake()
      await new Promise(resolve => setImmediate(resolve))
    }
    this.#passed = end
    await new Promise(resolve => setImmediate(resolve))
  }

  #next(): Sleeper | undefined {
    let first: Sleeper | undefined
    for (const sleeper of this.#sleepers) if (first === undefined || sleeper.at < first.at) first = sleeper
    return first
  }
}
