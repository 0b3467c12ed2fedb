/**
 * What ip(8) of iproute2 lists as JSON, with `-N` (numbers, not names of tables) and `-d` (all there is): links, routes, rules,
 * neighbours, and the route for one destination.
 *
 * Of the same facts as rtnetlink tells (`wire/rtnetlink-routes.ts`), less a few: the carrier of an interface that is down,
 * which interface a bridge has an address behind. What makes no sense is left out. Sources: iproute2's ip/iproute.c,
 * ip/iprule.c, ip/ipaddress.c, ip/ipneigh.c.
 */
import { type Known, known, unknown } from '../../model/known.ts'
import type { IpFamily } from '../../model/protocol.ts'
import type { RoutingTables } from '../../model/route.ts'
import { listOf } from './fields.ts'
import { linksIn, neighboursIn } from './links.ts'
import { routesIn } from './routes.ts'
import { rulesIn } from './rules.ts'

export { decodeIpAddresses, type IpAddress } from './addresses.ts'
export { decodeRouteGet, type RouteGet } from './route-get.ts'

export interface IpListings {
  /** `ip -N -d -j link show` */
  readonly links: string
  /** `ip -N -d -j -4 route show table all`, and `-6` */
  readonly routes: Readonly<Record<IpFamily, string>>
  /** `ip -N -j -4 rule show`, and `-6` */
  readonly rules: Readonly<Record<IpFamily, string>>
  /** `ip -N -j neigh show nud all` */
  readonly neighbours: string
}

/** Unknown where one of them is no list. The empty text is an empty list. */
export function decodeIpListings(told: IpListings): Known<RoutingTables> {
  const { links, routes, rules, neighbours } = told
  const lists = [links, routes.ipv4, routes.ipv6, rules.ipv4, rules.ipv6, neighbours].map(listOf)
  if (lists.includes(null)) return unknown('unsupported')
  const [link, route4, route6, rule4, rule6, neighbour] = lists as NonNullable<(typeof lists)[number]>[]
  const interfaces = linksIn(link!)
  const indexOf = new Map(interfaces.map(({ name, index }) => [name, index]))
  return known({
    interfaces,
    routes: [...routesIn(route4!, 'ipv4', indexOf), ...routesIn(route6!, 'ipv6', indexOf)],
    rules: [...rulesIn(rule4!, 'ipv4'), ...rulesIn(rule6!, 'ipv6')].toSorted(
      (a, b) => a.priority - b.priority,
    ),
    neighbours: neighboursIn(neighbour!),
  })
}
