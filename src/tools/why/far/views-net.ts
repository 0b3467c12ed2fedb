/**
 * The views of an inquiry as a network to follow packets through: who of them has which address, and who comes after a hop that
 * nobody looked at.
 *
 * Between two views there may be routers that nobody sees. A packet that is handed to one of those is taken up again at the
 * target, or on its way back at the client, as if nothing had changed it; each such leap is noted, so that what follows from
 * it can be called what it is.
 */
import { type Address, familyOf, unmap, withoutZone } from '../../../model/address.ts'
import { addressScalar } from '../../../model/filter/address-scalar.ts'
import type { Host } from '../../../model/path/host.ts'
import { routeFor } from '../../../model/path/routing.ts'
import type { InterfaceAddress } from '../../../os/os.ts'
import type { TraceNet } from '../../trace/trace.ts'
import type { ReadView } from '../view.ts'
import type { Leap } from './followed-way.ts'

export interface ViewsNet extends TraceNet {
  /** Leaps over what nobody sees, in the order in which they were taken: from whom, over whom, to whom. */
  readonly leaps: readonly Leap[]
}

interface Placed {
  readonly view: ReadView
  readonly addresses: readonly InterfaceAddress[]
  readonly host: Host | undefined
}

/** `from`: where the way begins, `to`: what is asked for. Labels of the views must differ. */
export async function viewsNet(
  views: readonly ReadView[],
  from: { readonly label: string; readonly source: Address },
  to: Address,
): Promise<ViewsNet> {
  const placed = await Promise.all(
    views.map(async (view): Promise<Placed> => {
      const [addresses, { judged }] = await Promise.all([view.addresses(), view.rules()])
      return { view, addresses, host: judged.host }
    }),
  )
  const leaps: Leap[] = []
  let arrived = false
  const owner = (host: string, address: Address): { host: string; device: string } | null => {
    for (const { view, addresses } of placed) {
      if (view.label === host) continue
      const found = addresses.find(one => one.interface !== 'lo' && isSame(one.address, address))
      if (found !== undefined) return { host: view.label, device: found.interface }
    }
    return null
  }
  /** Who is to take it up again behind a router that nobody sees. */
  const beyond = (host: string): { host: string; device: string } | null => {
    const target = placed.find(({ view, addresses }) => view.label !== host && has(addresses, to))
    const next = arrived ? placed.find(({ view }) => view.label === from.label) : target
    if (next === undefined || next.view.label === host) return null
    const device = deviceTowards(next.host, arrived ? to : from.source)
    return device === undefined ? null : { host: next.view.label, device }
  }
  return {
    hosts: views.map(({ label }) => label),
    leaps,
    osOf: label => views.find(view => view.label === label)!.os,
    nextOn(host, _device, address) {
      const straight = owner(host, address)
      // What is handed to its destination itself has no router before it.
      const isLast = isSame(address, to) || isSame(address, from.source)
      const next = straight ?? (isLast ? null : beyond(host))
      if (next === null) return null
      if (straight === null) leaps.push({ from: host, over: address, to: next.host })
      if (has(placed.find(({ view }) => view.label === next.host)!.addresses, to)) arrived = true
      return next
    },
    natOf: () => null,
  }
}

const isSame = (one: Address, other: Address): boolean =>
  unmap(withoutZone(one)) === unmap(withoutZone(other))

const has = (addresses: readonly InterfaceAddress[], wanted: Address): boolean =>
  addresses.some(one => one.interface !== 'lo' && isSame(one.address, wanted))

/** The device that a route there leads out by, which is where we take its packets to come in. */
function deviceTowards(host: Host | undefined, address: Address): string | undefined {
  if (host === undefined) return undefined
  return routeFor(host, { family: familyOf(address), destination: addressScalar(address) }).device
}
