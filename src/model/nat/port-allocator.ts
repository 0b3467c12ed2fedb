/**
 * Which external endpoint a new mapping gets (RFC 4787 section 4.2, RFC 6056 section 3.3.1: a random one, then the next
 * that is free).
 */
import type { NatBehaviour } from './behaviour.ts'
import { type DeterministicPlan, rangeOfHost } from './deterministic.ts'
import type { NatLogRecord } from './nat-log.ts'
import { PortBlocks } from './port-blocks.ts'
import { FIRST_USER_PORT } from './port-bounds.ts'
import { type PeerKey, PortPool } from './port-pool.ts'

export interface Wish {
  readonly protocol: number
  /** The inside host. */
  readonly host: number
  readonly port: number
  readonly peer: PeerKey
  /** The external port just after that of the inside port just before this one. */
  readonly next?: { readonly address: number; readonly port: number }
}

export interface External {
  readonly address: number
  readonly port: number
}

/** What is certain of it beforehand: absent is what chance chooses. */
export interface Expected {
  readonly address?: number
  readonly port?: number
}

export interface AllocatorOptions {
  readonly external: readonly number[]
  readonly deterministic?: DeterministicPlan
  /** From 0 up to 1. */
  readonly random: () => number
  readonly log: (record: NatLogRecord) => void
}

interface Range {
  readonly low: number
  readonly high: number
}

/** The external ports of a NAT: those of each protocol by themselves, but in the same blocks. */
export class PortAllocator {
  readonly #behaviour: NatBehaviour
  readonly #options: AllocatorOptions
  readonly #pools = new Map<number, PortPool>()
  readonly #blocks = new Map<number, PortBlocks>()
  readonly #paired = new Map<number, number>()

  constructor(behaviour: NatBehaviour, options: AllocatorOptions) {
    this.#behaviour = behaviour
    this.#options = options
  }

  /** Null when nothing is free for the host. */
  choose(wish: Wish, now: number): External | null {
    const { deterministic } = this.#options
    if (deterministic !== undefined) {
      const range = rangeOfHost(deterministic, wish.host)
      return range === null ? null : this.#from(range.address, [range], wish, now)
    }
    for (const address of this.#addressesFor(wish.host)) {
      const found = this.#fromAddress(address, wish, now)
      if (found !== null) return found
    }
    return null
  }

