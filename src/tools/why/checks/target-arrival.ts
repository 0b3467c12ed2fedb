/** At the target: did the SYN come as far, and what of it can be ruled out by what is seen there? */
import { unmap, withoutZone } from '../../../model/address.ts'
import { type AddressCheck, type CheckResult, fine, found, untold } from '../check.ts'
import { type Arrival, arrivalsAt, targetViews } from '../far/arrivals.ts'
import { neighbourBack, neighbourClaims } from '../far/neighbour-back.ts'
import { DECIDED_AT_TARGET, halfOf, notAtTarget } from '../far/not-at-target.ts'
import { seenOnAnotherLink } from '../far/on-another-link.ts'
import { passesAt } from '../far/passes-at.ts'
import { asSureAs } from '../far/source-at-target.ts'
import { waysOf } from '../far/ways-of.ts'
import type { Inquiry } from '../inquiry.ts'

export const targetArrival: AddressCheck = {
  name: 'target-arrival',
  phase: 'after',
  asks: 'Did it come as far as the target, and what can be ruled out there?',
  gathers: [
    'half-open connections at the target',
    'its counters',
    'its own route back, and the next hop of it',
    'its rules',
  ],
  concludes: [...DECIDED_AT_TARGET, 'conntrack-full', 'route-blackhole', 'host-down'],
  applies: inquiry =>
    inquiry.target.protocol === 'tcp' &&
    inquiry.facts.tried?.silent === true &&
    inquiry.facts.local !== true &&
    targetViews(inquiry).length > 0,
  async run(inquiry) {
    const [arrival] = await arrivalsAt(inquiry)
    const moved = arrival === undefined ? undefined : inquiry.facts.moved?.get(arrival.view.label)
    if (arrival === undefined || moved === undefined)
      return untold('nothing is known of what arrives at the target')
    return look(inquiry, arrival, moved)
  },
}

async function look(
  inquiry: Inquiry,
  arrival: Arrival,
  moved: Parameters<typeof halfOf>[1],
): Promise<CheckResult> {
  const { view, from, address, sure } = arrival
  const own = await view.addresses()
  const entry = own.find(one => plain(one.address) === plain(address))?.interface
  // From an address that isn't its own the kernel sends nothing, whatever its routes.
  const route = await view.os.routeTo({ to: from, ...(entry === undefined ? {} : { source: address }) })
  // Of a source that is surely another one by then, the route back says nothing.
  const back = sure !== 'no' && route.known && route.value.kind !== 'refused' ? route.value.device : undefined
  const neighbour = sure === 'no' ? undefined : await neighbourBack(view, route, from)
  const half = halfOf(inquiry, moved)
  const elsewhere =
    neighbour === undefined
      ? undefined
      : await seenOnAnotherLink(inquiry.views, view.label, neighbour.address, neighbour.device)
  const claims = [
    ...notAtTarget(inquiry, {
      arrival,
      moved,
      passes: passesAt(inquiry, view.label),
      ...(back === undefined ? {} : { back }),
      ...(entry === undefined ? {} : { entry }),
      ...(neighbour === undefined ? {} : { neighbour }),
    }),
    ...(neighbour === undefined
      ? []
      : neighbourClaims(
          view.label,
          neighbour,
          half !== undefined || moved.rose.has('TcpExt.ListenDrops'),
          asSureAs('proven', sure),
          elsewhere,
        )),
  ]
  const unheard = claims.find(({ code, is }) => HOPS_BACK.has(code) && is === 'proven')
  if (unheard !== undefined) return found(unheard.because, claims)
  const refused = route.known && route.value.kind === 'refused' ? route.value.code : undefined
  if (refused !== undefined) {
    const says = `the kernel of ${view.label} has no way back to ${from}: ${refused}`
    const { giveWay } = await import('../advice/give-way.ts')
    const tell = sure === 'no' ? untold : found
    return tell(says, [
      ...claims,
      {
        code: 'no-return-route',
        is: asSureAs('proven', sure),
        because: sure === 'seen' ? says : `${says}; whether it comes there as ${from}, nobody sees`,
        where: { host: view.label, stage: 'routing' },
        leg: 'far-back',
        words: { by: view.label, host: view.label, source: from, address: from },
        evidence: [{ source: `routes of ${view.label}`, says }],
        ...giveWay(await waysOf(inquiry, view), from, address),
      },
    ])
  }
  if (half !== undefined)
    return found(`half of the connection is at ${view.label}: the answer is lost on its way back`, claims)
  return fine(`nothing of it is seen at ${view.label}, and nothing there keeps it out`, claims)
}

const HOPS_BACK: ReadonlySet<string> = new Set(['gateway-silent', 'neighbour-silent', 'no-return-route'])

const plain = (address: Parameters<typeof withoutZone>[0]) => unmap(withoutZone(address))
