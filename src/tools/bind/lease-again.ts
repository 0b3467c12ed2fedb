/** A lease that somebody has already, and asks for again. */
import { type Claim, type ClaimHolder, NO_KEY } from '../../model/claim.ts'
import type { PortSet } from '../../model/port-set.ts'
import type { ClaimStore } from '../../os/os.ts'
import { isLive } from './live-claims.ts'

interface Wanted extends Pick<Claim, 'holder' | 'count' | 'expiresAt'> {
  readonly port: number | undefined
  readonly range: PortSet | undefined
}

/** A live lease of the same name that the same holder has, and that is as it is wanted. */
export function isOurs(store: ClaimStore, claim: Claim, key: string, now: number, wanted: Wanted): boolean {
  const { holder, count, port, range, expiresAt } = wanted
  if (key === NO_KEY || claim.key !== key || claim.state !== 'held' || claim.count !== count) return false
  if (port !== undefined && claim.first !== port) return false
  if (range !== undefined && !range.has(claim.first)) return false
  if ((claim.expiresAt === null) !== (expiresAt === null) || !sameHolder(claim.holder, holder)) return false
  const note = store.note(claim)
  return note.known && note.value.uid === store.uid && isLive(store, claim, now)
}

const sameHolder = (a: ClaimHolder | null, b: ClaimHolder | null): boolean =>
  a?.pid === b?.pid && a?.start === b?.start && a?.space === b?.space

/** A later end. The new claim is there before the old one goes, so that nobody sees neither. */
export function renew(store: ClaimStore, old: Claim, expiresAt: number | null, note: string): Claim {
  if (expiresAt === old.expiresAt) return old
  const renewed = { ...old, expiresAt }
  store.add(renewed, note)
  store.remove(old)
  return renewed
}
