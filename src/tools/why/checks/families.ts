/** Whether one family of addresses works and the other doesn't. */
import { type Address, familyOf, scopeOf } from '../../../model/address.ts'
import type { IpFamily } from '../../../model/protocol.ts'
import { fine, found, type WholeCheck } from '../check.ts'
import type { Inquiry } from '../inquiry.ts'
import { lacksFamily } from '../lacks-family.ts'
import type { Claim } from '../suspects.ts'

export const families: WholeCheck = {
  name: 'families',
  phase: 'whole',
  asks: 'Do IPv4 and IPv6 both work?',
  gathers: ['the attempts at all addresses of the name'],
  concludes: ['family-broken', 'localhost-family'],
  applies: ({ all, target }) =>
    target.protocol === 'tcp' && new Set(all.map(({ address }) => familyOf(address))).size > 1,
  async run({ all, target }) {
    const works = (one: Inquiry): boolean => one.facts.tried?.attempt.outcome.kind === 'yes'
    const of = (family: IpFamily): Inquiry[] => all.filter(({ address }) => familyOf(address) === family)
    const broken = (['ipv6', 'ipv4'] as const).find(family => !of(family).some(works))
    if (broken === undefined) return fine('both do')
    const other = broken === 'ipv6' ? 'ipv4' : 'ipv6'
    if (!of(other).some(works)) return fine('neither does: it is not the family')
    // Who has no way for a family at all tries the other at once: nobody has to wait.
    if (of(broken).every(lacksFamily))
      return fine(`this host has no ${WORDS[broken]} to anywhere, and uses ${WORDS[other]} at once`)
    return found(`${WORDS[other]} works, ${WORDS[broken]} doesn’t`, [
      claimOf(target.host, broken, other, of(broken), all[0]!.address),
    ])
  },
}

const WORDS = { ipv4: 'IPv4', ipv6: 'IPv6' } as const

function claimOf(
  name: string,
  broken: IpFamily,
  other: IpFamily,
  failed: readonly Inquiry[],
  first: Address,
): Claim {
  const ended = failed.map(({ address, facts }) => {
    const { kind = 'not tried', code } = facts.tried?.attempt.outcome ?? {}
    return `${address}: ${code ?? kind}`
  })
  const because = `${WORDS[other]} connects, and of ${WORDS[broken]} ${ended.join(', ')}`
  const evidence = [{ source: 'connect', says: because }]
  const local = failed.every(({ address }) => scopeOf(address) === 'loopback')
  if (local)
    return {
      code: 'localhost-family',
      // Who begins with the right one notices nothing.
      is: failed.some(({ address }) => address === first) ? 'proven' : 'possible',
      because,
      where: { host: name },
      words: { name, used: first, there: WORDS[other] },
      evidence,
    }
  return {
    code: 'family-broken',
    is: 'proven',
    because,
    where: { host: name },
    words: { name, family: WORDS[broken], other: WORDS[other] },
    evidence,
  }
}
