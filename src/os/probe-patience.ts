/**
 * How long to wait for an answer of a target: what RFC 6298 section 2 makes of the round trips seen so far, within bounds. Each try has a
 * socket of its own, so that an answer always belongs to its try.
 */

/** Until a SYN is sent again by the kernel itself (RFC 6298 section 2.1): a later answer may be to the second one. */
const KERNEL_AGAIN_MS = 900
const LEAST_VARIATION_MS = 5
const MOST_VARIATION_MS = 2000

export class Patience {
  readonly #most: number
  readonly #least: number
  #smoothed: number | null = null
  #variation = 0

  /** Milliseconds. Before the first answer the most is waited. */
  constructor(most: number, least: number) {
    this.#most = most
    this.#least = Math.min(least, most)
  }

  /** An answer came after so long. */
  learn(ms: number): void {
    if (ms >= KERNEL_AGAIN_MS) return
    if (this.#smoothed === null) {
      this.#smoothed = ms
      this.#variation = Math.min(MOST_VARIATION_MS, Math.max(LEAST_VARIATION_MS, ms / 2))
      return
    }
    const off = ms - this.#smoothed
    this.#smoothed += off / 8
    this.#variation += (Math.abs(off) - this.#variation) / 4
  }

  /** For that try, from 1: each waits twice as long as the one before. */
  for(turn: number): number {
    if (this.#smoothed === null) return this.#most
    const usual = Math.max(this.#least, this.#smoothed + 4 * this.#variation)
    return Math.min(this.#most, usual * 2 ** (turn - 1))
  }
}
