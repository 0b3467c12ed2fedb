/**
 * What is to happen, soonest first: binary heaps ordered by time, then by who came first, so that the same events always run in
 * the same order. Packets have a heap of their own, which stays small beside that of timers.
 */

/** Who gets a packet. */
export interface Receiver<Packet> {
  arrived(packet: Packet): void
}

/** An event, and the handle by which it is cancelled. */
export class Event {
  readonly at: number
  readonly sequence: number
  /** Null once it has run or was cancelled, and of a packet. */
  run: (() => void) | null
  readonly #heap: Heap

  constructor(at: number, sequence: number, run: (() => void) | null, heap: Heap) {
    this.at = at
    this.sequence = sequence
    this.run = run
    this.#heap = heap
  }

  cancel(): void {
    if (this.run === null) return
    this.run = null
    this.#heap.wasCancelled()
  }
}

/** A packet that arrives somewhere. */
class Arrival<Packet> {
  readonly at: number
  readonly sequence: number
  readonly receiver: Receiver<Packet>
  readonly packet: Packet

  constructor(at: number, sequence: number, receiver: Receiver<Packet>, packet: Packet) {
    this.at = at
    this.sequence = sequence
    this.receiver = receiver
    this.packet = packet
  }
}

type Item = Event | Arrival<unknown>

/** Below this many, cancelled events aren't worth sweeping out. */
const FEW = 1024

class Heap {
  #items: Item[] = []
  #cancelled = 0

  get size(): number {
    return this.#items.length - this.#cancelled
  }

  /** The next one that is to run; undefined for none. */
  first(): Item | undefined {
    let first = this.#items[0]
    while (first !== undefined && first instanceof Event && first.run === null) {
      this.#cancelled--
      this.removeFirst()
      first = this.#items[0]
    }
    return first
  }

  add(item: Item): void {
    this.#items.push(item)
    this.#rise(this.#items.length - 1)
  }

  removeFirst(): void {
    const last = this.#items.pop()!
    if (this.#items.length > 0) this.#sink(0, last)
  }

  clear(): void {
    this.#items = []
    this.#cancelled = 0
  }

  /** Timers are set for every packet and mostly cancelled: once they are the most, they are swept out. */
  wasCancelled(): void {
    this.#cancelled++
    if (this.#cancelled < FEW || this.#cancelled * 2 < this.#items.length) return
    this.#items = this.#items.filter(one => !(one instanceof Event) || one.run !== null)
    this.#cancelled = 0
    for (let i = (this.#items.length >> 1) - 1; i >= 0; i--) this.#sink(i, this.#items[i]!)
  }

  #rise(from: number): void {
    const items = this.#items
    const item = items[from]!
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (isBefore(items[parent]!, item)) break
      items[at] = items[parent]!
      at = parent
    }
    items[at] = item
  }

  #sink(from: number, item: Item): void {
    const items = this.#items
    let at = from
    for (;;) {
      let child = 2 * at + 1
      if (child >= items.length) break
      if (child + 1 < items.length && isBefore(items[child + 1]!, items[child]!)) child++
      if (isBefore(item, items[child]!)) break
      items[at] = items[child]!
      at = child
    }
    items[at] = item
  }
}

export class EventQueue {
  readonly #timers = new Heap()
  readonly #packets = new Heap()
  #sequence = 0

  /** How many are to run. */
  get size(): number {
    return this.#timers.size + this.#packets.size
  }

  /** How many of them are packets. */
  get packets(): number {
    return this.#packets.size
  }

  add(at: number, run: () => void): Event {
    const event = new Event(at, this.#sequence++, run, this.#timers)
    this.#timers.add(event)
    return event
  }

  /** A packet that arrives at that time. */
  carry<Packet>(at: number, receiver: Receiver<Packet>, packet: Packet): void {
    this.#packets.add(new Arrival(at, this.#sequence++, receiver as Receiver<unknown>, packet))
  }

  /** The time of the next one; undefined for none. */
  nextAt(): number | undefined {
    const [timer, packet] = [this.#timers.first(), this.#packets.first()]
    if (timer === undefined) return packet?.at
    return packet === undefined || timer.at < packet.at ? timer.at : packet.at
  }

  /** Takes the next one out; undefined for none. */
  take(): (() => void) | undefined {
    const next = this.#next()
    if (next === undefined) return undefined
    if (next instanceof Arrival) return () => next.receiver.arrived(next.packet)
    const { run } = next
    next.run = null
    return run!
  }

  /** Runs all that is to happen up to and at that time, and what comes of it by then. */
  runAt(at: number): void {
    for (;;) {
      const timer = this.#timers.first()
      const packet = this.#packets.first()
      if (packet !== undefined && packet.at <= at && (timer === undefined || isBefore(packet, timer))) {
        this.#packets.removeFirst()
        const { receiver, packet: what } = packet as Arrival<unknown>
        receiver.arrived(what)
      } else if (timer !== undefined && timer.at <= at) {
        this.#timers.removeFirst()
        const { run } = timer as Event
        ;(timer as Event).run = null
        run!()
      } else return
    }
  }

  clear(): void {
    this.#timers.clear()
    this.#packets.clear()
  }

  #next(): Item | undefined {
    const timer = this.#timers.first()
    const packet = this.#packets.first()
    const isPacket = packet !== undefined && (timer === undefined || isBefore(packet, timer))
    const heap = isPacket ? this.#packets : this.#timers
    const next = isPacket ? packet : timer
    if (next !== undefined) heap.removeFirst()
    return next
  }
}

const isBefore = (a: Item, b: Item): boolean => a.at < b.at || (a.at === b.at && a.sequence < b.sequence)