  /** What `choose` would come to, as far as chance has nothing to do with it. */
  foresee(wish: Wish, now: number): Expected | null {
    const { deterministic, external } = this.#options
    if (deterministic !== undefined) {
      const range = rangeOfHost(deterministic, wish.host)
      return range === null ? null : this.#expectedAt(range.address, [range], wish, now)
    }
    const paired = this.#paired.get(wish.host)
    if (external.length === 1 || paired !== undefined)
      return this.#expectedAt(paired ?? external[0]!, undefined, wish, now)
    // Which address is tried first is left to chance; one that has nothing left is passed over, unless pairing forbids it.
    const all = external.map(address => this.#expectedAt(address, undefined, wish, now))
    if (all.every(one => one === null)) return null
    const [first] = all
    return first?.port !== undefined && all.every(one => one?.port === first.port) ? { port: first.port } : {}
  }

  #expectedAt(
    address: number,
    ranges: readonly Range[] | undefined,
    wish: Wish,
    now: number,
  ): Expected | null {
    const { preservesPort, contiguous, blocks: inBlocks } = this.#behaviour
    const pool = this.#pool(wish.protocol, address)
    pool.wake(now)
    const blocks = inBlocks === undefined ? undefined : this.#blocksOf(address, inBlocks)
    const own = ranges ?? blocks?.of(wish.host) ?? [this.#rangeFor(wish.port)]
    const takes = (port: number): boolean =>
      own.some(({ low, high }) => low <= port && port <= high) && pool.isFree(port, wish.peer)
    if (contiguous && wish.next?.address === address && takes(wish.next.port))
      return { address, port: wish.next.port }
    if (preservesPort && takes(wish.port)) return { address, port: wish.port }
    const isSome = own.some(range => pool.freeFrom(range.low, range, 1, wish.peer) !== null)
    return isSome || blocks?.canAssign(wish.host, now) === true ? { address } : null
  }

  /** `until`: when it may be given to somebody again; at once when absent. */
  release(protocol: number, { address, port }: External, peer: PeerKey, now: number, until?: number): void {
    this.#pool(protocol, address).release(port, peer, until)
    const blocks = this.#blocks.get(address)
    const block = blocks?.unmapped(port, until ?? now)
    if (block == null) return
    const { host: inside, low, high } = block
    this.#options.log({ time: now, event: 'block-released', inside, external: { address, low, high } })
  }

  #addressesFor(host: number): readonly number[] {
    const { external, random } = this.#options
    if (external.length === 1) return external
    const paired = this.#paired.get(host)
    if (paired !== undefined) return [paired]
    const start = Math.floor(random() * external.length)
    if (this.#behaviour.pooling === 'arbitrary')
      return [...external.slice(start), ...external.slice(0, start)]
    this.#paired.set(host, external[start]!)
    return [external[start]!]
  }

  #fromAddress(address: number, wish: Wish, now: number): External | null {
    const { blocks: inBlocks } = this.#behaviour
    if (inBlocks === undefined) return this.#from(address, [this.#rangeFor(wish.port)], wish, now)
    const blocks = this.#blocksOf(address, inBlocks)
    const found = this.#from(address, blocks.of(wish.host), wish, now)
    if (found !== null) {
      blocks.mapped(found.port)
      return found
    }
    const block = blocks.assign(wish.host, now, this.#options.random)
    if (block === null) return null
    const { low, high } = block
    this.#options.log({
      time: now,
      event: 'block-assigned',
      inside: wish.host,
      external: { address, low, high },
    })
    const first = this.#from(address, [block], wish, now)
    if (first !== null) blocks.mapped(first.port)
    return first
  }

  /** Ports of the same class as the inside one, where the pool has such. */
  #rangeFor(port: number): Range {
    const { low, high, keepsClass } = this.#behaviour.ports
    if (!keepsClass) return { low, high }
    const same =
      port < FIRST_USER_PORT
        ? { low, high: Math.min(high, FIRST_USER_PORT - 1) }
        : { low: Math.max(low, FIRST_USER_PORT), high }
    return same.low > same.high ? { low, high } : same
  }

  #from(address: number, ranges: readonly Range[], wish: Wish, now: number): External | null {
    const { preservesPort, keepsParity, contiguous } = this.#behaviour
    const pool = this.#pool(wish.protocol, address)
    pool.wake(now)
    const takes = (port: number): boolean =>
      ranges.some(({ low, high }) => low <= port && port <= high) && pool.isFree(port, wish.peer)
    const take = (port: number): External => {
      pool.take(port, wish.peer)
      return { address, port }
    }
    if (contiguous && wish.next?.address === address && takes(wish.next.port)) return take(wish.next.port)
    if (preservesPort && takes(wish.port)) return take(wish.port)
    for (const step of keepsParity ? ([2, 1] as const) : ([1] as const)) {
      for (const range of ranges) {
        const port = pool.freeFrom(this.#start(range, wish.port, step), range, step, wish.peer)
        if (port !== null) return take(port)
      }
    }
    return null
  }

  /** Somewhere in the range; of the inside port's parity where each second one is tried. */
  #start({ low, high }: Range, port: number, step: 1 | 2): number {
    const places = Math.ceil((high - low + 1) / step)
    const first = step === 2 && low % 2 !== port % 2 ? low + 1 : low
    const start = first + step * Math.floor(this.#options.random() * places)
    return start > high ? first : start
  }

  #pool(protocol: number, address: number): PortPool {
    const key = protocol * 2 ** 32 + address
    let pool = this.#pools.get(key)
    if (pool === undefined) {
      pool = new PortPool(this.#behaviour.overloads)
      this.#pools.set(key, pool)
    }
    return pool
  }

  #blocksOf(address: number, blocks: NonNullable<NatBehaviour['blocks']>): PortBlocks {
    let of = this.#blocks.get(address)
    if (of === undefined) {
      of = new PortBlocks(blocks, this.#behaviour.ports)
      this.#blocks.set(address, of)
    }
    return of
  }
}
