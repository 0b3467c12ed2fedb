/** A socket as the rules of other systems see it, and what they answer. */
import { type Address, familyOf, isMapped, scopeOf, unmap, withoutZone } from '../../address.ts'
import type { Protocol } from '../../protocol.ts'

export const CLAIMANT_STATES = ['listen', 'bound', 'connected', 'time-wait'] as const
export type ClaimantState = (typeof CLAIMANT_STATES)[number]

/** One that wants a port or has it. Null is not known. Of one that wants it, the state says nothing. */
export interface Claimant {
  readonly protocol: Protocol
  readonly address: Address
  /** Matters for `::` only. */
  readonly v6only: boolean | null
  readonly reuseAddress: boolean | null
  readonly reusePort: boolean | null
  /** SO_EXCLUSIVEADDRUSE, of Windows; off if left out. */
  readonly exclusive?: boolean | null
  /** Any number that tells users apart; 0 is root. Windows only compares. */
  readonly uid: number | null
  readonly state: ClaimantState
}

/** A claimant of which everything is known. */
export type PlainClaimant = { readonly [K in keyof Claimant]-?: NonNullable<Claimant[K]> }

export interface Refusal {
  /** As the system names it: `EADDRINUSE`, `WSAEACCES`. */
  readonly errno: string
  /** The rule that refuses, one sentence. */
  readonly rule: string
}

/** What of IPv4 and IPv6 a bound address takes, an IPv4-mapped one being IPv4. */
export interface Reach {
  readonly v4: boolean
  readonly v6: boolean
  readonly wildcard: boolean
  readonly multicast: boolean
  /** Without the zone, IPv4 out of its IPv6 clothes; wildcards are all alike. */
  readonly key: string
}

export function reachOf({ address, v6only }: PlainClaimant): Reach {
  const plain = unmap(withoutZone(address))
  const wildcard = plain === '0.0.0.0' || plain === '::'
  const v4 = familyOf(plain) === 'ipv4' || (plain === '::' && !v6only)
  return {
    v4,
    v6: familyOf(plain) === 'ipv6',
    wildcard,
    multicast: scopeOf(plain) === 'multicast',
    key: wildcard ? '*' : address.includes('%') ? address : plain,
  }
}

/** Whether the socket itself is of IPv6, mapped addresses included. */
export const isIPv6Socket = ({ address }: PlainClaimant): boolean =>
  familyOf(address) === 'ipv6' || isMapped(address)
