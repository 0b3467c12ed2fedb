/** Whether an interface that somebody has named leads to an address at all. */
import { type Address, familyOf, unmap, withoutZone } from '../../../model/address.ts'
import { contains } from '../../../model/prefix.ts'
import type { RoutingTables } from '../../../model/route.ts'

/** ARPHRD_LOOPBACK (linux/if_arp.h). */
const LOOPBACK = 772
/** RTN_UNICAST (linux/rtnetlink.h). */
const UNICAST = 1

/**
 * `itself`: what is sent by it comes back to this host. `no-route`: no route leads there by it; Linux then looks for the address on its
 * link (ip_route_output_key_hash_rcu: "apparently routing tables are wrong").
 */
export function deviceWay(
  { routes, interfaces }: RoutingTables,
  device: string,
  to: Address,
): 'leads' | 'itself' | 'no-route' {
  if (interfaces.some(({ name, type }) => name === device && type === LOOPBACK)) return 'itself'
  const address = unmap(withoutZone(to))
  const leads = routes.some(
    ({ family, type, destination, nexthops }) =>
      type === UNICAST &&
      family === familyOf(address) &&
      contains(destination, address) &&
      nexthops.some(nexthop => nexthop.interface === device),
  )
  return leads ? 'leads' : 'no-route'
}
