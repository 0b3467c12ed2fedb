/**
 * What a simulated host knows of its neighbours (net/core/neighbour.c; ARP, RFC 826; neighbour discovery, RFC 4861 section 7.2).
 *
 * Nobody is asked by a packet: who has the address on the link, and hears who asks, is known at once. Who isn't there is asked for three
 * times, a second apart; what is sent meanwhile waits, and is given up all together.
 */
import type { Address } from '../../model/address.ts'
import type { Neighbour } from '../../model/route.ts'
import type { Datagram } from '../../wire/ip/datagram.ts'
import type { Engine } from '../engine/engine.ts'
import { type Device, STRANGER } from '../link/link.ts'

/** Three unanswered requests, a second apart (`mcast_solicit`, `retrans_time_ms`; arp(7)), and what Linux 6.18 is late by in all. */
const PATIENCE_MS = 3060
/** How long somebody counts as there who was heard of (`base_reachable_time_ms`, which Linux varies by half). */
const REACHABLE_MS = 30_000
/** Packets that may wait for one neighbour; the oldest is dropped for one more (`unres_qlen` of arp(7)). */
const MOST_WAITING = 101

/** Somebody on a link who was looked for. */
export class Sought {
  readonly device: Device
  readonly address: Address
  /** Set by hand, and never asked for. */
  readonly fixed: string | undefined
  /** Who it is; undefined while nobody answers. */
  readonly holder: Device | typeof STRANGER | undefined
  usedAt = 0
  /** When those who wait are given up; undefined where nobody is asked for. */
  givenUpAt: number | undefined
  readonly waiting: Datagram[] = []

  constructor(device: Device, address: Address, fixed: string | undefined) {
    this.device = device
    this.address = address
    this.fixed = fixed
    this.holder = fixed === undefined ? whoAnswers(device, address) : whoHas(device, fixed)
  }
}

/** Who has an address on a link, and answers who asks for it there. */
function whoAnswers(device: Device, address: Address): Device | undefined {
  const found = device.link?.holderOf(address)
  const isThere = found !== undefined && found !== device && found.up && device.up
  return isThere && found.answers(address, device) ? found : undefined
}

const whoHas = (device: Device, hardware: string): Device | typeof STRANGER =>
  device.link?.ends.find(one => one !== device && one.hardware === hardware) ?? STRANGER

export interface NeighboursOptions {
  readonly engine: Engine
  /** Those that were set by hand: hardware addresses by `device address`. */
  readonly fixed: ReadonlyMap<string, string>
  /** Told of each packet that nobody was found for. */
  readonly giveUp: (datagram: Datagram) => void
}

export class Neighbours {
  readonly #options: NeighboursOptions
  readonly #all = new Map<string, Sought>()

  constructor(options: NeighboursOptions) {
    this.#options = options
  }

  /** The one at that address of a device's link. */
  of(device: Device, address: Address): Sought {
    const key = `${device.name} ${address}`
    const found = this.#all.get(key) ?? new Sought(device, address, this.#options.fixed.get(key))
    this.#all.set(key, found)
    return found
  }

  /** A packet that nobody takes yet. */
  wait(sought: Sought, datagram: Datagram): void {
    const { engine, giveUp } = this.#options
    sought.waiting.push(datagram)
    if (sought.waiting.length > MOST_WAITING) sought.waiting.shift()
    if (sought.givenUpAt !== undefined && sought.givenUpAt > engine.now()) return
    sought.givenUpAt = engine.now() + PATIENCE_MS
    const end = { arrived: () => void sought.waiting.splice(0).forEach(giveUp) }
    // As if it were carried: whoever asks whether the network is settled waits for it.
    engine.carry(PATIENCE_MS, end, datagram)
  }

  /** As the host tells them. */
  table(): readonly Neighbour[] {
    const now = this.#options.engine.now()
    return [...this.#all.values()].map(sought => {
      const { device, address, holder, fixed } = sought
      const hardware = fixed ?? (holder === undefined || holder === STRANGER ? undefined : holder.hardware)
      return {
        interface: device.name,
        address,
        state: stateOf(sought, now),
        ...(hardware === undefined ? {} : { hardware }),
      }
    })
  }
}

function stateOf({ fixed, holder, givenUpAt = 0, usedAt }: Sought, now: number): Neighbour['state'] {
  if (fixed !== undefined) return 'permanent'
  if (holder === undefined) return givenUpAt > now ? 'incomplete' : 'failed'
  return now - usedAt < REACHABLE_MS ? 'reachable' : 'stale'
}
