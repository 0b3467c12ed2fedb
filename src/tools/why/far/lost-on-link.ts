/** A way that ends on a link: nobody that is seen takes what is handed over there. */
import type { Address } from '../../../model/address.ts'
import { scalarAddress } from '../../../model/filter/address-scalar.ts'
import type { Hop, Walk } from '../../trace/trace.ts'
import type { Claim } from '../suspects.ts'
import { type Direction, endText, type FarContext, translatedAt } from './far-context.ts'
import { onAnotherLink } from './on-another-link.ts'
import { passedBeyond, passedOn } from './passed-on.ts'
import type { Claiming } from './way-ends.ts'

/** Nobody that we see has the address it is handed to. What the one before knows of its neighbours decides. */
export function lostOnLink(
  { neighbours, way, rules }: FarContext,
  walk: Walk,
  last: Hop,
  direction: Direction,
  claim: Claiming,
): readonly Claim[] {
  const did = last.stages.at(-1)?.did
  if (did?.kind !== 'sent' || did.to === undefined) return []
  const found = neighbours
    .get(last.host)
    ?.find(({ interface: device, address }) => device === did.device && address === did.to)
  const { destination, family } = last.packet
  const isLast = destination !== undefined && scalarAddress(destination as number | bigint, family) === did.to
  if (found === undefined || (found.state !== 'failed' && found.state !== 'incomplete')) {
    if (direction === 'back') return []
    // It has answered there a moment ago: NUD_REACHABLE lasts for half a minute.
    if (found?.state === 'reachable' && isLast && translatedAt(walk) === undefined)
      return [
        {
          code: 'host-down',
          is: 'excluded',
          because: `${last.host} has heard ${did.to} on ${did.device} (${found.state})`,
        },
      ]
    return passedBeyond(way, walk, last)
  }
  const says = `${last.host} asked for ${did.to} on ${did.device}, and nobody answered (${found.state})`
  const words = { address: did.to, neighbour: did.to }
  // Somebody who is seen has it: on the link is what it isn't.
  const elsewhere = onAnotherLink(rules, last.host, did.to as Address, did.device)
  if (elsewhere !== undefined) {
    const code = direction === 'back' ? 'no-return-route' : 'neighbour-silent'
    return [claim(code, 'neighbour', says, { words: { ...words, host: last.host }, ...elsewhere })]
  }
  if (direction === 'back') return [claim('neighbour-silent', 'neighbour', says, { words })]
  if (!isLast) return [claim('gateway-silent', 'neighbour', says, { words })]
  if (translatedAt(walk) !== undefined)
    return [
      claim('nat-backend-silent', 'neighbour', says, {
        words: { ...words, address: endText(way.question.packet, 'destination'), backend: did.to },
        ...passedOn(translatedAt(walk)!, way, endText(last.packet, 'destination'), 'silent'),
      }),
    ]
  return [claim('host-down', 'neighbour', says, { words })]
}
