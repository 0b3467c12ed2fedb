/** A socket that wants a port, or has it, as far as it can be seen from outside. Null is not known. */
import type { Address } from '../address.ts'
import type { Protocol } from '../protocol.ts'

/** `bound`: neither listening nor connected; of UDP the normal state of a server. */
export const OCCUPANT_STATES = ['listen', 'bound', 'connected', 'time-wait'] as const
export type OccupantState = (typeof OCCUPANT_STATES)[number]

export interface Claimant {
  readonly protocol: Protocol
  /** Without a zone. */
  readonly address: Address
  /** IPV6_V6ONLY; null where it is hidden. Means nothing for IPv4. */
  readonly v6only: boolean | null
  /** Name or number of the interface that it is bound to; null for none. */
  readonly device: string | null
  /** Owner, any number that tells users apart, 0 being root; null where it is hidden. */
  readonly uid: number | null
  readonly reuseAddress: boolean | null
  readonly reusePort: boolean | null
  /** SO_EXCLUSIVEADDRUSE, of Windows; off if left out. */
  readonly exclusive?: boolean | null
}

/** One that has the port. */
export interface Occupant extends Claimant {
  readonly state: OccupantState
}
