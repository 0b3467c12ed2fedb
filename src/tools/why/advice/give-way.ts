/** How a host gets a way to an address: by taking away the route or rule that refuses it, or by a gateway that is seen to lead there. Pure. */
import { type Address, familyOf, scopeOf, unmap, withoutZone } from '../../../model/address.ts'
import { addressScalar, scalarAddress } from '../../../model/filter/address-scalar.ts'
import type { Host } from '../../../model/path/host.ts'
import { isWay, routeFor } from '../../../model/path/routing.ts'
import { contains, networkOf, type Prefix, prefixLength } from '../../../model/prefix.ts'
import type { RoutingTables } from '../../../model/route.ts'
import { decidingRoute } from '../own/deciding-route.ts'
import type { Claim } from '../suspects.ts'
import { routeAddition, routeDeletion, ruleDeletion } from './route-commands.ts'

export interface Ways {
  readonly tables: RoutingTables | undefined
  readonly host: Host | undefined
  /** Those that are seen beside it. */
  readonly others: readonly Host[]
}

type Advised = Pick<Claim, 'remedy' | 'commands'>

/** Empty where nothing more is known than that there is no way. */
export function giveWay({ tables, host, others }: Ways, address: Address, source?: Address): Advised {
  const to = unmap(withoutZone(address))
  const over = host === undefined ? undefined : gatewayTo(host, others, to)
  const adding = over === undefined ? [] : [routeAddition(over.to, over.gateway)]
  const refusing = tables === undefined ? undefined : refusal(tables, to, source)
  if (refusing !== undefined)
    return refusing.isAll
      ? { remedy: `Remove ${refusing.what}.`, commands: [refusing.command] }
      : {
          remedy: `Remove ${refusing.what}, and add a route that leads to ${over?.to ?? to}.`,
          commands: [refusing.command, ...adding],
        }
  const down = tables === undefined || host === undefined ? undefined : downTowards(tables, host, to)
  if (down !== undefined)
    return {
      remedy: `Bring ${down} up: the way to ${to} is by it.`,
      commands: [['ip', 'link', 'set', down, 'up']],
    }
  if (over === undefined) return {}
  return { remedy: `Add a route to ${over.to}.`, commands: adding }
}

/** An interface that is down, and on whose link the address would be: its routes have gone with it. */
function downTowards({ interfaces }: RoutingTables, host: Host, to: Address): string | undefined {
  const links = addressesOf(host, familyOf(to)).filter(({ network }) => contains(network, to))
  return interfaces.find(({ name, up }) => !up && links.some(({ device }) => device === name))?.name
}

/** RTN_UNICAST: whoever has such a route has a way. */
const UNICAST = 1
const THROW = 9

interface Refusal {
  readonly what: string
  readonly command: string[]
  /** There is a way, once it is gone. */
  readonly isAll: boolean
}

function refusal(tables: RoutingTables, to: Address, source?: Address): Refusal | undefined {
  const { rule, route } = decidingRoute(tables, to, source)
  const leads = (rest: Partial<RoutingTables>): boolean =>
    decidingRoute({ ...tables, ...rest }, to, source).route?.type === UNICAST
  if (route !== undefined) {
    if (route.type === UNICAST || route.nexthops.length > 0) return undefined
    const isAll = leads({ routes: tables.routes.filter(one => one !== route) })
    return { what: 'that route', command: routeDeletion(route), isAll }
  }
  if (rule !== undefined) {
    const isAll = leads({ rules: tables.rules.filter(one => one !== rule) })
    return { what: 'that rule', command: ruleDeletion(rule), isAll }
  }
  // No table has an answer: one that has is kept from giving it by a longer prefix that sends the question on.
  const family = familyOf(to)
  const fitting = tables.routes
    .filter(one => one.family === family && contains(one.destination, to))
    .toSorted((one, other) => prefixLength(other.destination) - prefixLength(one.destination))
  const thrown = fitting.find(({ type }) => type === THROW)
  return thrown !== undefined && fitting.some(({ type, table }) => type === UNICAST && table === thrown.table)
    ? {
        what: 'the route that sends the question on to the next table',
        command: routeDeletion(thrown),
        isAll: true,
      }
    : undefined
}

/** Who is on a link of this host, passes on, and has a way there that doesn’t lead back. */
function gatewayTo(
  host: Host,
  others: readonly Host[],
  to: Address,
): { readonly gateway: Address; readonly to: Prefix } | undefined {
  const family = familyOf(to)
  const own = addressesOf(host, family)
  for (const other of others) {
    if (!other.forwards[family]) continue
    const theirs = addressesOf(other, family)
    const shared = theirs.find(({ address }) =>
      own.some(one => one.address !== address && contains(one.network, address)),
    )
    const route = routeFor(other, { family, destination: addressScalar(to) })
    const leadsBack = own.some(({ address }) => addressScalar(address) === route.gateway)
    if (shared === undefined || !isWay(route) || leadsBack) continue
    const network = theirs.find(one => contains(one.network, to))?.network
    return { gateway: shared.address, to: network ?? networkOf(to, family === 'ipv4' ? 32 : 128) }
  }
  return undefined
}

const addressesOf = ({ addresses }: Host, family: 'ipv4' | 'ipv6') =>
  addresses
    .filter(one => one.family === family)
    .map(one => {
      const address = scalarAddress(one.address as number | bigint, family)
      return { address, device: one.device, network: networkOf(address, one.prefixLength) }
    })
    .filter(({ address }) => scopeOf(address) !== 'loopback' && scopeOf(address) !== 'link-local')
