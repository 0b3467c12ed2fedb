/**
 * Which causes are told, and in which order: what is proven and blocks first, then what else is proven, then the likely, then the
 * possible. Where something is proven to block, what merely fits the same silence is no longer told.
 */
import type { Address } from '../../model/address.ts'
import { adviceOf } from './advice/advice.ts'
import { blocksAt, type CauseCode, causeOf } from './causes/causes.ts'
import type { DiagnosedCause } from './diagnosis.ts'
import { fill } from './fill.ts'
import { likelier, type Reach } from './likelier.ts'
import { SUSPICIONS, type Suspect, type Suspects } from './suspects.ts'

/** `reach`: how far packets came, of a silence. */
export function rank(
  suspects: readonly Suspect[],
  address?: Address,
  reach?: Reach,
): readonly DiagnosedCause[] {
  const left = suspects.filter(({ is }) => is !== 'excluded')
  const proven = new Set(left.flatMap(({ is, code }) => (is === 'proven' && blocks(code) ? [code] : [])))
  return left
    .filter(
      ({ is, code, behind }) =>
        proven.size === 0 ||
        is === 'proven' ||
        (is === 'likely' && !blocks(code)) ||
        (behind !== undefined && proven.has(behind)),
    )
    .toSorted(byCertainty(likelier(reach)))
    .map(suspect => told(suspect, address))
}

type Compare = (one: Suspect, other: Suspect) => number

/** What merely fits stays in the order in which it was raised, the more common before, unless what was seen says more. */
const byCertainty =
  (fits: Compare): Compare =>
  (one, other) =>
    SUSPICIONS.indexOf(other.is) - SUSPICIONS.indexOf(one.is) ||
    (one.is === 'possible' ? fits(one, other) : blocksAt(one.code, one.leg) - blocksAt(other.code, other.leg))

/** Whether it keeps a connection from being of use. */
export const blocks = (code: CauseCode): boolean => causeOf(code).lets !== true

/** Somebody is known to block it: what costs time needn’t be asked any more. */
export const isDecided = ({ left }: Suspects): boolean =>
  left.some(({ is, code }) => is === 'proven' && blocks(code))

function told(suspect: Suspect, address: Address | undefined): DiagnosedCause {
  const { code, where, leg, is, words, evidence, moves } = suspect
  const cause = causeOf(code)
  return {
    code,
    where,
    leg,
    certainty: is as DiagnosedCause['certainty'],
    title: fill(suspect.title ?? cause.title, words),
    evidence,
    disprovedBy: fill(suspect.disprovedBy ?? cause.disprovedBy, words),
    ...adviceOf(suspect, cause),
    ...(address === undefined ? {} : { address }),
    moves,
  }
}
