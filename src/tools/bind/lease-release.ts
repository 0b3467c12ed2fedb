/** Ends leases before their time. */
import { type Claim, NO_KEY } from '../../model/claim.ts'
import type { Finding } from '../../model/finding.ts'
import type { ClaimStore, OS } from '../../os/os.ts'
import { checkLeaseName, leaseKey } from './lease-name.ts'
import { leaseOf, noteOf } from './lease-note.ts'
import type { Lease, LeaseScope } from './lease-request.ts'
import { isLive } from './live-claims.ts'

export interface Release {
  readonly released: readonly Lease[]
  /** Those that are not ours to end. */
  readonly refused: readonly Finding[]
}

/**
 * By name within a project and branch, or by port. Of a name that several holders have, the one of `caller` when it has
 * one, else all that are ours. The name keeps its port in mind. Throws `E_LEASE_NAME` and what the store throws.
 */
export async function releaseLeases(
  os: OS,
  which: string | number,
  scope: LeaseScope & { readonly dryRun?: boolean } = {},
): Promise<Release> {
  const key = typeof which === 'number' ? null : leaseKey(checkLeaseName(which), scope)
  const store = await os.claims()
  const now = os.clock.now()
  const found = store
    .list()
    .filter(
      claim =>
        claim.state === 'held' &&
        (key === null ? covers(claim, which as number) : claim.key === key) &&
        isLive(store, claim, now),
    )
  const caller = store.holder('caller')
  const own = found.filter(
    ({ holder }) => caller.known && holder?.pid === caller.value.pid && holder.start === caller.value.start,
  )
  const released: Lease[] = []
  const refused: Finding[] = []
  for (const claim of own.length > 0 ? own : found) {
    const lease = leaseOf(claim, store.note(claim))
    const mine = store.uid === 0 || lease.uid === store.uid
    if (mine && (scope.dryRun === true || end(store, claim, lease, now))) released.push(lease)
    else refused.push(notOurs(lease))
  }
  return { released, refused }
}

const covers = ({ first, count }: Claim, port: number): boolean => port >= first && port < first + count

/** What remembers is made before what claims is taken away. */
function end(store: ClaimStore, claim: Claim, lease: Lease, now: number): boolean {
  if (claim.key !== NO_KEY && lease.uid === store.uid)
    store.add(
      { ...claim, state: 'past', holder: null, expiresAt: null, madeAt: now },
      noteOf(lease.name, lease),
    )
  return store.remove(claim)
}

const notOurs = ({ ports, uid, name }: Lease): Finding => ({
  code: 'lease-of-another',
  severity: 'medium',
  certainty: 'proven',
  subject: `port ${ports[0]}`,
  says: `the lease of port ${ports[0]}${name === null ? '' : ` ("${name}")`} belongs to user ${uid}`,
  evidence: [{ source: 'leases', says: `it was taken by user ${uid}` }],
  remedy: 'Its owner or root can release it.',
})
