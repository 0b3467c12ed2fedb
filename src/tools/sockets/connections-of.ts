/**
 * Which connections came in through which listener: the one on their local address, else the one on the wildcard.
 * (The kernel prefers the specific one, too: `compute_score`, net/ipv4/inet_hashtables.c.)
 */
import type { Address } from '../../model/address.ts'
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
      if (isWildcard(unmap(localAddress(columns, row)))) wildcard.set(place, listener)
      else specific.set(`${place} ${addressKey(columns, row, 'local')}`, listener)
    }
  }
  for (const row of connections) {
    const place = placeOf(columns, row)
    const listener =
      specific.size === 0 ? undefined : specific.get(`${place} ${addressKey(columns, row, 'local')}`)
    const owner = listener ?? wildcard.get(place)
    if (owner !== undefined) found.get(owner)!.push(row)
  }
  return found
}

const placeOf = ({ protocol, netns }: SocketColumns, row: number): string => `${protocol[row]} ${netns[row]}`

const isWildcard = (address: Address): boolean => address === UNSPECIFIED_V4 || address === UNSPECIFIED_V6
