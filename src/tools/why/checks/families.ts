/** Whether one family of addresses works and the other doesn't. */
import { type Address, familyOf, scopeOf } from '../../../model/address.ts'
import { formatEndpoint } from '../../../model/endpoint.ts'
import type { IpFamily } from '../../../model/protocol.ts'
import { type CheckResult, fine, found, type WholeCheck } from '../check.ts'
import type { Inquiry } from '../inquiry.ts'
import { FAMILY_WORDS, lacksFamily } from '../lacks-family.ts'
import type { Claim } from '../suspects.ts'

export const families: WholeCheck = {
  name: 'families',
  phase: 'whole',
  asks: 'Do IPv4 and IPv6 both work?',
  gathers: ['the attempts at all addresses of the name'],
  concludes: ['family-broken', 'localhost-family', 'listener-other-family'],
  applies: ({ all, target }) =>
    target.protocol === 'tcp' && new Set(all.map(({ address }) => familyOf(address))).size > 1,
  async run({ all, target }) {
    const works = (one: Inquiry): boolean => one.facts.tried?.attempt.outcome.kind === 'yes'
    const of = (family: IpFamily): Inquiry[] => all.filter(({ address }) => familyOf(address) === family)
    const broken = (['ipv6', 'ipv4'] as const).find(family => !of(family).some(works))
    if (broken === undefined) return fine('both do')
    const other = broken === 'ipv6' ? 'ipv4' : 'ipv6'
    // Who has no way for a family at all tries the other at once: nobody has to wait.
    if (of(broken).every(lacksFamily))
      return fine(`this host has no way for ${FAMILY_WORDS[broken]}, and uses ${FAMILY_WORDS[other]} at once`)
    if (!of(other).some(works)) return fine('neither does: it is not the family')
    if (of(broken).every(isAnsweredByReset)) return onlyOther(of(broken), broken, other)
    return found(`${FAMILY_WORDS[other]} works, ${FAMILY_WORDS[broken]} doesn’t`, [
      claimOf(target.host, broken, other, of(broken), all[0]!.address, of(other).find(works)!),
    ])
  },
}

/** The way is there, and the host: nobody listens in that family. Of a loopback address it depends on which is tried first. */
const isAnsweredByReset = ({ address, facts: { outcome } }: Inquiry): boolean =>
  outcome?.ended === 'ECONNREFUSED' &&
  outcome.left !== false &&
  (outcome.icmp === 'none' || outcome.icmp === null) &&
  scopeOf(address) !== 'loopback'

function onlyOther(refused: readonly Inquiry[], family: IpFamily, other: IpFamily): CheckResult {
  const { address } = refused[0]!
  const says = `${FAMILY_WORDS[family]} gets there, and is answered with a reset; ${FAMILY_WORDS[other]} is served`
  return found(says, [
    {
      code: 'listener-other-family',
      is: 'likely',
      because: says,
      where: { host: address },
      words: { family: FAMILY_WORDS[other], address },
      evidence: [{ source: 'connect', says }],
    },
  ])
}

function claimOf(
  name: string,
  broken: IpFamily,
  other: IpFamily,
  failed: readonly Inquiry[],
  first: Address,
  { to }: Inquiry,
): Claim {
  const ended = failed.map(({ address, facts }) => {
    const { kind = 'not tried', code } = facts.tried?.attempt.outcome ?? {}
    return `${address}: ${code ?? kind}`
  })
  const because = `${FAMILY_WORDS[other]} connects, and of ${FAMILY_WORDS[broken]} ${ended.join(', ')}`
  const evidence = [{ source: 'connect', says: because }]
  const local = failed.every(({ address }) => scopeOf(address) === 'loopback')
  if (local)
    return {
      code: 'localhost-family',
      // Who begins with the right one notices nothing.
      is: failed.some(({ address }) => address === first) ? 'proven' : 'possible',
      because,
      where: { host: name },
      words: { name, used: first, there: FAMILY_WORDS[other], works: formatEndpoint(to) },
      evidence,
    }
  return {
    code: 'family-broken',
    is: 'proven',
    because,
    where: { host: name },
    words: {
      name,
      family: FAMILY_WORDS[broken],
      other: FAMILY_WORDS[other],
      addresses: failed.map(({ address }) => address).join(', '),
    },
    evidence,
  }
}
