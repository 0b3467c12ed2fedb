/**
 * What is to happen, soonest first: a binary heap ordered by time, then by who came first, so that the same events always run in
 * the same order.
 */

/** An event, and the handle by which it is cancelled. */
export class Event {
  readonly at: number
  readonly sequence: number
  /** Null once it has run or was cancelled. */
  run: (() => void) | null
  /** A packet arrives by it. */
  readonly isPacket: boolean
  readonly #queue: EventQueue

  constructor(at: number, sequence: number, run: () => void, isPacket: boolean, queue: EventQueue) {
    this.at = at
    this.sequence = sequence
    this.run = run
    this.isPacket = isPacket
    this.#queue = queue
  }

  cancel(): void {
    if (this.run === null) return
    this.run = null
    this.#queue.wasCancelled()
  }
}

/** Below this many, cancelled events aren't worth sweeping out. */
const FEW = 1024

export class EventQueue {
  #heap: Event[] = []
  #sequence = 0
  #cancelled = 0

  /** How many are to run. */
  get size(): number {
    return this.#heap.length - this.#cancelled
  }

  add(at: number, run: () => void, isPacket = false): Event {
    const event = new Event(at, this.#sequence++, run, isPacket, this)
    this.#heap.push(event)
    this.#rise(this.#heap.length - 1)
    return event
  }

  /** The time of the next one; undefined for none. */
  nextAt(): number | undefined {
    for (let first = this.#heap[0]; first !== undefined && first.run === null; first = this.#heap[0]) {
      this.#cancelled--
      this.#removeFirst()
    }
    return this.#heap[0]?.at
  }

  /** Takes the next one out; undefined for none. */
  take(): (() => void) | undefined {
    const first = this.next()
    const run = first?.run
    if (first !== undefined) first.run = null
    return run ?? undefined
  }

  /** The same, as the event itself: whoever takes it sets its `run` to null. */
  next(): Event | undefined {
    return this.nextAt() === undefined ? undefined : this.#removeFirst()
  }

  clear(): void {
    this.#heap = []
    this.#cancelled = 0
  }

  /** Timers are set for every packet and mostly cancelled: once they are the most, they are swept out. */
  wasCancelled(): void {
    this.#cancelled++
    if (this.#cancelled < FEW || this.#cancelled * 2 < this.#heap.length) return
    this.#heap = this.#heap.filter(({ run }) => run !== null)
    this.#cancelled = 0
    for (let i = (this.#heap.length >> 1) - 1; i >= 0; i--) this.#sink(i)
  }

  #removeFirst(): Event {
    const first = this.#heap[0]!
    const last = this.#heap.pop()!
    if (this.#heap.length > 0) {
      this.#heap[0] = last
      this.#sink(0)
    }
    return first
  }

  #rise(from: number): void {
    const heap = this.#heap
    const event = heap[from]!
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (isBefore(heap[parent]!, event)) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = event
  }

  #sink(from: number): void {
    const heap = this.#heap
    const event = heap[from]!
    let at = from
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (isBefore(event, heap[child]!)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = event
  }
}

const isBefore = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.sequence < b.sequence)
