/**
 * How far a scan has come, on stderr: how many of how many, at what rate, how much time is left. A terminal has one line that is written
 * over; elsewhere a line is written now and then. What takes less than a second has none.
 */
import type { Output } from '../context.ts'
import { duration } from './scan-item.ts'

const TERMINAL_FIRST_MS = 1000
const TERMINAL_MS = 200
const ELSEWHERE_MS = 10_000

export class Progress {
  readonly #to: Output
  readonly #all: number
  readonly #now: () => number
  readonly #began: number
  #saidAt: number
  #shown = 0

  /** `now`: milliseconds that never go back. */
  constructor(to: Output, all: number, now: () => number) {
    this.#to = to
    this.#all = all
    this.#now = now
    this.#began = now()
    this.#saidAt = this.#began + (to.isTTY ? TERMINAL_FIRST_MS - TERMINAL_MS : 0)
  }

  async step(done: number, open: number): Promise<void> {
    const now = this.#now()
    if (now - this.#saidAt < (this.#to.isTTY ? TERMINAL_MS : ELSEWHERE_MS)) return
    this.#saidAt = now
    const text = progressText({ done, open, all: this.#all, ms: now - this.#began })
    if (!this.#to.isTTY) {
      await this.#to.write(`ports: ${text}\n`)
      return
    }
    const line = text.slice(0, Math.max(1, this.#to.columns - 1))
    await this.#to.write(`\r${line.padEnd(this.#shown)}`)
    this.#shown = line.length
  }

  /** Takes the line away. */
  async end(): Promise<void> {
    if (this.#shown > 0) await this.#to.write(`\r${' '.repeat(this.#shown)}\r`)
    this.#shown = 0
  }
}

/** `12400 of 65535 ports, 480 a second, 1 min 50 s left, 3 open` */
export function progressText({
  done,
  open,
  all,
  ms,
}: {
  readonly done: number
  readonly open: number
  readonly all: number
  readonly ms: number
}): string {
  const rate = (1000 * done) / ms
  const left = done === 0 ? 'nothing settled yet' : `${duration((1000 * (all - done)) / rate)} left`
  return `${done} of ${all} ports, ${Math.round(rate)} a second, ${left}, ${open} open`
}
