/** Clears away what the dead have left. A few at a time, so that no lease has to wait for it. */
import { type Claim, NO_KEY } from '../../model/claim.ts'
import type { ClaimStore } from '../../os/os.ts'
import { isLive } from './live-claims.ts'

/** Claims that are looked at for each lease that is taken. */
const SHARE = 16
/** A name that nobody has asked for so long has no port any more: 30 days, in milliseconds. */
const FORGOTTEN = 30 * 24 * 3_600_000

/**
 * Of a name one dead claim is kept, the newest, because it remembers the port. Those of other users stay where they are,
 * unless we are root; what claims nothing is in nobody's way.
 */
export function tidyClaims(
  store: ClaimStore,
  claims: readonly Claim[],
  made: Claim,
  now: number,
  random: () => number,
): void {
  const from = Math.floor(random() * claims.length)
  for (let i = 0; i < Math.min(SHARE, claims.length); i++) {
    const claim = claims[(from + i) % claims.length]!
    if (claim.nonce !== made.nonce && !isLive(store, claim, now) && isUseless(claims, claim, now))
      store.remove(claim)
  }
  if (made.key === NO_KEY) return
  for (const claim of claims)
    if (claim.key === made.key && claim.nonce !== made.nonce && !isLive(store, claim, now))
      store.remove(claim)
}

function isUseless(claims: readonly Claim[], claim: Claim, now: number): boolean {
  if (claim.state === 'pending' || claim.key === NO_KEY || now - claim.madeAt > FORGOTTEN) return true
  return claims.some(
    other => other.key === claim.key && other.madeAt > claim.madeAt && other.state !== 'pending',
  )
}
