/** The routing tables of our own network namespace, by rtnetlink(7). */
import { type Known, known, unknown } from '../../model/known.ts'
import type { Neighbour, RoutingRule, RoutingTables } from '../../model/route.ts'
import {
  decodeNeighbours,
  encodeNeighboursRequest,
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
  return known({
    routes,
    rules: rules.toSorted((a, b) => a.priority - b.priority),
    interfaces: links.map(({ xdp: _, ...link }) => link),
  })
}

export function readNeighbours(route: NetlinkSource | null): Known<readonly Neighbour[]> {
  if (route === null) return unknown('unsupported')
  const links = linksOf(route)
  const raw: RawNeighbour[] = []
  const { errno } = route.dump(encodeNeighboursRequest(), (views, length) =>
    decodeNeighbours(views, length, raw),
  )
  if (links === null || errno !== 0) return unknown('unsupported')
  const names = new Map(links.map(({ index, name }) => [index, name]))
  return known(raw.map(({ index, ...rest }) => ({ ...rest, interface: names.get(index) ?? String(index) })))
}
