/** The leases of this machine, in the order of their ports. */
import type { OS } from '../../os/os.ts'
import { leaseOf } from './lease-note.ts'
import type { Lease } from './lease-request.ts'
import { isLive } from './live-claims.ts'

export async function listLeases(os: OS): Promise<readonly Lease[]> {
  const store = await os.claims()
  const now = os.clock.now()
  return store
    .list()
    .filter(claim => claim.state === 'held' && isLive(store, claim, now))
    .map(claim => leaseOf(claim, store.note(claim)))
    .sort((a, b) => a.claim.first - b.claim.first)
}
