/** The TCP connections of a host, found by their four ends (Linux `inet_ehash`). */
import { exactKey } from './local-address.ts'
import type { RemoteEnd, SpaceSocket, TimeWait } from './space-socket.ts'

export type Connected = SpaceSocket | TimeWait

const NONE: readonly Connected[] = []

export class ConnectionTable {
  /** By their four ends, each list in the order of their coming; more than one only where a device tells them apart. */
  readonly #byEnds = new Map<string, Connected[]>()
  readonly #keys = new Map<Connected, string>()

  /** It has its address, port and peer, and keeps them until it is dropped. */
  add(one: Connected): void {
    const key = keyOf(exactKey(one.local), one.num, one.remote!)
    this.#keys.set(one, key)
    const same = this.#byEnds.get(key)
    if (same === undefined) this.#byEnds.set(key, [one])
    else same.push(one)
  }

  drop(one: Connected): void {
    const key = this.#keys.get(one)
    if (key === undefined) return
    this.#keys.delete(one)
    const left = this.#byEnds.get(key)!.filter(other => other !== one)
    if (left.length === 0) this.#byEnds.delete(key)
    else this.#byEnds.set(key, left)
  }

  between(local: string, port: number, remote: RemoteEnd): readonly Connected[] {
    return this.#byEnds.get(keyOf(local, port, remote)) ?? NONE
  }
}

const keyOf = (local: string, port: number, remote: RemoteEnd): string =>
  `${local} ${port} ${remote.address} ${remote.port}`
