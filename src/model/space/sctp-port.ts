/**
 * One SCTP port with those who hold it (Linux `sctp_bind_bucket`), and the two marks that let a socket in without a look at
 * the others. A mark that is lost doesn't come back until the port is free.
 */
import type { Address } from '../address.ts'
import { sctpConflict } from './sctp-address.ts'
import { flagsConflict } from './sharing.ts'
import type { SpaceSocket } from './space-socket.ts'

export class SctpPort {
  readonly owners: SpaceSocket[] = []
  /** All who asked had SO_REUSEADDR and didn't listen (`fastreuse`). */
  #fastReuse: boolean
  /** All who asked had SO_REUSEPORT and are this user's; null when not (`fastreuseport`, `fastuid`). */
  #fastUser: number | null

  /** `first`: as it asks for the port. */
  constructor(first: SpaceSocket) {
    this.#fastReuse = mayShare(first)
    this.#fastUser = first.reusePort ? first.uid : null
  }

  /** Who keeps `candidate` from the port, or null. `self`: it holds the port already, and is not in its own way. */
  blocker(candidate: SpaceSocket, asked: Address, self: SpaceSocket): SpaceSocket | null {
    if (this.#letsIn(candidate)) return null
    const inTheWay = (old: SpaceSocket): boolean =>
      old !== self && flagsConflict(candidate, old, 'bind') && sctpConflict(candidate, asked, old)
    return this.owners.find(inTheWay) ?? null
  }

  #letsIn(candidate: SpaceSocket): boolean {
    return (
      (this.#fastReuse && mayShare(candidate)) || (candidate.reusePort && this.#fastUser === candidate.uid)
    )
  }

  /** After a bind or listen that succeeded. Who was let in by a mark changes none. */
  mark(candidate: SpaceSocket): void {
    if (this.#letsIn(candidate)) return
    this.#fastReuse &&= mayShare(candidate)
    if (!candidate.reusePort || this.#fastUser !== candidate.uid) this.#fastUser = null
  }
}

const mayShare = ({ reuseAddress, state }: SpaceSocket): boolean => reuseAddress && state !== 'listen'
