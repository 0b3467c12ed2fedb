/**
 * The TCP connections of a host, found by their four ends (Linux `inet_ehash`): first by both addresses, then by both ports, so
 * that a search for a port looks at numbers alone.
 */
import { exactKey } from './local-address.ts'
import type { RemoteEnd, SpaceSocket, TimeWait } from './space-socket.ts'

export type Connected = SpaceSocket | TimeWait

/** By ports; more than one only where a device tells them apart, in the order of their coming. */
type ByPorts = Map<number, Connected | readonly Connected[]>

const NONE: readonly Connected[] = []

export class ConnectionTable {
  readonly #byAddresses = new Map<string, ByPorts>()

  /** It has its address, port and peer, and keeps them until it is dropped. */
  add(one: Connected): void {
    const remote = one.remote!
    const key = addressKey(exactKey(one.local), remote.address)
    let byPorts = this.#byAddresses.get(key)
    if (byPorts === undefined) {
      byPorts = new Map()
      this.#byAddresses.set(key, byPorts)
    }
    const ports = portKey(one.num, remote.port)
    const same = byPorts.get(ports)
    byPorts.set(ports, same === undefined ? one : [...listOf(same), one])
  }

  /** Without effect where it isn't, or is no longer. */
  drop(one: Connected): void {
    if (one.remote === null) return
    const key = addressKey(exactKey(one.local), one.remote.address)
    const byPorts = this.#byAddresses.get(key)
    if (byPorts === undefined) return
    const ports = portKey(one.num, one.remote.port)
    const same = byPorts.get(ports)
    if (same === undefined) return
    const left = listOf(same).filter(other => other !== one)
    if (left.length > 0) byPorts.set(ports, left.length === 1 ? left[0]! : left)
    else {
      byPorts.delete(ports)
      if (byPorts.size === 0) this.#byAddresses.delete(key)
    }
  }

  between(local: string, port: number, remote: RemoteEnd): readonly Connected[] {
    return this.from(local, remote)(port)
  }

  /** The same for any port of ours, for a search. */
  from(local: string, remote: RemoteEnd): (port: number) => readonly Connected[] {
    const byPorts = this.#byAddresses.get(addressKey(local, remote.address))
    return port => {
      const same = byPorts?.get(portKey(port, remote.port))
      return same === undefined ? NONE : listOf(same)
    }
  }
}

const addressKey = (local: string, remote: string): string => `${local} ${remote}`
const portKey = (own: number, remote: number): number => (own << 16) | remote

const listOf = (same: Connected | readonly Connected[]): readonly Connected[] =>
  Array.isArray(same) ? same : [same as Connected]
