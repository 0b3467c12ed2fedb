/** Whether an address is one that many have: what the routing tables say, and where they aren't known what is always so. */
import type { Scalar } from '../pattern.ts'
import type { Traversal } from './traversal.ts'

const BROADCAST = 3
const LIMITED_BROADCAST = 0xffffffff

export function routeType(t: Traversal, address: Scalar | undefined): 'broadcast' | 'other' {
  if (address === undefined) return 'other'
  if (address === LIMITED_BROADCAST) return 'broadcast'
  return t.surroundings.routing?.addressType(t.packet.family, address) === BROADCAST ? 'broadcast' : 'other'
}
