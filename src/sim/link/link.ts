/**
 * A link between devices: two, or many as at a switch. It delays, loses, doubles, reorders and queues packets, each direction of each
 * device for itself.
 *
 * Neighbours are found without a packet: who has the address on this link gets what is sent to it (no ARP, no neighbour
 * discovery on the wire). Nobody has it: the packet never leaves.
 */
import type { Address } from '../../model/address.ts'
import type { Datagram } from '../../wire/ip/datagram.ts'
import { datagramLength } from '../../wire/ip/ip.ts'
import type { Engine } from '../engine/engine.ts'
import type { Device } from './device.ts'
import { type LinkCharacter, type LinkOptions, readLinkOptions } from './link-options.ts'

export { Device, type DeviceAddress } from './device.ts'
export { type LinkOptions, SMALLEST_MTU } from './link-options.ts'

/** What became of a packet on a link, as far as the link's doing goes. */
export type LinkFate = 'carried' | 'lost' | 'queue-full' | 'no-neighbour'

/** Somebody whom nobody here is: a frame to a hardware address that no device has. */
export const STRANGER = Symbol('stranger')

interface Direction {
  /** When the last byte that waits will have left, milliseconds. */
  freeAt: number
  waiting: number
  /** When the last packet in order arrives. */
  lastArrival: number
}

export class Link {
  readonly name: string
  readonly ends: readonly Device[]
  readonly character: LinkCharacter
  /** Sees each packet as it is put on the link, with what becomes of it. */
  readonly watchers = new Set<(datagram: Datagram, from: Device, fate: LinkFate) => void>()
  readonly #engine: Engine
  readonly #directions = new Map<Device, Direction>()
  #holders: ReadonlyMap<Address, Device> | undefined

  /** Throws `E_SIM_NETWORK` for options out of range. */
  constructor(engine: Engine, ends: readonly Device[], options: LinkOptions = {}) {
    this.name = options.name ?? ends.map(({ host }) => host).join(' - ')
    this.character = readLinkOptions(options, this.name)
    this.ends = ends
    this.#engine = engine
    for (const end of ends) {
      this.#directions.set(end, { freeAt: 0, waiting: 0, lastArrival: 0 })
      end.plug(this)
    }
  }

  /** Who on this link has an address. */
  holderOf(address: Address): Device | undefined {
    this.#holders ??= new Map(this.ends.flatMap(end => end.addresses.map(one => [one.address, end] as const)))
    return this.#holders.get(address)
  }

  /** To one of its ends; null: to all others; undefined: to somebody whom nobody has found (`holderOf`). */
  send(datagram: Datagram, from: Device, to: Device | typeof STRANGER | null | undefined): LinkFate {
    const fate = to === undefined || to === from ? 'no-neighbour' : this.#accept(datagram, from)
    from.left(datagram)
    if (this.watchers.size > 0) for (const watch of this.watchers) watch(datagram, from, fate)
    if (fate !== 'carried') return fate
    if (to === STRANGER) return fate
    if (to !== null && to !== undefined) this.#carry(datagram, to, from)
    else for (const end of this.ends) if (end !== from) this.#carry(datagram, end, from)
    return fate
  }

  /** Whether it gets onto the link; then it is known when its last byte leaves. */
  #accept(datagram: Datagram, from: Device): LinkFate {
    const { loss, rateBps, queue } = this.character
    if (loss > 0 && this.#engine.random() < loss) return 'lost'
    const direction = this.#directions.get(from)!
    const now = this.#engine.now()
    if (rateBps === Infinity) {
      direction.freeAt = now
      return 'carried'
    }
    if (direction.waiting >= queue) return 'queue-full'
    direction.waiting++
    direction.freeAt = Math.max(direction.freeAt, now) + (datagramLength(datagram) * 8000) / rateBps
    this.#engine.schedule(direction.freeAt - now, () => {
      direction.waiting--
    })
    return 'carried'
  }

  #carry(datagram: Datagram, to: Device, from: Device): void {
    const { delayMs, jitterMs, reorder, reorderMs, duplicate } = this.character
    const { random } = this.#engine
    const direction = this.#directions.get(from)!
    const now = this.#engine.now()
    const arrives = direction.freeAt + delayMs + (jitterMs > 0 ? random() * jitterMs : 0)
    if (reorder > 0 && random() < reorder) this.#engine.carry(arrives + reorderMs - now, to, datagram)
    else {
      direction.lastArrival = Math.max(direction.lastArrival, arrives)
      this.#engine.carry(direction.lastArrival - now, to, datagram)
    }
    if (duplicate > 0 && random() < duplicate) this.#engine.carry(arrives - now, to, datagram)
  }
}
