/**
 * Of causes that merely fit a silence: which is likelier, by how far packets were seen to come. Pure. It takes nothing out and proves
 * nothing; where nothing was seen, the order stays as it was.
 */
import type { Facts } from './facts.ts'
import { ON_THE_WAY } from './row-claims.ts'
import type { Suspect } from './suspects.ts'
import { THIS_HOST } from './view.ts'

/**
 * | reach | was seen |
 * |---|---|
 * | nowhere | not even the first router says that time ran out there, and nothing else of the target's host is heard |
 * | here | the same, of this port alone: the host, or a router by an echo request, is heard |
 * | router | routers say that time ran out there, and nothing of the target's host is heard |
 * | link | the target is on the link, and nothing of its host is heard |
 * | host | the host answers to something else |
 */
export type Reach = 'nowhere' | 'here' | 'router' | 'link' | 'host'

/** What would keep all of a host silent stands before what keeps one port of it silent; of both, the nearer to where packets end. */
const ORDER: Readonly<Record<Reach, readonly string[]>> = {
  nowhere: [
    'forwarding-off way',
    'filter-drop way',
    'route-blackhole way',
    'reverse-path way',
    'conntrack-full way',
    'filter-drop here',
    'neighbour-wrong here',
    'neighbour-wrong way',
    'way-drops way',
    'filter-drop there',
    'no-return-route there',
    'host-down there',
  ],
  here: [
    'filter-drop here',
    'egress-drop here',
    'filter-drop way',
    'way-drops way',
    'ipsec-no-state here',
    'filter-drop there',
  ],
  router: [
    'filter-drop way',
    'way-drops way',
    'no-return-route there',
    'filter-drop there',
    'host-down there',
    'route-blackhole way',
    'forwarding-off way',
    'reverse-path way',
    'nat-backend-silent there',
    'neighbour-wrong there',
  ],
  link: ['filter-drop there', 'reverse-path way', 'no-return-route there', 'neighbour-wrong there'],
  host: ['udp-silent there', 'filter-drop there', 'filter-drop here', 'filter-drop way', 'way-drops way'],
}

/** What one port alone suffers from: last, where nothing of the host is heard. */
const ONE_PORT: ReadonlySet<string> = new Set([
  'accept-queue-full',
  'descriptors-exhausted',
  'process-stopped',
  'syn-queue-full',
  'md5-required',
  'socket-filter',
  'receive-buffer-full',
])

/** Undefined where it wasn't searched, or where something answered. */
export function reachOf({ outcome, route, hops, heard, answered, echoedFrom }: Facts): Reach | undefined {
  if ((outcome !== undefined && outcome.ended !== 'silent') || answered !== undefined) return undefined
  const way = route?.known === true && route.value.kind !== 'refused' ? route.value : undefined
  if (way?.gateway === undefined) return heard === false ? 'link' : heard === true ? 'host' : undefined
  if (hops?.length === 0 && (heard === true || echoedFrom !== undefined)) return 'here'
  if (heard === true) return 'host'
  if (heard === undefined || hops === undefined) return undefined
  return hops.length === 0 ? 'nowhere' : 'router'
}

/** To sort by: the likelier before. */
export function likelier(reach: Reach | undefined): (one: Suspect, other: Suspect) => number {
  if (reach === undefined) return () => 0
  const order = ORDER[reach]
  const rankOf = (suspect: Suspect): number => {
    const at = order.indexOf(`${suspect.code} ${placeOf(suspect)}`)
    if (at !== -1) return at
    return order.length + (ONE_PORT.has(suspect.code) && reach !== 'host' && reach !== 'here' ? 1 : 0)
  }
  return (one, other) => rankOf(one) - rankOf(other)
}

function placeOf({ where: { host }, leg }: Suspect): 'here' | 'way' | 'there' {
  if (host === THIS_HOST) return 'here'
  return host === ON_THE_WAY || leg === 'way' || leg === 'way-back' ? 'way' : 'there'
}
