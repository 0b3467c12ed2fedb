/** Routes of one family, as `ip -N -d -j route show table all` lists them. */
import type { IpFamily } from '../../model/protocol.ts'
import type { NextHop, Route } from '../../model/route.ts'
import { addressOf, type Fields, isFields, numberOf, prefixOf, present, textOf } from './fields.ts'

const MAIN = 254
const UNICAST = 1

export function routesIn(
  list: readonly Fields[],
  family: IpFamily,
  indexOf: ReadonlyMap<string, number>,
): readonly Route[] {
  return list.flatMap(one => {
    const destination = prefixOf(one.dst, family)
    if (destination === undefined) return []
    const source = one.from === undefined ? undefined : prefixOf(one.from, family)
    return [
      {
        family,
        table: numberOf(one.table) ?? MAIN,
        type: numberOf(one.type) ?? UNICAST,
        destination,
        tos: numberOf(one.tos) ?? 0,
        metric: numberOf(one.metric) ?? 0,
        nexthops: nexthopsOf(one, indexOf),
        ...present({ source, preferredSource: addressOf(one.prefsrc) }),
      },
    ]
  })
}

/** One in the route itself, or several in a list. */
function nexthopsOf(one: Fields, indexOf: ReadonlyMap<string, number>): readonly NextHop[] {
  const several = Array.isArray(one.nexthops) ? one.nexthops.filter(isFields) : [one]
  return several.flatMap(hop => {
    const name = textOf(hop.dev)
    if (name === undefined) return []
    return [
      {
        interface: name,
        index: indexOf.get(name) ?? 0,
        weight: numberOf(hop.weight) ?? 1,
        ...present({ gateway: gatewayOf(hop) }),
      },
    ]
  })
}

/** `via`: an address of the other family. */
export const gatewayOf = ({ gateway, via }: Fields) =>
  addressOf(gateway) ?? (isFields(via) ? addressOf(via.host) : undefined)
