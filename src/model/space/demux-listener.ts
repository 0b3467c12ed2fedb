/**
 * Which listener gets a connection (Linux `inet_lookup_listener`, `inet6_lookup_listener`): those bound to the address
 * before those of the wildcard; among them the best score, the first in the list where they tie.
 *
 * A listener with SO_REUSEPORT that beats what was found so far ends the search: its group gets the connection, and
 * which member is chance to us.
 */
import { type Address, isMapped } from '../address.ts'
import { isWildcard, overlaps, speaksV4 } from './local-address.ts'
import type { SpaceSocket } from './space-socket.ts'

/** What arrives: where to, and on which device. */
export interface Arrival {
  /** As it is on the wire: an IPv4 address or a real IPv6 one. */
  readonly address: string
  readonly port: number
  readonly device: string
}

/** All that may get it; empty when nobody listens there. `groupOf`: the sockets that share by SO_REUSEPORT. */
export function listenersFor(
  arrival: Arrival,
  listeners: readonly SpaceSocket[],
  groupOf: (listener: SpaceSocket) => readonly SpaceSocket[] | undefined,
): readonly SpaceSocket[] {
  const v4 = !arrival.address.includes(':')
  const search = (at: string): readonly SpaceSocket[] => {
    let best: SpaceSocket | null = null
    let most = 0
    for (const one of listeners) {
      const score = scoreOf(one, arrival, v4, at)
      if (score <= most) continue
      const group = one.reusePort ? groupOf(one) : undefined
      if (group !== undefined) return group
      best = one
      most = score
    }
    return best === null ? [] : [best]
  }
  const specific = search(arrival.address)
  return specific.length > 0 ? specific : search(v4 ? '0.0.0.0' : '::')
}

function scoreOf(listener: SpaceSocket, { port, device }: Arrival, v4: boolean, at: string): number {
  if (listener.num !== port) return 0
  if (v4) {
    if (listener.v6only && listener.family === 'ipv6') return 0
    if (listener.local.v4 !== at || !hearsV4(listener)) return 0
  } else if (listener.local.v6 !== at || isMapped(at as Address)) return 0
  if (listener.device !== null && listener.device !== device) return 0
  return 1 + (listener.device === null ? 0 : 1) + (v4 && listener.family === 'ipv4' ? 1 : 0)
}

/** A listener at a real IPv6 address hears no IPv4, not even at the address that stands in for its own. */
const hearsV4 = ({ local }: SpaceSocket): boolean => isWildcard(local) || speaksV4(local)

/** Whether two sockets share by SO_REUSEPORT (`inet_reuseport_add_sock`, `udp_reuseport_add_sock`). */
export const shareGroup = (one: SpaceSocket, other: SpaceSocket): boolean =>
  one.family === other.family &&
  one.v6only === other.v6only &&
  one.num === other.num &&
  one.device === other.device &&
  other.reusePort &&
  one.uid === other.uid &&
  overlaps(one, other, false, false)
