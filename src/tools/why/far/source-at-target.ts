/**
 * Whom the packet seems to come from where it arrives. Behind a router that nobody sees that may be another address than ours: a
 * translation on the way shows only there.
 */
import { type Address, scopeOf, unmap, withoutZone } from '../../../model/address.ts'
import { isUnixName } from '../../../model/socket.ts'
import type { Inquiry } from '../inquiry.ts'
import type { Suspicion } from '../suspects.ts'

/**
 * | sure | means |
 * |---|---|
 * | seen | every hop was seen, or the target itself has it |
 * | likely | a hop wasn't seen, and nothing speaks for a translation there |
 * | no | it is private and the target isn't: somebody on the way has to translate it |
 */
export interface SourceAtTarget {
  readonly address: Address
  readonly sure: 'seen' | 'likely' | 'no'
}

/** `label`: of the target's view. `sent`: ours. */
export function sourceAtTarget({ facts, to }: Inquiry, label: string, sent: Address): SourceAtTarget {
  const local = facts.tried?.attempt.local
  const port = local?.known === true ? local.value.port : undefined
  const moved = facts.moved?.get(label)
  // Of ours: it has our port, which a translation leaves alone where it can.
  const peers = (moved?.opened ?? []).flatMap(({ peer }) =>
    peer === undefined || isUnixName(peer) || (port !== undefined && peer.port !== port)
      ? []
      : [peer.address],
  )
  const [peer] = peers
  if (peer !== undefined) return { address: unmap(withoutZone(peer)), sure: 'seen' }
  const { followed } = facts
  if (facts.local === true || (followed !== undefined && followed.leaps.length === 0))
    return { address: sent, sure: 'seen' }
  const crosses = isInside(sent) && !isInside(to.address)
  return { address: sent, sure: crosses ? 'no' : 'likely' }
}

const isInside = (address: Address): boolean => INSIDE.has(scopeOf(address))
const INSIDE: ReadonlySet<string> = new Set(['private', 'link-local', 'loopback'])

/** What is proven by a source is no surer than the source. */
export const asSureAs = (is: Suspicion, sure: SourceAtTarget['sure']): Suspicion =>
  is !== 'proven' || sure === 'seen' ? is : sure === 'likely' ? 'likely' : 'possible'
