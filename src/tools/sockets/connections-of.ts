/**
 * Which connections came in through which listener: the one on their local address, else the one on the wildcard of
 * their family; IPv4 also through the IPv6 wildcard, unless that takes IPv6 only. The kernel prefers in that order, too
 * (`compute_score`, net/ipv4/inet_hashtables.c).
 */
import { UNSPECIFIED_V4, UNSPECIFIED_V6, unmap } from '../../model/address.ts'
import type { SocketColumns } from '../../model/socket-columns.ts'
import { addressKey } from './address-key.ts'
import { localAddress } from './facts.ts'
import type { Listener } from './listeners.ts'

/** Rows of connections by listener; those whose listener has gone are in none. */
export function connectionsOf(
  columns: SocketColumns,
  listeners: readonly Listener[],
  connections: readonly number[],
): ReadonlyMap<Listener, readonly number[]> {
  const found = new Map<Listener, number[]>(listeners.map(listener => [listener, []]))
  const specific = new Map<string, Listener>()
  const wildcard = new Map<string, Listener>()
  for (const listener of listeners) {
    for (const row of listener.rows) {
      const place = placeOf(columns, row)
      const address = unmap(localAddress(columns, row))
      if (address === UNSPECIFIED_V4) wildcard.set(`${place} ipv4`, listener)
      else if (address !== UNSPECIFIED_V6)
        specific.set(`${place} ${addressKey(columns, row, 'local')}`, listener)
      else wildcard.set(`${place} ${columns.v6only[row] === 1 ? 'ipv6 only' : 'both'}`, listener)
    }
  }
  for (const row of connections) {
    const place = placeOf(columns, row)
    // A number is an IPv4 address, mapped or not.
    const key = addressKey(columns, row, 'local')
    const family = typeof key === 'number' ? 'ipv4' : 'ipv6 only'
    const owner =
      specific.get(`${place} ${key}`) ?? wildcard.get(`${place} ${family}`) ?? wildcard.get(`${place} both`)
    if (owner !== undefined) found.get(owner)!.push(row)
  }
  return found
}

const placeOf = ({ protocol, netns }: SocketColumns, row: number): string => `${protocol[row]} ${netns[row]}`
