/** Whether a local name means both loopback addresses, and only one of them has the server. */
import { familyOf, scopeOf } from '../../../model/address.ts'
import { isHostAddress } from '../../../model/endpoint.ts'
import { fine, found, type WholeCheck } from '../check.ts'
import type { Inquiry } from '../inquiry.ts'
import { isReached } from '../is-reached.ts'

const isLoopback = ({ address }: Inquiry): boolean => scopeOf(address) === 'loopback'

export const localhostFamily: WholeCheck = {
  name: 'localhost-family',
  phase: 'whole',
  asks: 'Does a local name mean both loopback addresses, and is the server on both?',
  gathers: ['the outcome of each loopback address of the name, in the system’s order'],
  concludes: ['localhost-family'],
  applies: ({ target, all }) => !isHostAddress(target.host) && all.length > 1 && all.every(isLoopback),
  async run({ target, all }) {
    const works = all.filter(isReached)
    const fails = all.filter(one => !isReached(one))
    const [open] = works
    const [closed] = fails
    if (open === undefined || closed === undefined)
      return fine(open === undefined ? 'no loopback address answers' : 'every loopback address answers')
    const first = all[0]!
    const name = String(target.host)
    const because = `${name} is ${all.map(({ address }) => address).join(', then ')}: ${closed.address} does not answer, ${open.address} does`
    return found(because, [
      {
        code: 'localhost-family',
        // Who tries the addresses in turn, or begins with the right one, notices nothing.
        is: first === closed ? 'proven' : 'possible',
        because,
        words: { name, used: closed.address, there: open.address },
        evidence: all.map(one => ({
          source: 'connect',
          says: `${one.address} (${familyOf(one.address)}): ${isReached(one) ? 'answers' : (one.facts.tried?.attempt.outcome.code ?? 'no answer')}`,
        })),
      },
    ])
  },
}
