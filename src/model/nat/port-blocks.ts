/**
 * Ports in blocks: an inside host gets a whole one when it needs its first port, so that one record in a log says who had
 * all of them (RFC 6888 REQ-14, RFC 7422 section 2). A block is given back when nothing in it is mapped any more.
 */
import type { NatBehaviour, PortPool } from './behaviour.ts'

export interface PortBlock {
  /** The inside host. */
  readonly host: number
  readonly low: number
  readonly high: number
  mapped: number
}

/** The blocks of one external address. */
export class PortBlocks {
  readonly #size: number
  readonly #perHost: number
  readonly #low: number
  /** Lowest ports of the blocks that nobody has. */
  readonly #free: number[]
  readonly #byHost = new Map<number, PortBlock[]>()
  readonly #byLow = new Map<number, PortBlock>()
  readonly #resting: { readonly low: number; readonly until: number }[] = []

  constructor({ size, perHost }: NonNullable<NatBehaviour['blocks']>, { low, high }: PortPool) {
    this.#size = size
    this.#perHost = perHost
    this.#low = low
    this.#free = Array.from({ length: Math.floor((high - low + 1) / size) }, (_, i) => low + i * size)
  }

  of(host: number): readonly PortBlock[] {
    return this.#byHost.get(host) ?? []
  }

  /** Whether `assign` would give one. */
  canAssign(host: number, now: number): boolean {
    const hasFree = this.#free.length > 0 || (this.#resting[0]?.until ?? Number.POSITIVE_INFINITY) <= now
    return hasFree && this.of(host).length < this.#perHost
  }

  /** One more for the host; null when it has all that it may, or there are no more. `random`: from 0 up to 1. */
  assign(host: number, now: number, random: () => number): PortBlock | null {
    while (this.#resting.length > 0 && this.#resting[0]!.until <= now)
      this.#free.push(this.#resting.shift()!.low)
    const own = this.of(host)
    if (own.length >= this.#perHost || this.#free.length === 0) return null
    const at = Math.floor(random() * this.#free.length)
    const low = this.#free[at]!
    this.#free[at] = this.#free.at(-1)!
    this.#free.pop()
    const block = { host, low, high: low + this.#size - 1, mapped: 0 }
    this.#byHost.set(host, [...own, block])
    this.#byLow.set(low, block)
    return block
  }

  mapped(port: number): void {
    this.#blockOf(port).mapped++
  }

  /** The block, if it is given back with this port. It rests until then. */
  unmapped(port: number, until: number): PortBlock | null {
    const block = this.#blockOf(port)
    if (--block.mapped > 0) return null
    this.#byLow.delete(block.low)
    const left = this.of(block.host).filter(one => one !== block)
    if (left.length === 0) this.#byHost.delete(block.host)
    else this.#byHost.set(block.host, left)
    this.#resting.push({ low: block.low, until })
    return block
  }

  #blockOf(port: number): PortBlock {
    return this.#byLow.get(port - ((port - this.#low) % this.#size))!
  }
}
