/** A socket as the rules of other systems see it, and what they answer. */
import { familyOf, isMapped, scopeOf, unmap, withoutZone } from '../../address.ts'
import type { Occupant } from '../claimant.ts'

/**
 * A claimant of which everything is known that these rules ask; no device, which the systems here don't have. Of one that only
 * wants the port, the state says nothing.
 */
export type PlainClaimant = {
  readonly [K in keyof Omit<Occupant, 'device'>]-?: NonNullable<Occupant[K]>
}

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
