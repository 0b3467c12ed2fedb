/** Puts an inquiry's suspects and steps together to the answer. Pure: the same evidence gives the same words. */
import type { CauseCode } from './causes/causes.ts'
import type { AddressDiagnosis, DiagnosedCause, Diagnosis, Step, Verdict } from './diagnosis.ts'
import type { AddressInquiry } from './inquire.ts'
import { type NameInquiry, viewsOf } from './inquiry.ts'
import { isAnswered } from './is-answered.ts'
import { withWay } from './lacks-family.ts'
import { reachOf } from './likelier.ts'
import { nextStep } from './next-step.ts'
import { blocks, rank } from './rank.ts'
import { toldOnce } from './told-once.ts'
import { verdictSentence } from './verdict-sentence.ts'

export function conclude(
  about: NameInquiry,
  all: readonly AddressInquiry[],
  steps: readonly Step[],
  times: { readonly firstMs: number; readonly ms: number },
): Diagnosis {
  const { target } = about
  const several = all.length > 1
  const addresses = all.map(diagnosisOf)
  // A family that this host has no way for explains nothing, where it has one for another.
  const counted = withWay(all)
  const general = rank(about.suspects.left)
  const ranked = [
    ...general,
    ...counted.flatMap(({ suspects, address, facts }) =>
      rank(suspects.left, several ? address : undefined, reachOf(facts)),
    ),
  ].toSorted(byCertainty)
  const causes = toldOnce(
    ranked,
    viewsOf(about, 'target').map(({ label }) => label),
    counted.map(({ address }) => address),
  )
  const ways = addresses.filter((_, at) => counted.includes(all[at]!))
  const verdict = verdictOf(ways, causes)
  const next = nextStep(
    causes,
    about,
    counted.length > 0 && counted.every(({ facts }) => facts.local === true),
    all.some(({ facts }) => facts.tried?.seen.frames.known === true),
  )
  return {
    target,
    verdict,
    says: verdictSentence(target, verdict, causes, addresses),
    causes,
    steps,
    addresses,
    ...(next === undefined ? {} : { next }),
    ...times,
  }
}

const CERTAINTY = ['proven', 'likely', 'possible']
/** Stable: within one certainty, the order in which they block. */
const byCertainty = (one: DiagnosedCause, other: DiagnosedCause): number =>
  CERTAINTY.indexOf(one.certainty) - CERTAINTY.indexOf(other.certainty)

function diagnosisOf({ address, facts, suspects, target }: AddressInquiry): AddressDiagnosis {
  return { address, facts, suspects: suspects.all, verdict: verdict() }

  function verdict(): AddressDiagnosis['verdict'] {
    const proven = suspects.left.some(({ code, is }) => is === 'proven' && blocks(code))
    const { tried } = facts
    if (target.protocol === 'udp')
      return facts.answered === true
        ? 'reachable'
        : proven || facts.answered === false
          ? 'unreachable'
          : 'unknown'
    if (tried === undefined) return proven ? 'unreachable' : 'unknown'
    // What stands and is of no use can't be reached, either.
    // Small messages get through a way that swallows large ones: who is answered so has reached it.
    const survives = (code: CauseCode): boolean => code === 'mtu-black-hole' && isAnswered(facts)
    const useless = suspects.left.some(({ code, is }) => is !== 'possible' && blocks(code) && !survives(code))
    if (tried.attempt.outcome.kind === 'yes') return useless ? 'unreachable' : 'reachable'
    return tried.attempt.outcome.code === 'ENOSYS' ? 'unknown' : 'unreachable'
  }
}

function verdictOf(addresses: readonly AddressDiagnosis[], causes: readonly DiagnosedCause[]): Verdict {
  if (addresses.length === 0) return causes.length > 0 ? 'unreachable' : 'unknown'
  const reached = addresses.some(({ verdict }) => verdict === 'reachable')
  if (!reached) return addresses.some(({ verdict }) => verdict === 'unreachable') ? 'unreachable' : 'unknown'
  return causes.some(({ certainty }) => certainty !== 'possible') ? 'degraded' : 'reachable'
}
