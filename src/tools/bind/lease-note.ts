/** What is noted beside a claim: the words that people know it by. The claim itself is what counts. */
import type { Claim } from '../../model/claim.ts'
import type { Known } from '../../model/known.ts'
import type { ClaimNote } from '../../os/os.ts'
import type { Lease, LeaseScope } from './lease-request.ts'

/** Far less than the 4095 bytes that a link can hold (PATH_MAX). */
const LONGEST = 512

export const noteOf = (name: string | null, { project, branch }: LeaseScope): string =>
  JSON.stringify({ name, project: project?.slice(-LONGEST), branch: branch?.slice(-LONGEST) })

/** The lease of a claim. A note that isn't ours to understand leaves the lease without a name. */
export function leaseOf(claim: Claim, note: Known<ClaimNote>): Lease {
  const { name, project, branch } = note.known ? read(note.value.text) : {}
  return {
    name: typeof name === 'string' ? name : null,
    ...(typeof project === 'string' ? { project } : {}),
    ...(typeof branch === 'string' ? { branch } : {}),
    ports: Array.from({ length: claim.count }, (_, i) => claim.first + i),
    holder: claim.holder,
    expiresAt: claim.expiresAt,
    madeAt: claim.madeAt,
    uid: note.known ? note.value.uid : -1,
    claim,
  }
}

function read(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
