/**
 * One TCP port with those who hold it (Linux `inet_bind_bucket`), and the marks that decide without looking at them.
 *
 * The marks are shortcuts of the kernel, but their results are part of the rules: connect() passes over every port that
 * somebody bound, whatever the addresses; and a socket with SO_REUSEPORT that resembles the last one is let in past
 * everybody else.
 */
import { coversAll, exactKey, overlaps, type Place, speaksV4 } from './local-address.ts'
import { flagsConflict, type Strictness } from './sharing.ts'
import type { Holder } from './space-socket.ts'

/** Holders with one local address (`inet_bind2_bucket`). */
interface Group {
  readonly holders: Holder[]
  /** Only connect() chose it: it doesn't keep the port from other connections. */
  connectOnly: boolean
}

/** The last SO_REUSEPORT socket that bound the port. */
interface Remembered extends Place {
  readonly uid: number
}

export class TcpPort {
  readonly #groups = new Map<string, Group>()
  readonly #resetOnRelease: boolean
  /** Nobody bound the port (`fastreuse` and `fastreuseport` are -1). */
  connectMayChoose: boolean
  /** Whom SO_REUSEPORT sockets are let in like. Null: nobody (`fastreuseport` is 0 or less). */
  #remembered: Remembered | null = null

  constructor(byConnect: boolean, resetOnRelease: boolean) {
    this.connectMayChoose = byConnect
    this.#resetOnRelease = resetOnRelease
  }

  get isEmpty(): boolean {
    return this.#groups.size === 0
  }

  *holders(): Generator<Holder> {
    for (const { holders } of this.#groups.values()) yield* holders
  }

  /** Who keeps `fresh` from the port, or null. `self`: it holds the port already, and is not in its own way. */
  conflict(fresh: Holder, strictness: Strictness, self?: Holder): Holder | null {
    if (coversAll(fresh.local)) {
      for (const old of this.holders())
        if (old !== self && flagsConflict(fresh, old, strictness) && overlaps(fresh, old)) return old
      return null
    }
    return this.#among([...wildcardKeys(fresh), groupKey(fresh)], fresh, strictness, self)
  }

  #among(keys: readonly string[], fresh: Holder, strictness: Strictness, self?: Holder): Holder | null {
    for (const key of keys) {
      for (const old of this.#groups.get(key)?.holders ?? []) {
        if (old === self || (old.v6only && speaksV4(fresh.local))) continue
        if (flagsConflict(fresh, old, strictness)) return old
      }
    }
    return null
  }

  /** Let in without a look at the others, because it is like the last SO_REUSEPORT socket (`sk_reuseport_match`). */
  letsIn(fresh: Holder): boolean {
    const last = this.#remembered
    if (last === null || !fresh.reusePort || last.uid !== fresh.uid) return false
    return overlaps(last, fresh, true, false)
  }

  /** After a bind or listen that succeeded (`inet_csk_update_fastreuse`). The socket is a holder by then. */
  mark(fresh: Holder): void {
    if (fresh.reusePort) {
      if (!this.letsIn(fresh)) {
        this.#remembered = { local: fresh.local, v6only: fresh.v6only, uid: fresh.uid }
      }
    } else {
      this.#remembered = null
    }
    this.connectMayChoose = false
    const group = this.#groups.get(groupKey(fresh))
    if (group !== undefined) group.connectOnly = false
  }

  /** `byConnect`: connect() chose the port; a group that only such sockets made doesn't keep it from other connections. */
  add(holder: Holder, byConnect: boolean): void {
    const key = groupKey(holder)
    const group = this.#groups.get(key)
    if (group === undefined) this.#groups.set(key, { holders: [holder], connectOnly: byConnect })
    else group.holders.unshift(holder)
  }

  /** A holder leaves, or takes another address and is added again. `key`: of the address that it had. */
  remove(holder: Holder): void {
    for (const [key, group] of this.#groups) {
      const at = group.holders.indexOf(holder)
      if (at === -1) continue
      group.holders.splice(at, 1)
      if (group.holders.length === 0) this.#groups.delete(key)
      else if (this.#resetOnRelease && group.holders.every(one => one.connectBind)) group.connectOnly = true
    }
  }

  /** After a release: what only connect() uses is connect()'s again. */
  settle(): void {
    if (!this.#resetOnRelease) return
    for (const { connectOnly } of this.#groups.values()) if (!connectOnly) return
    this.connectMayChoose = true
    this.#remembered = null
  }
}

/** An IPv4 address and its mapped form are one place, `::` is one of its own. */
const groupKey = ({ local }: Place): string => exactKey(local)

/** The wildcard groups that hold sockets in a specific socket's way (`inet_bind2_bucket_match_addr_any`). */
const wildcardKeys = ({ local }: Place): readonly string[] => (speaksV4(local) ? ['::', '0.0.0.0'] : ['::'])
