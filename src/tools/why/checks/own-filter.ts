/** Whether this host's own packet filter stops the flow, or the answer to it, and by which rule. */
import { type AddressCheck, fine, found, untold } from '../check.ts'
import { NO_SOURCE, sourceOf } from '../far/source-of.ts'
import { type Inquiry, isUnanswered, seenOnTheWire } from '../inquiry.ts'
import type { OwnStop } from '../own/own-stop.ts'
import { isDecided } from '../rank.ts'
import type { Claim, Suspicion } from '../suspects.ts'
import { THIS_HOST } from '../view.ts'

const NOT_ALL = 'the rules of this host are not all known'

export const ownFilter: AddressCheck = {
  name: 'own-filter',
  phase: 'after',
  asks: 'Does this host’s own packet filter stop it, or the answer?',
  gathers: [
    'the rules in force',
    'the way of the very flow through them, and of its answer',
    'tracked connections',
  ],
  concludes: ['filter-drop', 'filter-reject'],
  applies: inquiry =>
    isUnanswered(inquiry) &&
    !answeredFromOutside(inquiry.facts) &&
    // A call that says no at once, for a reason that is known by now, sent nothing that a rule could meet.
    !(inquiry.facts.outcome?.atOnce === true && isDecided(inquiry.suspects)),
  async run(inquiry) {
    if (sourceOf(inquiry) === undefined) return untold(`${NOT_ALL}: ${NO_SOURCE}`)
    const { ownStop } = await import('../own/own-stop.ts')
    const stops = await ownStop(inquiry)
    if (typeof stops === 'string') return untold(`${NOT_ALL}: ${stops}`)
    const claims = stops.map(stop => claimOf(inquiry, stop))
    const { leaving, returning } = inquiry.facts
    const leaves = passes(stops, 'leaving') && (leaving?.end === 'sent' || leaving?.end === 'delivered')
    const returns = passes(stops, 'returning') && returning?.end === 'delivered'
    const clear: Claim[] = [
      ...(leaves ? cleared('output', 'postrouting') : []),
      ...(returns ? cleared('input', 'prerouting') : []),
    ]
    if (claims.length === 0) return fine('nothing in this host’s rules is against it', clear)
    return found(stops.map(({ stopped }) => stopped.because).join('; '), [...claims, ...clear])
  },
}

/** It left, and somebody said no: no rule of this host was against it. */
const answeredFromOutside = ({ outcome, local }: Inquiry['facts']): boolean =>
  local !== true && outcome?.left === true && outcome.ended !== 'silent'

const passes = (stops: readonly OwnStop[], of: OwnStop['way']): boolean =>
  !stops.some(({ way }) => way === of)

/** Where nothing stops it: what the outcome had made possible there is out of question. */
const cleared = (...stages: readonly string[]): Claim[] =>
  stages.flatMap(stage =>
    (['filter-drop', 'filter-reject'] as const).map(
      (code): Claim => ({
        code,
        is: 'excluded',
        because: `the rules of this host let it pass at ${stage}`,
        where: { host: THIS_HOST, stage },
      }),
    ),
  )

function claimOf(inquiry: Inquiry, { way, stopped, advice }: OwnStop): Claim {
  const { code, stage, rule, because, evidence } = stopped
  const is = weight(inquiry, way, stopped)
  return {
    code,
    is,
    because: is === 'possible' || is === 'excluded' ? `${because}; but the attempt ended otherwise` : because,
    where: { host: THIS_HOST, stage, rule },
    leg: way === 'leaving' ? 'here' : 'here-back',
    title: `${code === 'filter-drop' ? 'the packet filter of this host drops' : 'the packet filter of this host rejects'} ${way === 'leaving' ? 'it' : 'the answer'} at ${stage}`,
    ...advice,
    evidence,
  }
}

/** What the attempt says to it: a rule that would have stopped what was seen to leave did not decide. */
function weight(inquiry: Inquiry, way: OwnStop['way'], { is, code }: OwnStop['stopped']): Suspicion {
  const { facts, target } = inquiry
  const seen = facts.outcome
  if (is !== 'proven') return is
  const { left, back } = seenOnTheWire(inquiry)
  const silent = target.protocol === 'udp' || seen?.ended === 'silent'
  if (way === 'leaving') {
    if (left === true && facts.local !== true) return 'excluded'
    return target.protocol === 'udp' || silent === (code === 'filter-drop') ? 'proven' : 'possible'
  }
  if (!silent) return 'possible'
  // An answer that never came was not dropped here: something before it is to blame, and this comes next.
  return back === true ? 'proven' : back === null && left !== false ? 'likely' : 'possible'
}
