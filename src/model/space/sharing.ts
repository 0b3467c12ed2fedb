/**
 * When two holders of one TCP port get along though their places overlap (Linux `inet_bind_conflict`).
 */
import type { Holder } from './space-socket.ts'

/** No device is every device. */
export const devicesOverlap = (one: string | null, other: string | null): boolean =>
  one === null || other === null || one === other

/**
 * How strictly flags are looked at: `bind` for a port that was named; `choose` for one that the system is to choose, which
 * no flag makes free; `choose-again` for the second search that `ip_autobind_reuse` allows.
 */
export type Strictness = 'bind' | 'choose' | 'choose-again'

/** Whether `old` stands in the way of `fresh`, places aside. */
export function flagsConflict(fresh: Holder, old: Holder, strictness: Strictness): boolean {
  if (fresh === old || !devicesOverlap(fresh.device, old.device)) return false
  const sameUser = old.state === 'time-wait' || fresh.uid === old.uid
  if (fresh.reuseAddress && old.reuseAddress && old.state !== 'listen') {
    if (strictness === 'choose') return true
    return strictness === 'choose-again' && fresh.reusePort && old.reusePort && sameUser
  }
  return strictness !== 'bind' || !fresh.reusePort || !old.reusePort || !sameUser
}
