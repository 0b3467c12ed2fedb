/** What other systems answer to a bind beside a socket that has the port: from documentation, never tried here. */
import type { Claimant, Occupant } from '../claimant.ts'
import { bsdRefusal } from './bsd-refusal.ts'
import type { PlainClaimant, Refusal } from './claimant.ts'
import type { ForeignSystem } from './system.ts'
import { windowsRefusal } from './windows-refusal.ts'

/**
 * The refusal that `fresh` meets because of `old` on the same port; null where `old` doesn't stand in the way;
 * `depends` where what isn't known (null members) decides, or the system's documentation doesn't say.
 */
export function refusalOn(system: ForeignSystem, fresh: Claimant, old: Occupant): Refusal | null | 'depends' {
  if (fresh.protocol !== old.protocol) return null
  if (fresh.protocol !== 'tcp' && fresh.protocol !== 'udp') return 'depends'
  let agreed: Refusal | null | 'depends' | undefined
  for (const [one, other] of possibilities(fresh, old)) {
    const answer =
      system.kind === 'windows' ? windowsRefusal(one, other) : bsdRefusal(system.kind, one, other)
    if (answer === 'depends') return 'depends'
    if (agreed === undefined) agreed = answer
    else if ((agreed as Refusal | null)?.errno !== answer?.errno) return 'depends'
  }
  return agreed!
}

/** Every pair that could be meant, with nothing left unknown: at most 6 × 2⁸. */
function* possibilities(fresh: Claimant, old: Occupant): Generator<readonly [PlainClaimant, PlainClaimant]> {
  for (const one of flagsOf({ ...fresh, state: 'bound' })) {
    for (const other of flagsOf(old)) {
      for (const [mine, theirs] of users(fresh.uid, old.uid))
        yield [
          { ...one, uid: mine },
          { ...other, uid: theirs },
        ]
    }
  }
}

const either = (known: boolean | null): readonly boolean[] => (known === null ? [false, true] : [known])

type Flagged = Omit<PlainClaimant, 'uid'>

function* flagsOf({ exclusive = false, device: _, ...of }: Occupant): Generator<Flagged> {
  for (const v6only of either(of.v6only))
    for (const reuseAddress of either(of.reuseAddress))
      for (const reusePort of either(of.reusePort))
        for (const exclusively of either(exclusive))
          yield { ...of, v6only, reuseAddress, reusePort, exclusive: exclusively }
}

/** Rules tell root from others and one user from another, and nothing more. */
function users(mine: number | null, theirs: number | null): readonly (readonly [number, number])[] {
  const candidates = mine === null ? [0, theirs ?? 1, (theirs ?? 1) + 1] : [mine]
  return candidates.flatMap(one =>
    (theirs === null ? [one, one + 1] : [theirs]).map(other => [one, other] as const),
  )
}
