/** Commands of ip(8) that take back what keeps a packet from its way, or give it one: routes, rules, addresses. Pure. */
import { familyOf } from '../../../model/address.ts'
import { type Prefix, prefixLength } from '../../../model/prefix.ts'
import type { Route, RoutingRule } from '../../../model/route.ts'

/** By the kernel's numbers of route types (`RTN_`). */
const TYPES: Readonly<Record<number, string>> = {
  6: 'blackhole',
  7: 'unreachable',
  8: 'prohibit',
  9: 'throw',
}
const MAIN = 254

const ip = (family: 'ipv4' | 'ipv6'): string[] => (family === 'ipv6' ? ['ip', '-6'] : ['ip'])

/** Takes that one route away: of those that look alike, metric and table tell it from the others (ip-route(8)). */
export function routeDeletion({ family, type, destination, table, metric }: Route): string[] {
  const kind = TYPES[type]
  return [
    ...[...ip(family), 'route', 'del'],
    ...(kind === undefined ? [] : [kind]),
    prefixLength(destination) === 0 ? 'default' : destination,
    ...(table === MAIN ? [] : ['table', String(table)]),
    ...(metric === 0 ? [] : ['metric', String(metric)]),
  ]
}

/** Takes that one rule away (ip-rule(8)). */
export function ruleDeletion(rule: RoutingRule): string[] {
  const { family, priority, source, destination, inputInterface, action, table, inverted } = rule
  return [
    ...[...ip(family), 'rule', 'del'],
    ...(inverted ? ['not'] : []),
    ...(source === undefined || prefixLength(source) === 0 ? [] : ['from', source]),
    ...(destination === undefined ? [] : ['to', destination]),
    ...(inputInterface === undefined ? [] : ['iif', inputInterface]),
    ...['pref', String(priority)],
    ...(action === 'table' ? ['lookup', String(table)] : [action]),
  ]
}

export const routeAddition = (to: Prefix, gateway: string): string[] => [
  ...ip(familyOf(to.slice(0, to.indexOf('/')) as never)),
  ...['route', 'add', to, 'via', gateway],
]
