/**
 * The order of listings: namespace, protocol, local port, family, local address, peer's address and port, and inode to
 * settle the rest.
 *
 * A table too large for anybody to read stays in the order in which the host told it: to sort 100,000 rows would take a
 * fifth of the time that it takes to list them.
 */
import type { SocketColumns } from '../../model/socket-columns.ts'

/** More rows than this are not put in order. */
export const MOST_ORDERED = 10_000

/** Row numbers in listing order. `namespaces`: inodes in the order in which they are to be listed. */
export function listingOrder(
  columns: SocketColumns,
  rows: Uint32Array,
  namespaces: readonly number[],
): Uint32Array {
  if (rows.length > MOST_ORDERED) return rows
  const { netns, protocol, localPort, family, local, peer, peerPort, inode } = columns
  const rank = new Map(namespaces.map((one, i) => [one, i]))
  const place = (row: number): number => rank.get(netns[row]!) ?? namespaces.length
  return rows.toSorted(
    (a, b) =>
      place(a) - place(b) ||
      protocol[a]! - protocol[b]! ||
      localPort[a]! - localPort[b]! ||
      family[a]! - family[b]! ||
      compareAddresses(local, a, b) ||
      compareAddresses(peer, a, b) ||
      peerPort[a]! - peerPort[b]! ||
      inode[a]! - inode[b]!,
  )
}

/** By the numbers that the addresses are: columns hold them in network order. */
function compareAddresses(bytes: Uint8Array, a: number, b: number): number {
  for (let i = 0; i < 16; i++) {
    const difference = bytes[a * 16 + i]! - bytes[b * 16 + i]!
    if (difference !== 0) return difference
  }
  return 0
}
