/** What a row of the outcomes makes of its suspects, and an outcome in words. */
import { formatEndpoint } from '../../model/endpoint.ts'
import type { Inquiry } from './inquiry.ts'
import type { Outcome, RowSuspect } from './outcomes.ts'
import type { Claim, Where } from './suspects.ts'
import { THIS_HOST } from './view.ts'

export function rowClaims(
  inquiry: Inquiry,
  seen: Outcome,
  suspect: RowSuspect,
  says: string,
  source: string,
): Claim {
  const { code, is, leg } = suspect
  const { address, to, target } = inquiry
  return {
    code,
    is,
    because: `${says} (${source})`,
    where: whereOf(inquiry, seen, suspect),
    ...(leg === undefined ? {} : { leg }),
    words: {
      place: placeWords(inquiry, seen, suspect),
      address,
      neighbour: suspect.at === 'target' ? 'its next hop' : address,
      target: formatEndpoint(to),
      name: target.host,
      ...(seen.other === undefined ? {} : { other: formatEndpoint(seen.other) }),
      ...byWords(suspect, address),
      ...(seen.sender === undefined ? {} : { by: seen.sender, device: seen.sender }),
    },
    evidence: [{ source: seen.icmp === null || seen.icmp === 'none' ? 'connect' : 'icmp', says }],
  }
}

function whereOf({ address }: Inquiry, { sender }: Outcome, { at, stage }: RowSuspect): Where {
  const host =
    at === 'here' ? THIS_HOST : at === 'way' ? ON_THE_WAY : at === 'sender' ? (sender ?? address) : address
  return { host, ...(stage === undefined ? {} : { stage }) }
}

/** Who does it, where no sender says. */
function byWords({ at }: RowSuspect, address: string): Readonly<Record<string, string>> {
  if (at === 'way') return { by: 'a router on the way' }
  return at === 'target' ? { by: address } : {}
}

/** Whose filter it is. */
function placeWords(inquiry: Inquiry, seen: Outcome, suspect: RowSuspect): string {
  const { host } = whereOf(inquiry, seen, suspect)
  return host === ON_THE_WAY ? ' on the way' : ` of ${host}`
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
