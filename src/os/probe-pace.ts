/**
 * A rate that is kept: a token bucket without a count, by the time at which the next token would come if all came evenly (the generic cell
 * rate algorithm, ITU-T I.371). Nothing moves by itself: time is an argument, milliseconds.
 */

/** So much may be begun at once after a pause, milliseconds of the rate. */
const BURST_MS = 20

export class Pace {
  readonly #interval: number
  readonly #burst: number
  #due = Number.NEGATIVE_INFINITY

  /** `perSecond`: more than 0; Infinity for no limit. */
  constructor(perSecond: number) {
    this.#interval = 1000 / perSecond
    this.#burst = Math.max(0, BURST_MS - this.#interval)
  }

  /** When the next one may begin, now or later. */
  next(now: number): number {
    return Math.max(now, this.#due - this.#burst)
  }

  /** Takes the next place, and says when it is. */
  take(now: number): number {
    const at = this.next(now)
    this.#due = Math.max(this.#due, now) + this.#interval
    return at
  }
}
