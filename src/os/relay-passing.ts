/**
 * Who is being passed on at the moment: how many there may be, who has said nothing for too long, and when the last has gone.
 */
import type { Because } from './relay-connection.ts'
import type { Doors } from './relay-doors.ts'

export interface Passing {
  /** Without activity for so long it is cut; 0 for never. */
  idleMs: number
  /** Another number whenever something was passed on. */
  readonly activity: number
  cut(because: Because): void
}

interface Watched {
  activity: number
  /** Monotonic. */
  since: number
}

/** Looks are so far apart, milliseconds: a quarter of the shortest wait, within these. */
const [OFTEN, SELDOM] = [10, 1000]

export class RelayPassing {
  readonly #doors: Doors
  readonly #atMost: number
  readonly #all = new Map<Passing, Watched>()
  #stopLooking: (() => void) | null = null
  readonly #waiting: (() => void)[] = []

  constructor(doors: Doors, atMost: number) {
    this.#doors = doors
    this.#atMost = atMost
  }

  get count(): number {
    return this.#all.size
  }

  get full(): boolean {
    return this.#all.size >= this.#atMost
  }

  add(one: Passing): void {
    this.#all.set(one, { activity: one.activity, since: this.#doors.monotonic() })
    this.#look()
  }

  delete(one: Passing): void {
    this.#all.delete(one)
    if (this.#all.size > 0) return
    this.#stopLooking?.()
    this.#stopLooking = null
    for (const told of this.#waiting.splice(0)) told()
  }

  /** Once nobody is there any more. */
  empty(): Promise<void> {
    if (this.#all.size === 0) return Promise.resolve()
    return new Promise(resolve => this.#waiting.push(resolve))
  }

  cutAll(): void {
    for (const one of [...this.#all.keys()]) one.cut('cut')
  }

  /** From now on a shorter wait may be what counts. */
  hurry(change: (one: Passing) => void): void {
    for (const one of this.#all.keys()) change(one)
    this.#stopLooking?.()
    this.#stopLooking = null
    this.#look()
  }

  #look(): void {
    if (this.#stopLooking !== null) return
    let shortest = Number.POSITIVE_INFINITY
    for (const { idleMs } of this.#all.keys()) if (idleMs > 0 && idleMs < shortest) shortest = idleMs
    if (shortest === Number.POSITIVE_INFINITY) return
    const pause = Math.min(SELDOM, Math.max(OFTEN, shortest / 4))
    this.#stopLooking = this.#doors.after(pause, () => {
      this.#stopLooking = null
      this.#cutIdle()
      this.#look()
    })
  }

  #cutIdle(): void {
    const now = this.#doors.monotonic()
    for (const [one, watched] of [...this.#all]) {
      const { activity, idleMs } = one
      if (activity !== watched.activity) this.#all.set(one, { activity, since: now })
      else if (idleMs > 0 && now - watched.since >= idleMs) one.cut('idle')
    }
  }
}
