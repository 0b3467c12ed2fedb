/** What a namespace says about addresses, privilege and ephemeral ports. */
import { type Address, isMapped, unmap } from '../address.ts'
import type { Surroundings } from './program.ts'
import type { SpaceSocket } from './space-socket.ts'

const inLoopback = (v4: string): boolean => v4.startsWith('127.')

/** The device that an address belongs to, or null when it is none of the namespace's. */
export function deviceOf(surroundings: Surroundings, address: string): string | null {
  const bare = isMapped(address as Address) ? unmap(address as Address) : address
  if (inLoopback(bare) || bare === '::1') return 'lo'
  return surroundings.addresses.find(one => one.address === bare)?.device ?? null
}

/** Where a conversation or datagram goes. */
export interface Target {
  /** On the wire: an IPv4 or a real IPv6 address. */
  readonly address: string
  /** An IPv6 socket named it by its mapped form. */
  readonly mapped: boolean
  readonly port: number
  /** The device that it arrives on, the one that owns the address; null for an address that is none of ours. */
  readonly device: string | null
  /** The address that routing starts from there; by `sourceFor` when left out. */
  readonly source?: string
}

/** The address that a conversation with one of the namespace's own addresses starts from (RFC 6724 rule 1). */
export const sourceFor = (destination: string): string =>
  inLoopback(destination) ? '127.0.0.1' : destination

export const isPrivileged = ({ floor }: Surroundings, port: number): boolean => port > 0 && port < floor

/** The range a socket's port is chosen from: each half of its own counts if it lies inside the namespace's
 * (Linux `inet_sk_get_local_port_range`). */
export function rangeOf({ range }: Surroundings, socket: SpaceSocket): readonly [number, number] {
  let [low, high] = range
  const [ownLow, ownHigh] = socket.range
  if (low <= ownLow && ownLow <= high) low = ownLow
  if (low <= ownHigh && ownHigh <= high) high = ownHigh
  return [low, high]
}

/** The socket has a range of its own, even if nothing of it counts. */
export const hasOwnRange = ({ range }: SpaceSocket): boolean => range[0] !== 0 || range[1] !== 0
