/**
 * When two SCTP sockets' addresses conflict (Linux `sctp_bind_addr_conflict`, `sctp_inet_cmp_addr`, `sctp_inet6_cmp_addr`).
 *
 * It is not TCP's rule: a mapped address is IPv4 to it, a wildcard of either family covers both families, and IPV6_V6ONLY
 * counts on one side only, that of the older socket where both are IPv6.
 */
import { type Address, isMapped, unmap } from '../address.ts'
import { exactKey, type LocalAddress } from './local-address.ts'
import type { SpaceSocket } from './space-socket.ts'

/** Of a bound socket, mapped addresses unmapped, as `sctp_do_bind` keeps them. */
export const boundAddress = (local: LocalAddress): Address => exactKey(local)

/** As listen() asks once more: with the address of the socket, where a mapped one is IPv6 (`sctp_v6_from_sk`). */
export const ownAddress = ({ v6, v4 }: LocalAddress): Address => v6 ?? v4

type Side = Pick<SpaceSocket, 'family' | 'v6only' | 'local'>

/** `asked`: the address that `fresh` asks for, in one of the two forms. */
export function sctpConflict(fresh: Side, asked: Address, old: Side): boolean {
  const held = boundAddress(old.local)
  const basis = old.family === 'ipv4' && fresh.family === 'ipv6' ? fresh : old
  if (isV6(held) !== isV6(asked) && (basis.family === 'ipv4' || basis.v6only)) return false
  if (isAny(held) || isAny(asked)) return true
  return held === (isMapped(asked) ? unmap(asked) : asked)
}

const isV6 = (address: Address): boolean => address.includes(':')
const isAny = (address: Address): boolean => address === '0.0.0.0' || address === '::'
