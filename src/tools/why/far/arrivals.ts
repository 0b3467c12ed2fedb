/** What arrives at the hosts that are looked at as the target: the addresses as they are there, after what is translated on the way. */
import { type Address, familyOf, scopeOf, unmap, withoutZone } from '../../../model/address.ts'
import { addressScalar, scalarAddress } from '../../../model/filter/address-scalar.ts'
import { routeFor } from '../../../model/path/routing.ts'
import type { Inquiry } from '../inquiry.ts'
import { type ReadView, THIS_HOST } from '../view.ts'
import { type SourceAtTarget, sourceAtTarget } from './source-at-target.ts'

export interface Arrival {
  readonly view: ReadView
  /** Where it is for by then. */
  readonly address: Address
  readonly port: number
  /** Whom it seems to come from by then. */
  readonly from: Address
  /** How sure that is. */
  readonly sure: SourceAtTarget['sure']
}

/** Views of the target, this host among them where it is the target itself. */
export function targetViews({ views, client, facts }: Inquiry): readonly ReadView[] {
  const named = views.filter(({ role }) => role === 'target')
  if (named.length > 0 || facts.local !== true) return named
  return [client]
}

/**
 * By the way that was followed, where it led to one of them; else as it was sent, where one has the address. Empty where
 * neither holds: then somebody translates it whom nobody sees.
 */
export async function arrivalsAt(inquiry: Inquiry): Promise<readonly Arrival[]> {
  const { to, facts, options } = inquiry
  // Rules of this host itself send it somewhere else.
  if (facts.local === true && facts.sentOnTo !== undefined) return []
  const views = targetViews(inquiry)
  const local = facts.tried?.attempt.local
  const chosen =
    facts.route?.known === true && facts.route.value.kind !== 'refused' ? facts.route.value.source : undefined
  const from =
    facts.followed?.source ??
    (local?.known === true ? local.value.address : (options.source ?? chosen ?? to.address))
  const last = facts.followed?.trace.hops.at(-1)
  const reached = last === undefined ? undefined : views.find(({ label }) => label === last.host)
  if (last !== undefined && reached !== undefined && last.packet.destination !== undefined) {
    const { family, destination, destinationPort, source } = last.packet
    const end = scalarAddress(destination as number | bigint, family)
    // It was given another destination there, and is passed on to somebody whom nobody sees.
    if (
      facts.followed!.trace.end !== 'delivered' &&
      !(await hasIt(reached, end)) &&
      plain(end) !== plain(to.address)
    )
      return []
    const sent = source === undefined ? from : scalarAddress(source as number | bigint, family)
    const seen = sourceAtTarget(inquiry, reached.label, sent)
    return [
      {
        view: reached,
        address: end,
        port: destinationPort ?? to.port,
        from: seen.address,
        sure: seen.sure,
      },
    ]
  }
  const all = await Promise.all(
    views.map(async view => ({ view, own: (await view.addresses()).map(({ address }) => plain(address)) })),
  )
  return all.flatMap(({ view, own }): Arrival[] => {
    if (!own.includes(plain(to.address)) && view.label !== THIS_HOST) return []
    const { address, sure } = sourceAtTarget(inquiry, view.label, from)
    return [{ view, address: to.address, port: to.port, from: address, sure }]
  })
}

const hasIt = async (view: ReadView, address: Address): Promise<boolean> =>
  (await view.addresses()).some(one => plain(one.address) === plain(address))

const plain = (address: Address): Address => unmap(withoutZone(address))

/** What comes for one of our own addresses comes in by loopback; the rest by where the answer would leave. */
export async function arrivalDevice({ view, from, address }: Omit<Arrival, 'sure'>): Promise<string> {
  const [{ judged }, own] = await Promise.all([view.rules(), view.addresses()])
  if (scopeOf(address) === 'loopback' || own.some(one => one.address === from)) return 'lo'
  if (judged.host === undefined) return own.find(one => one.address === address)?.interface ?? 'lo'
  const route = routeFor(judged.host, { family: familyOf(from), destination: addressScalar(from) })
  return route.device ?? own.find(one => one.address === address)?.interface ?? 'lo'
}
