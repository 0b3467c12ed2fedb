/** Whether an address is the host's own, or one that many have: what the routing tables say, and where they aren't known what is always so. */
import type { Scalar } from '../pattern.ts'
import type { Traversal } from './traversal.ts'

const LOCAL = 2
const BROADCAST = 3
const LIMITED_BROADCAST = 0xffffffff

/** `other` also where nobody knows. */
export function routeType(t: Traversal, address: Scalar | undefined): 'local' | 'broadcast' | 'other' {
  if (address === undefined) return 'other'
  if (address === LIMITED_BROADCAST) return 'broadcast'
  switch (t.surroundings.routing?.addressType(t.packet.family, address)) {
    case LOCAL:
      return 'local'
    case BROADCAST:
      return 'broadcast'
    default:
      return 'other'
  }
}
