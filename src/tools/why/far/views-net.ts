/**
 * The views of an inquiry as a network to follow packets through: who of them has which address, which bridge lies between two,
 * and who comes after a router that nobody sees.
 *
 * A packet that is handed to a router that nobody sees is taken up again at the target, or on its way back at the client, as if
 * nothing had changed it; each such leap is noted, so that what follows from it can be called what it is.
 */
import { type Address, familyOf, unmap, withoutZone } from '../../../model/address.ts'
import { addressScalar } from '../../../model/filter/address-scalar.ts'
import { type Known, known } from '../../../model/known.ts'
import type { Host } from '../../../model/path/host.ts'
import { routeFor } from '../../../model/path/routing.ts'
import type { RoutingTables } from '../../../model/route.ts'
import type { FilterViewQuery, FilterViews, InterfaceAddress, OS } from '../../../os/os.ts'
import type { TraceNet } from '../../trace/trace.ts'
import type { ReadView } from '../view.ts'
import type { Leap } from './followed-way.ts'

export interface ViewsNet extends TraceNet {
  /** In the order in which they were taken. */
  readonly leaps: readonly Leap[]
}

interface Placed {
  readonly view: ReadView
  readonly label: string
  readonly addresses: readonly InterfaceAddress[]
  readonly host: Host | undefined
  readonly tables: RoutingTables | undefined
}

interface At {
  readonly host: string
  readonly device: string
}

/** `from`: where the way begins, `to`: what is asked for. Labels of the views must differ. */
export async function viewsNet(
  views: readonly ReadView[],
  from: { readonly label: string; readonly source: Address },
  to: Address,
): Promise<ViewsNet> {
  const placed = await Promise.all(views.map(place))
  const of = (label: string): Placed => placed.find(one => one.label === label)!
  const leaps: Leap[] = []
  let reachedTarget = false
  const next = (host: string, device: string, address: Address): At | null => {
    const owner = ownerOf(placed, host, address)
    const bridge = bridgeBetween(placed, of(host), device, owner)
    if (bridge !== null) return bridge
    if (owner !== null) return owner
    if (!isGateway(of(host), address)) return null
    const beyond = reachedTarget ? of(from.label) : placed.find(one => one.label !== host && has(one, to))
    if (beyond === undefined || beyond.label === host) return null
    const arrives = reachedTarget ? from.source : to
    const entry = beyond.addresses.find(one => isSame(one.address, arrives))?.interface
    const towards = entry ?? deviceTowards(beyond.host, reachedTarget ? to : from.source)
    if (towards === undefined) return null
    leaps.push({ from: host, over: address, to: beyond.label })
    return { host: beyond.label, device: towards }
  }
  return {
    hosts: views.map(({ label }) => label),
    leaps,
    osOf: label => asFollowed(of(label).view, placed),
    nextOn(host, device, address) {
      const found = next(host, device, address)
      if (found !== null && of(found.host).view.role === 'target') reachedTarget = true
      return found
    },
    natOf: () => null,
  }
}

/**
 * The host of a view as a way is followed through it. Its rules are read once: they are large, and don't change in between.
 *
 * The hardware address of a router that nobody sees is none of the next host that is seen: what leaps over it would not be taken in
 * there. So neighbours that are no view's address are left out.
 */
function asFollowed(view: ReadView, placed: readonly Placed[]): OS {
  const { os } = view
  const isSeen = (address: Address): boolean => placed.some(one => has(one, address))
  const routes = async (): Promise<Known<RoutingTables>> => {
    const told = await os.routes()
    if (!told.known || told.value.neighbours === undefined) return told
    const neighbours = told.value.neighbours.filter(({ address }) => isSeen(address))
    return known({ ...told.value, neighbours })
  }
  const listings = listingsOf.get(view) ?? new Map<string, Promise<FilterViews>>()
  listingsOf.set(view, listings)
  const ruleset = (query: FilterViewQuery = {}): Promise<FilterViews> => {
    const key = (query.views ?? []).join(' ')
    const reading = listings.get(key) ?? os.ruleset(query)
    listings.set(key, reading)
    return reading
  }
  return new Proxy(os, {
    get: (host, key) => {
      if (key === 'routes') return routes
      if (key === 'ruleset') return ruleset
      const value: unknown = Reflect.get(host, key, host)
      return typeof value === 'function' ? value.bind(host) : value
    },
  })
}

const listingsOf = new WeakMap<ReadView, Map<string, Promise<FilterViews>>>()

async function place(view: ReadView): Promise<Placed> {
  const [addresses, { judged }, routes] = await Promise.all([
    view.addresses(),
    view.rules(),
    view.os.routes(),
  ])
  const tables = routes.known ? routes.value : undefined
  return { view, label: view.label, addresses, host: judged.host, tables }
}

function ownerOf(placed: readonly Placed[], host: string, address: Address): At | null {
  for (const { label, addresses } of placed) {
    if (label === host) continue
    const found = addresses.find(one => one.interface !== 'lo' && isSame(one.address, address))
    if (found !== undefined) return { host: label, device: found.interface }
  }
  return null
}

/** A bridge that has learned the sender behind one of its ports and the next one behind another. */
function bridgeBetween(placed: readonly Placed[], from: Placed, device: string, to: At | null): At | null {
  if (to === null) return null
  const hardware = ({ tables }: Placed, name: string): string | undefined =>
    tables?.interfaces.find(one => one.name === name)?.hardware
  const sender = hardware(from, device)
  const receiver = hardware(placed.find(({ label }) => label === to.host)!, to.device)
  if (sender === undefined || receiver === undefined) return null
  for (const { label, tables } of placed) {
    if (label === from.label || label === to.host) continue
    const entries = tables?.bridgeEntries ?? []
    const inBy = entries.find(one => one.hardware === sender && one.port !== one.bridge)
    const outBy = entries.find(one => one.hardware === receiver && one.bridge === inBy?.bridge)
    if (inBy !== undefined && outBy !== undefined && outBy.port !== inBy.port)
      return { host: label, device: inBy.port }
  }
  return null
}

const isSame = (one: Address, other: Address): boolean =>
  unmap(withoutZone(one)) === unmap(withoutZone(other))

const has = ({ addresses }: Placed, wanted: Address): boolean =>
  addresses.some(one => one.interface !== 'lo' && isSame(one.address, wanted))

/** What is handed to an address that no route names as a gateway is for that address itself. */
function isGateway({ host }: Placed, address: Address): boolean {
  const scalar = addressScalar(withoutZone(address))
  return host?.routes.some(({ gateway }) => gateway === scalar) === true
}

/** The device that a route there leads out by. */
function deviceTowards(host: Host | undefined, address: Address): string | undefined {
  if (host === undefined) return undefined
  return routeFor(host, { family: familyOf(address), destination: addressScalar(address) }).device
}
