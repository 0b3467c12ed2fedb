/**
 * How many tries of a target are lost, as those ports show that answered in the end; and how often a port has to be asked before its
 * silence says something. A port answers a try with the chance 1 - p, so that one that would answer is silent n times with the chance p^n.
 */

/** A port is never asked more often, whatever is lost. */
export const MOST_TRIES = 10
/** The chance that is left that a silent port would have answered. */
const LEFT = 0.001
/** One lost try is no sign: the first often waits for a neighbour. */
export const LEAST_LOST = 2

export class Loss {
  #lost = 0
  #answered = 0

  /** A port was heard at that try, from 1: those before it were lost. */
  learn(turn: number): void {
    this.#lost += turn - 1
    this.#answered++
  }

  /** How often a silent port is asked in all: `planned`, or more where tries are lost. */
  triesFor(planned: number): number {
    if (this.#lost < LEAST_LOST) return planned
    const rate = this.#lost / (this.#lost + this.#answered)
    const needed = Math.ceil(Math.log(LEFT) / Math.log(rate))
    return Math.max(planned, Math.min(MOST_TRIES, needed))
  }
}
