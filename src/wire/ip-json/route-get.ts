/** The route for one destination, as `ip -N -d -j route get` tells it, or says why there is none. */
import type { Address } from '../../model/address.ts'
import { type Known, known, unknown } from '../../model/known.ts'
import { addressOf, listOf, numberOf, present, textOf } from './fields.ts'
import { gatewayOf } from './routes.ts'

export type RouteGet =
  | {
      readonly kind: 'unicast' | 'local' | 'broadcast' | 'multicast' | 'anycast'
      readonly device: string
      readonly gateway?: Address
      readonly source?: Address
      readonly table?: number
    }
  | { readonly kind: 'refused'; readonly code: string }

/** `RTN_`; a route of no told type is unicast. */
const KINDS = { 1: 'unicast', 2: 'local', 3: 'broadcast', 4: 'anycast', 5: 'multicast' } as const

/** `err`: what it wrote to its standard error. */
export function decodeRouteGet(out: string, err: string): Known<RouteGet> {
  const one = listOf(out)?.[0]
  if (one === undefined) {
    const [, why] = /answers: ([^\n]+)/.exec(err) ?? []
    const missing = /Cannot find device|"[^"]*" is wrong: Device/.test(err) ? 'ENODEV' : undefined
    const code = missing ?? (why === undefined ? undefined : CODES[why.trim()])
    return code === undefined ? unknown('unsupported') : known({ kind: 'refused', code })
  }
  const kind = KINDS[(numberOf(one.type) ?? 1) as keyof typeof KINDS]
  const device = textOf(one.dev)
  if (kind === undefined || device === undefined) return unknown('unsupported')
  return known({
    kind,
    device,
    ...present({ gateway: gatewayOf(one), source: addressOf(one.prefsrc), table: numberOf(one.table) }),
  })
}

/** By strerror(3) in the C locale. */
const CODES: Readonly<Record<string, string>> = {
  'Network is unreachable': 'ENETUNREACH',
  'No route to host': 'EHOSTUNREACH',
  'Permission denied': 'EACCES',
  'Invalid argument': 'EINVAL',
  'No such device': 'ENODEV',
  'Cannot assign requested address': 'EADDRNOTAVAIL',
}
