/**
 * Whether this host looked for a neighbour in vain: an "unreachable" that it made itself comes of that only where the entry says so
 * (`arp_error_report`, `ndisc_error_report`); else a filter of its own has made it, before anybody was looked for.
 */
import { type Address, unmap, withoutZone } from '../../model/address.ts'
import type { NeighbourState } from '../../model/route.ts'
import {
  decodeNeighbours,
  encodeNeighboursRequest,
  type RawNeighbour,
} from '../../wire/rtnetlink-neighbours.ts'
import type { NetlinkSource } from './sources.ts'

/** A table that was read is good for so long, milliseconds: many errors come together. */
const GOOD_MS = 20
/** From so many entries on those that failed may be thrown out at once (gc_thresh2, arp(7); `neigh_forced_gc`). */
const CROWDED = 512

export class KnownNeighbours {
  readonly #route: NetlinkSource | null
  #readAt = Number.NEGATIVE_INFINITY
  #states: ReadonlyMap<Address, NeighbourState> = new Map()

  /** `route`: null where nobody can be asked. */
  constructor(route: NetlinkSource | null) {
    this.#route = route
  }

  /** Nobody answers there, or nobody can tell. `now`: milliseconds, of any clock that never goes back. */
  isMissing(address: Address, now: number): boolean {
    if (this.#route === null) return true
    if (now - this.#readAt > GOOD_MS) {
      this.#readAt = now
      this.#states = statesIn(this.#route)
    }
    const state = this.#states.get(unmap(withoutZone(address)))
    if (state === undefined) return this.#states.size >= CROWDED
    return state === 'failed' || state === 'incomplete'
  }
}

function statesIn(route: NetlinkSource): ReadonlyMap<Address, NeighbourState> {
  const neighbours: RawNeighbour[] = []
  route.dump(encodeNeighboursRequest('neighbours'), (views, length) =>
    decodeNeighbours(views, length, neighbours),
  )
  return new Map(neighbours.map(({ state, address }) => [unmap(withoutZone(address)), state]))
}
