/**
 * How a claim becomes a lease, without a lock, so that whoever is killed at whatever step leaves nothing behind that
 * stands in the way.
 *
 *     1  make a pending claim, whose holder is the program that makes it: it dies with us
 *     2  list all claims, twice; with another live claim on one of the ports, take ours away again
 *     3  make the held claim, with the lease's own holder, and take the pending one away
 *
 * Two can't both pass step 2: each has made its claim before it lists, so whoever made it last sees the other's. It is
 * listed twice because the other may go from pending to held meanwhile: then one listing can miss both claims, the one
 * made behind its back and the one gone before its eyes; two can't. Two that see each other both withdraw, and try again
 * after times of their own.
 */
import { type Claim, overlaps } from '../../model/claim.ts'
import type { ClaimStore } from '../../os/os.ts'
import { isLive } from './live-claims.ts'

/** `contested`: somebody is at it at this moment, who may yet withdraw. */
export type ClaimOutcome = Claim | 'taken' | 'contested'

/** `wanted.state` is `held`. */
export function makeClaim(store: ClaimStore, wanted: Claim, note: string, now: number): ClaimOutcome {
  const self = store.holder('self')
  if (!self.known) return 'contested'
  const pending: Claim = { ...wanted, state: 'pending', holder: self.value, expiresAt: null }
  if (!store.add(pending, note)) return 'contested'
  try {
    const others = [...store.list(), ...store.list()].filter(
      claim => claim.nonce !== wanted.nonce && overlaps(claim, wanted) && isLive(store, claim, now),
    )
    if (others.length > 0) return others.some(({ state }) => state === 'held') ? 'taken' : 'contested'
    store.add(wanted, note)
    return wanted
  } finally {
    store.remove(pending)
  }
}
