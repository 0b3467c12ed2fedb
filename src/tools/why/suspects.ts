/**
 * The suspects of one inquiry: causes that may explain what was seen, and how each check moved them.
 *
 * A check makes *claims*. The first claim of a cause at a place raises a suspect, later ones move it: up to proven, down to excluded.
 * What is proven stays proven unless it is excluded by name; what is excluded stays so, unless it is proven by name.
 */
import type { Evidence } from '../../model/finding.ts'
import { type CauseCode, causeOf, type Leg } from './causes/causes.ts'

/** `likely`: the evidence points there. `possible`: it fits. */
export const SUSPICIONS = ['excluded', 'possible', 'likely', 'proven'] as const
export type Suspicion = (typeof SUSPICIONS)[number]

export interface Where {
  /** A view's label, or the address of who answered. */
  readonly host: string
  /** A stage of a packet's way: `output`, `postrouting`, `route`, `socket`. */
  readonly stage?: string
  /** The rule as its program prints it, with where it stands. */
  readonly rule?: string
}

export interface Claim {
  readonly code: CauseCode
  readonly is: Suspicion
  /** Why, in a sentence: `--explain` prints it. */
  readonly because: string
  /** Left out: for a new suspect the target's own place, for `excluded` all of that code. */
  readonly where?: Where
  /** Where on the way it stands, if that is not where such causes usually do: a filter of the target is `far`. */
  readonly leg?: Leg
  /** Fills the title and the remedy of the catalogue. */
  readonly words?: Readonly<Record<string, string>>
  readonly evidence?: readonly Evidence[]
  /** A reason for that other cause, which says no more than that it is so: told beside it, where that is proven. */
  readonly behind?: CauseCode
  /** Instead of the catalogue's. */
  readonly title?: string
  /** Of remedy and commands, both take the place of the catalogue's, where one is said. */
  readonly remedy?: string
  /** Argument lists, to be run at its place. */
  readonly commands?: readonly (readonly string[])[]
  readonly disprovedBy?: string
}

export interface Move {
  readonly check: string
  readonly to: Suspicion
  readonly because: string
}

export interface Suspect {
  readonly code: CauseCode
  readonly where: Where
  readonly leg: Leg
  readonly is: Suspicion
  readonly words: Readonly<Record<string, string>>
  readonly evidence: readonly Evidence[]
  readonly moves: readonly Move[]
  readonly behind?: CauseCode
  readonly title?: string
  readonly remedy?: string
  readonly commands?: readonly (readonly string[])[]
  readonly disprovedBy?: string
}

export class Suspects {
  readonly #all: Suspect[] = []

  get all(): readonly Suspect[] {
    return this.#all
  }

  /** Not excluded. */
  get left(): readonly Suspect[] {
    return this.#all.filter(({ is }) => is !== 'excluded')
  }

  /** The strongest suspicion of that code, or undefined where nobody has spoken of it. */
  of(code: CauseCode): Suspicion | undefined {
    const found = this.#all.filter(one => one.code === code).map(({ is }) => SUSPICIONS.indexOf(is))
    return found.length === 0 ? undefined : SUSPICIONS[Math.max(...found)]
  }

  /** `place`: where a new suspect stands, if its claim doesn't say. */
  claim(check: string, claim: Claim, place: string): void {
    const { code, is, where } = claim
    const same = this.#all.flatMap((one, at) =>
      one.code === code && (where === undefined || isAt(one.where, where)) ? [at] : [],
    )
    if (same.length === 0) {
      if (is !== 'excluded') this.#all.push(raised(check, claim, where ?? { host: place }))
      return
    }
    for (const at of same) this.#all[at] = moved(this.#all[at]!, check, claim)
  }
}

/** A claim that says less of a place speaks of each that it describes; one that says more sharpens a vague one. */
const isAt = (one: Where, other: Where): boolean =>
  one.host === other.host &&
  (one.stage === undefined || other.stage === undefined || one.stage === other.stage) &&
  (one.rule === undefined || other.rule === undefined || one.rule === other.rule)

function raised(check: string, claim: Claim, where: Where): Suspect {
  const { code, is, because, leg = causeOf(code).leg, words = {}, evidence = [] } = claim
  return {
    code,
    where,
    leg,
    is,
    words,
    evidence,
    moves: [{ check, to: is, because }],
    ...own(claim),
  }
}

function moved(suspect: Suspect, check: string, claim: Claim): Suspect {
  const weaker = SUSPICIONS.indexOf(claim.is) < SUSPICIONS.indexOf(suspect.is)
  // Weaker hints take nothing back; only an exclusion does.
  const is =
    suspect.is === 'excluded' && claim.is !== 'proven'
      ? suspect.is
      : weaker && claim.is !== 'excluded'
        ? suspect.is
        : claim.is
  return {
    ...suspect,
    is,
    leg: claim.leg ?? suspect.leg,
    where: { ...suspect.where, ...claim.where },
    words: { ...suspect.words, ...claim.words },
    evidence: [...suspect.evidence, ...(claim.evidence ?? []).filter(one => !says(suspect, one))],
    moves: [...suspect.moves, { check, to: claim.is, because: claim.because }],
    ...own(claim),
  }
}

const says = ({ evidence }: Suspect, { source, says: fact }: Evidence): boolean =>
  evidence.some(one => one.source === source && one.says === fact)

const own = ({ behind, title, remedy, commands, disprovedBy }: Claim): Partial<Suspect> => ({
  ...(behind === undefined ? {} : { behind }),
  ...(title === undefined ? {} : { title }),
  ...(remedy === undefined ? {} : { remedy, commands: [] }),
  ...(commands === undefined ? {} : { commands }),
  ...(disprovedBy === undefined ? {} : { disprovedBy }),
})
