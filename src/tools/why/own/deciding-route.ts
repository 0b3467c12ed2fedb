/** Which rule and route of the tables decide about a destination, and their texts as ip(8) writes them. */
import type { Address } from '../../../model/address.ts'
import { familyOf, unmap, withoutZone } from '../../../model/address.ts'
import { contains, prefixLength } from '../../../model/prefix.ts'
import type { Route, RoutingRule, RoutingTables } from '../../../model/route.ts'

export interface DecidingRoute {
  readonly rule?: RoutingRule
  readonly route?: Route
}

/** RTN_THROW: this table has no answer, the next is asked. */
const THROW = 9

/** Neither: no table has a route. Rules that ask for more than addresses are passed over (users, ports, marks). */
export function decidingRoute(
  { routes, rules }: RoutingTables,
  to: Address,
  source?: Address,
): DecidingRoute {
  const destination = bare(to)
  const family = familyOf(destination)
  const from = source === undefined ? undefined : bare(source)
  for (const rule of rules) {
    if (rule.family !== family || asksMore(rule) || !selects(rule, destination, from)) continue
    if (rule.action !== 'table') {
      if (rule.action === 'goto' || rule.action === 'nop') continue
      return { rule }
    }
    const route = best(
      routes.filter(
        one => one.family === family && one.table === rule.table && contains(one.destination, destination),
      ),
    )
    if (route !== undefined && route.type !== THROW) return { rule, route }
  }
  return {}
}

const bare = (address: Address): Address => unmap(withoutZone(address))

/** For users, ports, marks: whom it concerns isn't told by addresses alone. */
export const asksMore = (rule: RoutingRule): boolean =>
  rule.tos !== 0 ||
  [rule.users, rule.protocol, rule.sourcePorts, rule.destinationPorts, rule.outputInterface].some(
    asked => asked !== undefined,
  ) ||
  (rule.mark !== undefined && (rule.mark.value & rule.mark.mask) !== 0) ||
  (rule.inputInterface !== undefined && rule.inputInterface !== 'lo')

function selects(rule: RoutingRule, destination: Address, source: Address | undefined): boolean {
  const fits =
    (rule.destination === undefined || contains(rule.destination, destination)) &&
    (rule.source === undefined ||
      prefixLength(rule.source) === 0 ||
      (source !== undefined && contains(rule.source, source)))
  return fits !== rule.inverted
}

/** The longest prefix, then the lowest metric. */
const best = (routes: readonly Route[]): Route | undefined =>
  routes.toSorted(
    (one, other) =>
      prefixLength(other.destination) - prefixLength(one.destination) || one.metric - other.metric,
  )[0]

const TYPES: Readonly<Record<number, string>> = {
  2: 'local ',
  3: 'broadcast ',
  4: 'anycast ',
  5: 'multicast ',
  6: 'blackhole ',
  7: 'unreachable ',
  8: 'prohibit ',
  9: 'throw ',
}
const TABLES: Readonly<Record<number, string>> = { 253: 'default', 254: 'main', 255: 'local' }

/** `unreachable 10.0.2.0/24 (table main)` */
export function routeText({ type, destination, table, nexthops }: Route): string {
  const ways = nexthops.map(
    ({ gateway, interface: device }) => `${gateway === undefined ? '' : ` via ${gateway}`} dev ${device}`,
  )
  const to = prefixLength(destination) === 0 ? 'default' : destination
  return `${TYPES[type] ?? ''}${to}${ways.join('')} (table ${TABLES[table] ?? table})`
}

/** `rule 100: to 10.0.2.0/24 prohibit` */
export function ruleText({ priority, source, destination, action, table, inverted }: RoutingRule): string {
  const words = [
    inverted ? 'not' : '',
    `from ${source === undefined || prefixLength(source) === 0 ? 'all' : source}`,
    destination === undefined ? '' : `to ${destination}`,
    action === 'table' ? `lookup ${TABLES[table] ?? table}` : action,
  ]
  return `rule ${priority}: ${words.filter(word => word !== '').join(' ')}`
}
