/**
 * The local address of a socket as Linux keeps it, and when two of them overlap.
 *
 * Every IPv6 socket has an IPv4 address beside its own: 0.0.0.0 for `::`, the embedded one for a mapped address, and a
 * constant for a real IPv6 address, which has none (Linux `__inet6_bind`, `LOOPBACK4_IPV6`). It takes part in
 * comparisons, and so leaks into results.
 */
import { type Address, isMapped, UNSPECIFIED_V4, UNSPECIFIED_V6, unmap } from '../address.ts'

export interface LocalAddress {
  /** Of AF_INET6 sockets: the address bound to, mapped ones as `::ffff:a.b.c.d`. Null for AF_INET sockets. */
  readonly v6: Address | null
  /** The IPv4 address, or what stands in for one. */
  readonly v4: Address
}

/** What Linux takes for the IPv4 address of a socket that is bound to a real IPv6 address. */
export const NO_V4_ADDRESS = '127.0.0.6' as Address

export const localV4 = (v4: Address): LocalAddress => ({ v6: null, v4 })

export function localV6(v6: Address): LocalAddress {
  if (v6 === UNSPECIFIED_V6) return { v6, v4: UNSPECIFIED_V4 }
  return { v6, v4: isMapped(v6) ? unmap(v6) : NO_V4_ADDRESS }
}

export const WILDCARD_V4 = localV4(UNSPECIFIED_V4)
export const WILDCARD_V6 = localV6(UNSPECIFIED_V6)

/** `0.0.0.0`, `::`, and not `::ffff:0.0.0.0`. */
export const isWildcard = ({ v6, v4 }: LocalAddress): boolean =>
  v6 === null ? v4 === UNSPECIFIED_V4 : v6 === UNSPECIFIED_V6

/** It covers every address of a family; `::ffff:0.0.0.0` all of IPv4. */
export const coversAll = ({ v6, v4 }: LocalAddress): boolean => v6 === UNSPECIFIED_V6 || v4 === UNSPECIFIED_V4

/** One address of one family of conversation: an IPv4 address and its mapped form are the same (`inet_bind2_bucket`). */
export const exactKey = ({ v6, v4 }: LocalAddress): Address => (v6 === null || isMapped(v6) ? v4 : v6)

/** The conversation that a socket with this address has is IPv4. */
export const speaksV4 = ({ v6 }: LocalAddress): boolean => v6 === null || isMapped(v6)

/** A socket's place, as far as other sockets compare it. */
export interface Place {
  readonly local: LocalAddress
  /** IPV6_V6ONLY. */
  readonly v6only: boolean
}

/**
 * Whether two places overlap (Linux `inet_rcv_saddr_equal`). `oneWild`, `otherWild`: whether a wildcard on that side
 * covers everything, or only another wildcard.
 */
export function overlaps(one: Place, other: Place, oneWild = true, otherWild = true): boolean {
  return one.local.v6 === null
    ? overlapsV4(one.local.v4, other, oneWild, otherWild)
    : overlapsV6(one.local.v6, one, other, oneWild, otherWild)
}

function overlapsV4(one: Address, { local, v6only }: Place, oneWild: boolean, otherWild: boolean): boolean {
  if (v6only) return false
  if (one === local.v4) return true
  return (oneWild && one === UNSPECIFIED_V4) || (otherWild && local.v4 === UNSPECIFIED_V4)
}

function overlapsV6(one: Address, self: Place, other: Place, oneWild: boolean, otherWild: boolean): boolean {
  const mapped = isMapped(one)
  const otherMapped = speaksV4(other.local)
  if (mapped && otherMapped) return overlapsV4(self.local.v4, other, oneWild, otherWild)
  const any = one === UNSPECIFIED_V6
  const otherAny = other.local.v6 === UNSPECIFIED_V6
  if (any && otherAny) return true
  if (otherAny && otherWild && !(other.v6only && mapped)) return true
  if (any && oneWild && !(self.v6only && otherMapped)) return true
  return other.local.v6 === one
}
