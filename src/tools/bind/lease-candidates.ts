/** The order in which ports are tried for a lease. */
import { type Claim, NO_KEY } from '../../model/claim.ts'
import type { PortSet } from '../../model/port-set.ts'
import type { ClaimStore } from '../../os/os.ts'
import { portsFrom } from './ports-from.ts'

/** First the ports that the name had, the last one first; then from where its key points, upwards and round. */
export function* leaseCandidates(
  store: ClaimStore,
  claims: readonly Claim[],
  key: string,
  pool: PortSet,
  start: number,
  count: number,
): Generator<number> {
  const fits = (first: number): boolean => {
    for (let i = 0; i < count; i++) if (i > 0 && !pool.has(first + i)) return false
    return first + count <= 65536
  }
  if (key !== NO_KEY) {
    const had = claims.filter(claim => claim.key === key && claim.count === count && pool.has(claim.first))
    for (const claim of had.toSorted((a, b) => b.madeAt - a.madeAt)) {
      const note = store.note(claim)
      if (note.known && note.value.uid === store.uid && fits(claim.first)) yield claim.first
    }
  }
  for (const first of portsFrom(pool, start)) if (fits(first)) yield first
}
