/** Which claims count: those of the living. */
import { type Claim, overlaps } from '../../model/claim.ts'
import { valueOr } from '../../model/known.ts'
import type { ClaimStore } from '../../os/os.ts'

/**
 * Whether a claim holds others off. One whose time is over or whose holder has ended does not; a holder that can't be
 * seen from here (another pid namespace) is taken to live.
 */
export function isLive(store: ClaimStore, { state, expiresAt, holder }: Claim, now: number): boolean {
  if (state === 'past' || (expiresAt !== null && expiresAt <= now)) return false
  return holder === null || valueOr(store.lives(holder), true)
}

/** Whether somebody has a live claim on one of these ports. */
export const isTaken = (
  store: ClaimStore,
  claims: readonly Claim[],
  ports: Pick<Claim, 'first' | 'count'>,
  now: number,
): boolean => claims.some(claim => overlaps(claim, ports) && isLive(store, claim, now))
