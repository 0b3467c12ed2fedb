/**
 * The ports of one external address and protocol: which are in use, and which still rest from their last use.
 *
 * Where ports are overloaded, one is in use for each peer by itself; then who has it is counted by peer.
 */
import { LAST_PORT } from './port-bounds.ts'

/** Names a peer as far as mappings depend on it. */
export type PeerKey = number
export const ANY_PEER: PeerKey = 0

export class PortPool {
  readonly #taken = new Uint8Array(LAST_PORT + 1)
  readonly #resting: { readonly port: number; readonly until: number }[] = []
  #rested = 0
  /** By peer, where ports are overloaded: a port is free for one and taken for another. */
  readonly #byPeer: Map<PeerKey, Set<number>> | null

  constructor(overloads: boolean) {
    this.#byPeer = overloads ? new Map() : null
  }

  take(port: number, peer: PeerKey): void {
    if (this.#byPeer === null) this.#taken[port] = 1
    else {
      const ports = this.#byPeer.get(peer)
      if (ports === undefined) this.#byPeer.set(peer, new Set([port]))
      else ports.add(port)
    }
  }

  /** `until`: nobody gets it before that time, milliseconds; ends of rest never go back. */
  release(port: number, peer: PeerKey, until?: number): void {
    if (this.#byPeer === null) {
      if (until === undefined) this.#taken[port] = 0
      else this.#resting.push({ port, until })
      return
    }
    const ports = this.#byPeer.get(peer)
    ports?.delete(port)
    if (ports?.size === 0) this.#byPeer.delete(peer)
  }

  isFree(port: number, peer: PeerKey): boolean {
    return this.#byPeer === null ? this.#taken[port] === 0 : this.#byPeer.get(peer)?.has(port) !== true
  }

  /** Ends the rest of those whose time has come. */
  wake(now: number): void {
    while (this.#rested < this.#resting.length && this.#resting[this.#rested]!.until <= now)
      this.#taken[this.#resting[this.#rested++]!.port] = 0
    if (this.#rested < 1024) return
    this.#resting.splice(0, this.#rested)
    this.#rested = 0
  }

  /**
   * The first free port from `start` on, each `step` ports, back to `low` after `high`; null when there is none.
   * `start` lies between them.
   */
  freeFrom(
    start: number,
    { low, high }: { readonly low: number; readonly high: number },
    step: 1 | 2,
    peer: PeerKey,
  ): number | null {
    const first = low + ((start - low) % step)
    const full = this.#byPeer !== null && (this.#byPeer.get(peer)?.size ?? 0) > high - low
    if (full) return null
    for (let port = start; port <= high; port += step) if (this.isFree(port, peer)) return port
    for (let port = first; port < start; port += step) if (this.isFree(port, peer)) return port
    return null
  }
}
