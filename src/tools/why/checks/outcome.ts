/** Whom the outcome of the attempt makes a suspect: the table of `outcome-rows.ts`. */
import { formatEndpoint } from '../../../model/endpoint.ts'
import { type AddressCheck, fine, found, untold } from '../check.ts'
import type { Inquiry } from '../inquiry.ts'
import { OUTCOME_ROWS } from '../outcome-rows.ts'
import { type Outcome, outcomeOf, type RowSuspect, rowFor } from '../outcomes.ts'
import type { Claim, Where } from '../suspects.ts'
import { THIS_HOST } from '../view.ts'

export const outcome: AddressCheck = {
  name: 'outcome',
  phase: 'after',
  asks: 'Whom does the outcome make a suspect?',
  gathers: ['how the attempt ended and when', 'whether a frame left', 'what came back, and who sent it'],
  concludes: [...new Set(OUTCOME_ROWS.flatMap(({ suspects }) => suspects.map(({ code }) => code)))],
  applies: ({ facts, target }) => facts.tried !== undefined && target.protocol === 'tcp',
  async run(inquiry) {
    const { facts } = inquiry
    const own = (await inquiry.client.addresses()).map(({ address }) => address)
    const seen = outcomeOf(facts.tried!, { local: facts.local === true, own })
    facts.outcome = seen
    const row = rowFor(seen)
    if (row === undefined) return untold(`no row of outcomes fits ${seen.ended}`)
    if (row.suspects.length === 0) return fine('the connection stands')
    const says = sentence(seen)
    const claims = row.suspects.map(suspect => claimOf(inquiry, seen, suspect, says, row.source))
    return found(`${row.name}: ${says}`, claims)
  },
}

function claimOf(inquiry: Inquiry, seen: Outcome, suspect: RowSuspect, says: string, source: string): Claim {
  const { code, is, leg } = suspect
  const { address, to, target } = inquiry
  return {
    code,
    is,
    because: `${says} (${source})`,
    where: whereOf(inquiry, seen, suspect),
    ...(leg === undefined ? {} : { leg }),
    words: {
      address,
      target: formatEndpoint(to),
      name: target.host,
      ...(seen.sender === undefined ? {} : { by: seen.sender }),
    },
    evidence: [{ source: seen.icmp === null || seen.icmp === 'none' ? 'connect' : 'icmp', says }],
  }
}

function whereOf({ address }: Inquiry, { sender }: Outcome, { at, stage }: RowSuspect): Where {
  const host =
    at === 'here' ? THIS_HOST : at === 'way' ? ON_THE_WAY : at === 'sender' ? (sender ?? address) : address
  return { host, ...(stage === undefined ? {} : { stage }) }
}

/** Nobody said who: somewhere between here and there. */
export const ON_THE_WAY = 'on the way'

/** What was seen, in words. */
export function sentence({ ended, atOnce, ms, left, back, icmp, by, sender }: Outcome): string {
  const time = ms < 10 ? ms.toFixed(1) : String(Math.round(ms))
  const end =
    ended === 'open'
      ? `connected in ${time} ms`
      : ended === 'silent'
        ? `no answer in ${time} ms`
        : `${ended} ${atOnce ? 'at once' : `after ${time} ms`}`
  const error =
    icmp === null || icmp === 'none'
      ? ''
      : `, ICMP ${icmp}${by === 'this-host' ? ' by this host itself' : sender === undefined ? '' : ` from ${sender}`}`
  const frames =
    left === false ? ', and no frame left' : left === true && ended === 'silent' ? ', though frames left' : ''
  const answer =
    back === 'syn-ack' && ended === 'silent'
      ? ', and a SYN-ACK came in'
      : back === 'other-syn-ack'
        ? ', and a SYN-ACK of another address came in'
        : back === 'reset' && ended === 'ECONNREFUSED'
          ? ', by a reset'
          : ''
  return `${end}${error}${answer}${frames}`
}
