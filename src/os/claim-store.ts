/**
 * Where claims on ports are kept, so that all programs of a machine see them. Interfaces only.
 *
 * A store keeps small marks that are made whole or not at all, that everybody sees, and that only their owner (or the
 * system's administrator) can take away. It decides nothing: who may have a port is the protocol of `tools/bind`.
 */
import type { Claim, ClaimHolder } from '../model/claim.ts'
import type { Known } from '../model/known.ts'

export interface ClaimStore {
  /** Where it is, for messages. */
  readonly place: string
  /** User id that claims of this process belong to. */
  readonly uid: number
  /**
   * The claims of our network namespace: every one that is there from before the call until after it. Throws
   * `E_LEASE_DAMAGED` for a mark that nobody can read.
   */
  list(): readonly Claim[]
  /** Makes one. False where there is one of that name. Throws `E_LEASE_STORE` when the store can't take it. */
  add(claim: Claim, note: string): boolean
  /** Takes one away that is ours; whether it is gone now. */
  remove(claim: Claim): boolean
  /** The user it belongs to, and what was noted with it. */
  note(claim: Claim): Known<ClaimNote>
  /** Whether a process lives. Unknown where it can't be seen from here. */
  lives(holder: ClaimHolder): Known<boolean>
  /** The identity of a process: this one, the one that called us (a shell, past wrappers), or a pid. */
  holder(which: 'self' | 'caller' | number): Known<ClaimHolder>
}

export interface ClaimNote {
  readonly uid: number
  readonly text: string
}
