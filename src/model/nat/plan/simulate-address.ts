/**
 * One external address and the inside hosts that share it, simulated: mappings come, each keeps its port for a while, and
 * what finds none is counted.
 *
 * Each mapping keeps its port for the same time. That is no loss: which share is blocked depends on the mean alone, as long
 * as mappings come at random (B. A. Sevastyanov, 1957, on Erlang's formula).
 */
import { Histogram, type Percentiles } from './histogram.ts'

/** Hosts that are alike. */
export interface HostClass {
  readonly hosts: number
  /** New mappings a second, of each. */
  readonly rate: number
}

export interface BlockRule {
  /** Ports. */
  readonly size: number
  readonly perHost: number
}

export interface AddressSetup {
  readonly classes: readonly HostClass[]
  /** Seconds that a mapping keeps its port: its life, and the time until it expires. */
  readonly hold: number
  /** Ports of the address. */
  readonly ports: number
  readonly blocks?: BlockRule
  /** `random`: one after the other without memory (a Poisson process). `even`: always the same time apart. */
  readonly arrivals: 'random' | 'even'
  /** Mappings that are asked for and counted, after as many as fill the address. */
  readonly counted: number
  /** From 0 up to 1. */
  readonly random: () => number
}

export interface AddressRun {
  readonly counted: number
  /** Of these, refused because the address had no port, or no block, left. */
  readonly refusedByPool: number
  /** Refused because the host had all that it may have. */
  readonly refusedByLimit: number
  /** Ports in use on the address; of blocks all their ports. */
  readonly used: Percentiles
  /** Ports that one host has mapped, and its blocks. */
  readonly perHost: Percentiles
  readonly blocksPerHost: Percentiles
}

/** Looks at all hosts so many times. */
const LOOKS = 16

export function simulateAddress(setup: AddressSetup): AddressRun {
  return new Simulation(setup).run()
}

interface Block {
  used: number
}

class Simulation {
  readonly #setup: AddressSetup
  readonly #hosts: number
  readonly #rate: number
  /** By host: its mappings, or its blocks with theirs. */
  readonly #mapped: Uint32Array
  readonly #blocks: Block[][]
  #used = 0
  /** What ends, first to last, since all last for the same time. */
  readonly #ends: { readonly at: number; readonly host: number; readonly block: Block | null }[] = []
  #ended = 0
  #turn = 0

  constructor(setup: AddressSetup) {
    this.#setup = setup
    this.#hosts = setup.classes.reduce((sum, { hosts }) => sum + hosts, 0)
    this.#rate = setup.classes.reduce((sum, { hosts, rate }) => sum + hosts * rate, 0)
    this.#mapped = new Uint32Array(this.#hosts)
    this.#blocks = Array.from({ length: setup.blocks === undefined ? 0 : this.#hosts }, () => [])
  }

  run(): AddressRun {
    const { hold, arrivals, counted, random } = this.#setup
    const used = new Histogram()
    const perHost = new Histogram()
    const blocksPerHost = new Histogram()
    const between = 1 / this.#rate
    let [now, seen, refusedByPool, refusedByLimit] = [0, 0, 0, 0]
    while (seen < counted) {
      now += arrivals === 'even' ? between : -Math.log(1 - random()) * between
      this.#endUntil(now)
      const came = this.#map(this.#nextHost(), now)
      if (now < hold) continue
      seen++
      if (came === 'pool') refusedByPool++
      else if (came === 'limit') refusedByLimit++
      used.add(this.#used)
      if (seen % Math.ceil(counted / LOOKS) !== 0) continue
      for (const mapped of this.#mapped) perHost.add(mapped)
      for (const blocks of this.#blocks) blocksPerHost.add(blocks.length)
    }
    return {
      counted,
      refusedByPool,
      refusedByLimit,
      used: used.percentiles(),
      perHost: perHost.percentiles(),
      blocksPerHost: blocksPerHost.percentiles(),
    }
  }

  #map(host: number, now: number): 'mapped' | 'pool' | 'limit' {
    const { blocks: rule, ports, hold } = this.#setup
    let block: Block | null = null
    if (rule === undefined) {
      if (this.#used >= ports) return 'pool'
      this.#used++
    } else {
      const own = this.#blocks[host]!
      block = own.find(({ used }) => used < rule.size) ?? null
      if (block === null) {
        if (own.length >= rule.perHost) return 'limit'
        if (this.#used + rule.size > ports) return 'pool'
        block = { used: 0 }
        own.push(block)
        this.#used += rule.size
      }
      block.used++
    }
    this.#mapped[host]!++
    this.#ends.push({ at: now + hold, host, block })
    return 'mapped'
  }

  #endUntil(now: number): void {
    while (this.#ended < this.#ends.length && this.#ends[this.#ended]!.at <= now) {
      const { host, block } = this.#ends[this.#ended++]!
      this.#mapped[host]!--
      if (block === null) this.#used--
      else if (--block.used === 0) {
        const own = this.#blocks[host]!
        own.splice(own.indexOf(block), 1)
        this.#used -= this.#setup.blocks!.size
      }
    }
    if (this.#ended < 65_536) return
    this.#ends.splice(0, this.#ended)
    this.#ended = 0
  }

  /** Whose turn it is: by chance as often as its rate says, or one after the other. */
  #nextHost(): number {
    const { classes, arrivals, random } = this.#setup
    if (arrivals === 'even') return this.#turn++ % this.#hosts
    let at = random() * this.#rate
    let first = 0
    for (const { hosts, rate } of classes) {
      if (at < hosts * rate) return first + Math.min(hosts - 1, Math.floor(at / rate))
      at -= hosts * rate
      first += hosts
    }
    return this.#hosts - 1
  }
}
