/** Routing rules of one family, as `ip -N -j rule show` lists them. */
import type { IpFamily } from '../../model/protocol.ts'
import type { RoutingRule } from '../../model/route.ts'
import { type Fields, numberOf, prefixOf, present, textOf } from './fields.ts'

/** `RTN_`: how a rule that refuses is numbered. */
const REFUSALS: Readonly<Record<number, RoutingRule['action']>> = {
  6: 'blackhole',
  7: 'unreachable',
  8: 'prohibit',
}

export function rulesIn(list: readonly Fields[], family: IpFamily): readonly RoutingRule[] {
  return list.flatMap(one => {
    const priority = numberOf(one.priority)
    const action = actionOf(one)
    if (priority === undefined || action === undefined) return []
    const mark = numberOf(one.fwmark)
    return [
      {
        family,
        priority,
        action,
        table: action === 'table' ? (numberOf(one.table) ?? 0) : 0,
        inverted: Object.hasOwn(one, 'not'),
        tos: numberOf(one.tos) ?? 0,
        ...present({
          target: numberOf(one.goto),
          source: selector(one.src, one.srclen, family),
          destination: selector(one.dst, one.dstlen, family),
          inputInterface: textOf(one.iif),
          outputInterface: textOf(one.oif),
          mark: mark === undefined ? undefined : { value: mark, mask: numberOf(one.fwmask) ?? 0xffffffff },
          users: range(one, 'uid'),
          protocol: numberOf(textOf(one.ipproto)?.replace(/^ipproto-/, '')),
          sourcePorts: range(one, 'sport'),
          destinationPorts: range(one, 'dport'),
          suppressPrefixLength: numberOf(one.suppress_prefixlen),
        }),
      },
    ]
  })
}

function actionOf(one: Fields): RoutingRule['action'] | undefined {
  if (one.table !== undefined) return 'table'
  if (one.goto !== undefined) return 'goto'
  if (Object.hasOwn(one, 'nop')) return 'nop'
  const number = numberOf(one.action)
  return number === undefined ? undefined : REFUSALS[number]
}

const selector = (value: unknown, length: unknown, family: IpFamily) =>
  value === undefined || value === 'all' ? undefined : prefixOf(value, family, length)

function range(one: Fields, name: string): { low: number; high: number } | undefined {
  const low = numberOf(one[`${name}_start`]) ?? numberOf(one[name])
  const high = numberOf(one[`${name}_end`]) ?? low
  return low === undefined || high === undefined ? undefined : { low, high }
}
