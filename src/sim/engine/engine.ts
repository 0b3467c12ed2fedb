/**
 * Time and chance of a simulated network: one queue of events, one seeded generator, a clock that is turned by hand or by itself.
 *
 * Programs that run on Node's event loop take part: whenever something was told to one, it gets a turn of the loop before time goes
 * on, so that its answer leaves at the instant of the question. A program that waits for nothing but the network, microtasks,
 * `nextTick` and one `setImmediate` sees the same at every run of a seed; one that asks the real clock, or the disk, may not.
 */
import { EventQueue, type Receiver } from './event-queue.ts'
import { seededRandom } from './random.ts'

export { EventQueue } from './event-queue.ts'
export { seededRandom } from './random.ts'

export interface EngineOptions {
  readonly seed: number | string
  /** `by-hand`: time stands still but in `advance`, `run` and `settled`. */
  readonly clock: 'by-hand' | 'by-itself'
  /**
   * By itself: while no packet is on its way, simulated time goes at most so many times as fast as real time, so that a program
   * that is busy elsewhere isn't timed out. `Infinity` leaps at once.
   */
  readonly speed: number
}

export interface Timer {
  cancel(): void
}

/** Real milliseconds below which a wait isn't worth a timer of Node's. */
const SHORTEST_WAIT = 1
/** Instants that run at a stretch before Node's event loop has its turn, when nobody was told anything. */
const STRETCH = 10_000

export class Engine {
  readonly random: () => number
  readonly #queue = new EventQueue()
  readonly #options: EngineOptions
  readonly #goesAlone: boolean
  #now = 0
  #told = false
  #running = false
  #closed = false
  #turns: Promise<unknown> = Promise.resolve()
  #endNap: (() => void) | undefined

  constructor(options: EngineOptions) {
    this.#options = options
    this.#goesAlone = options.clock === 'by-itself'
    this.random = seededRandom(options.seed)
  }

  /** Simulated milliseconds since the beginning, with fractions. */
  now(): number {
    return this.#now
  }

  /** How many packets are on their way. */
  get packets(): number {
    return this.#queue.packets
  }

  /** How many events are to come, packets among them. */
  get pending(): number {
    return this.#queue.size
  }

  schedule(afterMs: number, run: () => void): Timer {
    if (this.#closed) return NEVER
    const event = this.#queue.add(this.#now + Math.max(0, afterMs), run)
    if (this.#goesAlone) this.#wake()
    return event
  }

  /** A packet is on its way, and arrives after so many milliseconds. */
  carry<Packet>(afterMs: number, receiver: Receiver<Packet>, packet: Packet): void {
    if (this.#closed) return
    this.#queue.carry(this.#now + Math.max(0, afterMs), receiver, packet)
    if (this.#goesAlone) this.#wake()
  }

  /** A program of Node's may have something to do now. */
  tell(): void {
    this.#told = true
  }

  /** Lets so many milliseconds pass; with a clock that goes by itself, waits until they have. */
  advance(ms: number): Promise<void> {
    if (this.#goesAlone) return this.#passed(ms)
    return this.#inTurn(async () => {
      const end = this.#now + ms
      await this.#runWhile(() => (this.#queue.nextAt() ?? Infinity) <= end)
      this.#now = Math.max(this.#now, end)
    })
  }

  /** Until nothing is to come any more, or so many milliseconds have passed. */
  async run(atMostMs: number): Promise<void> {
    if (!this.#goesAlone)
      return this.#inTurn(() => {
        const end = this.#now + atMostMs
        return this.#runWhile(() => (this.#queue.nextAt() ?? Infinity) <= end)
      })
    const end = this.#now + atMostMs
    const limit = this.schedule(atMostMs, () => undefined)
    while (this.#queue.size > 1 && this.#now < end) await turn()
    limit.cancel()
  }

  /** Whoever waits for that has a turn before time goes on. */
  #passed(ms: number): Promise<void> {
    return new Promise(resolve => {
      this.schedule(ms, () => {
        this.tell()
        resolve()
      })
    })
  }

  /** Until no packet is on its way and no program wants to send one. */
  async settled(): Promise<void> {
    if (!this.#goesAlone) return this.#inTurn(() => this.#runWhile(() => this.#queue.packets > 0))
    do {
      while (this.#queue.packets > 0) await turn()
      await turn()
      await turn()
    } while (this.#queue.packets > 0)
  }

  /** Nothing happens any more. */
  close(): void {
    this.#closed = true
    this.#queue.clear()
    this.#endNap?.()
  }

  /** Those who turn the clock do so one after the other. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turns.then(work)
    this.#turns = done.catch(() => undefined)
    return done
  }

  async #runWhile(goesOn: () => boolean): Promise<void> {
    await turn()
    while (goesOn() && !this.#closed) {
      for (let count = 1; goesOn() && !this.#closed; count++) {
        this.#instant()
        if (!this.#told && count % STRETCH !== 0) continue
        this.#told = false
        await turn()
      }
      await turn()
    }
  }

  /** All that happens at the next moment at which anything does. */
  #instant(): void {
    const at = this.#queue.nextAt()
    if (at === undefined) return
    this.#now = Math.max(this.#now, at)
    this.#queue.runAt(at)
  }

  #wake(): void {
    this.#endNap?.()
    if (this.#running || this.#closed) return
    this.#running = true
    void this.#inTurn(() => this.#goByItself())
  }

  async #goByItself(): Promise<void> {
    let owed = 0
    try {
      await turn()
      for (let count = 1; !this.#closed; count++) {
        const at = this.#queue.nextAt()
        if (at === undefined) return
        if (this.#queue.packets === 0) {
          owed += (at - this.#now) / this.#options.speed
          if (owed >= SHORTEST_WAIT) {
            await this.#nap(owed)
            owed = 0
            // Somebody may have woken up and sent something that comes first.
            if (this.#queue.nextAt() !== at || this.#queue.packets > 0) continue
          }
        }
        this.#instant()
        if (!this.#told && count % STRETCH !== 0) continue
        this.#told = false
        await turn()
      }
    } finally {
      this.#running = false
    }
  }

  /** Real time passes, until somebody wants something. */
  async #nap(ms: number): Promise<void> {
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, ms)
      this.#endNap = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#endNap = undefined
  }
}

const NEVER: Timer = { cancel: () => undefined }

/** One turn of Node's event loop: what programs have been told, they have done by then. */
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
