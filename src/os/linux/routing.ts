/** The routing tables of our own network namespace, by rtnetlink(7). */
import { type Known, known, unknown } from '../../model/known.ts'
import type { RoutingRule, RoutingTables } from '../../model/route.ts'
import {
  decodeBridgeEntries,
  decodeNeighbours,
  encodeNeighboursRequest,
  type RawBridgeEntry,
  type RawNeighbour,
} from '../../wire/rtnetlink-neighbours.ts'
import { decodeRoutes, decodeRules, encodeRoutesRequest, type RawRoute } from '../../wire/rtnetlink-routes.ts'
import { linksOf } from './outside-filters.ts'
import type { NetlinkSource } from './sources.ts'

export function readRouting(route: NetlinkSource | null): Known<RoutingTables> {
  if (route === null) return unknown('unsupported')
  const links = linksOf(route)
  const raw: RawRoute[] = []
  const rules: RoutingRule[] = []
  const first = route.dump(encodeRoutesRequest('routes'), (views, length) => decodeRoutes(views, length, raw))
  const second = route.dump(encodeRoutesRequest('rules'), (views, length) =>
    decodeRules(views, length, rules),
  )
  if (links === null || first.errno !== 0 || second.errno !== 0) return unknown('unsupported')
  const names = new Map(links.map(({ index, name }) => [index, name]))
  const routes = raw.map(one => ({
    ...one,
    nexthops: one.nexthops.map(hop => ({ interface: names.get(hop.index) ?? String(hop.index), ...hop })),
  }))
  const neighbours: RawNeighbour[] = []
  const entries: RawBridgeEntry[] = []
  route.dump(encodeNeighboursRequest('neighbours'), (views, length) =>
    decodeNeighbours(views, length, neighbours),
  )
  // Without bridges the kernel may not know the question.
  if (links.some(({ kind }) => kind === 'bridge'))
    route.dump(encodeNeighboursRequest('bridges'), (views, length) =>
      decodeBridgeEntries(views, length, entries),
    )
  const nameOf = (index: number): string => names.get(index) ?? String(index)
  return known({
    routes,
    neighbours: neighbours.map(({ index, ...one }) => ({ interface: nameOf(index), ...one })),
    bridgeEntries: entries.map(({ index, bridge, hardware, own }) => ({
      bridge: nameOf(bridge),
      port: nameOf(own ? bridge : index),
      hardware,
    })),
    rules: rules.toSorted((a, b) => a.priority - b.priority),
    interfaces: links.map(({ xdp: _, ...link }) => link),
  })
}
