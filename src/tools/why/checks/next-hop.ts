/** Whether who is next on the link, the gateway or the target itself, answers there at all. */
import { type Address, unmap, withoutZone } from '../../../model/address.ts'
import type { Neighbour } from '../../../model/route.ts'
import { type AddressCheck, fine, found, untold } from '../check.ts'
import { seenOnAnotherLink } from '../far/on-another-link.ts'
import { type Inquiry, isUnanswered, seenOnTheWire } from '../inquiry.ts'
import type { Claim } from '../suspects.ts'
import { THIS_HOST } from '../view.ts'

export const nextHop: AddressCheck = {
  name: 'next-hop',
  phase: 'after',
  asks: 'Does the next hop answer on the link?',
  gathers: ['the table of neighbours, after the attempt has asked'],
  concludes: [
    'neighbour-silent',
    'gateway-silent',
    'neighbour-wrong',
    'host-down',
    'local-network-permission',
  ],
  applies: inquiry => isUnanswered(inquiry) && inquiry.facts.local !== true,
  async run(inquiry) {
    const { facts, address, os } = inquiry
    const mac = await localNetwork(inquiry)
    if (mac !== undefined) return found(mac.because, [mac])
    const route =
      facts.route?.known === true && facts.route.value.kind !== 'refused' ? facts.route.value : undefined
    if (route === undefined) return untold('nobody says who is next')
    const tables = await os.routes()
    if (!tables.known) return untold('neighbours can’t be read')
    const next = route.gateway ?? address
    const entry = (tables.value.neighbours ?? []).find(
      one => one.interface === route.device && bare(one.address) === bare(next),
    )
    if (entry === undefined) {
      const none = `${next} has no entry in the table of neighbours of ${route.device}`
      const seen = tables.value.neighbours !== undefined && seenOnTheWire(inquiry).left === false
      return untold(none, seen ? neverAsked(none) : [])
    }
    const elsewhere = await seenOnAnotherLink(inquiry.views, THIS_HOST, bare(next), route.device)
    const claims = claimsOf(inquiry, entry, route.gateway !== undefined, elsewhere)
    const says = `${next} is ${entry.state} on ${route.device}${entry.hardware === undefined ? '' : ` (${entry.hardware})`}`
    return claims.some(({ is }) => is !== 'excluded') ? found(says, claims) : fine(says, claims)
  },
}

const bare = (address: Address): Address => unmap(withoutZone(address))

/** What is sent makes an entry as soon as it comes to its interface (neigh_resolve_output): this has been stopped before. */
const neverAsked = (none: string): Claim[] =>
  (['neighbour-silent', 'gateway-silent'] as const).map(code => ({
    code,
    is: 'excluded',
    because: `${none}: nobody was asked for it, so what was sent didn’t come as far`,
    where: { host: THIS_HOST },
  }))

function claimsOf(
  inquiry: Inquiry,
  entry: Neighbour,
  gateway: boolean,
  elsewhere: Pick<Claim, 'title' | 'remedy'> | undefined,
): Claim[] {
  const code = gateway ? 'gateway-silent' : 'neighbour-silent'
  const other = gateway ? 'neighbour-silent' : 'gateway-silent'
  const { interface: device, address: neighbour, state } = entry
  const says = `the entry of ${neighbour} is ${state}`
  const words = { device, neighbour }
  const evidence = [{ source: `neighbours of ${device}`, says }]
  const not: Claim = {
    code: other,
    is: 'excluded',
    because: gateway ? 'a gateway is next' : 'the target is on the link',
    where: { host: THIS_HOST },
  }
  const wrong: Claim = {
    code: 'neighbour-wrong',
    is: 'excluded',
    because: `${says}, which nobody has fixed`,
    where: { host: THIS_HOST },
  }
  if (state === 'failed' || state === 'incomplete') {
    const left = seenOnTheWire(inquiry).left === true
    const because = `${says}: nobody answered to it, ${left ? 'though packets were sent' : 'and so nothing could leave'}`
    const silent: Claim = {
      code,
      is: left ? 'possible' : 'proven',
      because,
      where: { host: THIS_HOST, stage: 'neighbour' },
      words,
      evidence,
      ...elsewhere,
    }
    // Why it keeps silent can't be told from here.
    const down: Claim = {
      code: 'host-down',
      is: 'possible',
      because,
      behind: code,
      words: { address: neighbour },
      evidence,
    }
    return [not, wrong, silent, ...(gateway || left || elsewhere !== undefined ? [] : [down])]
  }
  const answers: Claim = {
    code,
    is: 'excluded',
    because: `${says}: it is known where it is`,
    where: { host: THIS_HOST },
  }
  if (state !== 'permanent') return [not, answers, wrong]
  return [
    not,
    answers,
    {
      code: 'neighbour-wrong',
      is: 'possible',
      because: `${says}: nobody asks whether it is right`,
      where: { host: THIS_HOST, stage: 'neighbour' },
      words,
      evidence,
    },
  ]
}

/**
 * macOS 15 and later ask the user before a program may reach the local network; without leave connect(2) says EHOSTUNREACH (Apple, Technical
 * Note TN3179). From documentation: not shown here.
 */
async function localNetwork({ os, facts, client, address }: Inquiry): Promise<Claim | undefined> {
  if (os.platform !== 'darwin' || facts.tried?.attempt.outcome.code !== 'EHOSTUNREACH') return undefined
  const { contains, networkOf } = await import('../../../model/prefix.ts')
  const own = (await client.addresses()).find(
    one => one.interface !== 'lo0' && contains(networkOf(one.address, one.prefix), address),
  )
  if (own === undefined) return undefined
  const because = `EHOSTUNREACH for an address of the link of ${own.interface} on macOS`
  return {
    code: 'local-network-permission',
    is: 'possible',
    because: `${because}; that it means this is from documentation`,
    where: { host: THIS_HOST },
    evidence: [
      {
        source: 'Apple TN3179',
        says: `${because} is what a program gets that may not reach the local network`,
      },
    ],
  }
}
