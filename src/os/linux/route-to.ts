/** Which way the kernel would send something: RTM_GETROUTE for one destination (rtnetlink(7)). */
import { familyOf, unmap, zoneOf } from '../../model/address.ts'
import { type Known, known, unknown } from '../../model/known.ts'
import {
  decodeRouteAnswer,
  encodeRouteQuestion,
  type RawRouteAnswer,
} from '../../wire/rtnetlink-route-answer.ts'
import type { RouteAnswer, RouteQuestion } from '../route-answer.ts'
import { errnoName } from './errno-name.ts'
import type { NetlinkSource } from './sources.ts'
import { LinkNames } from './trial-context.ts'

/** By `RTN_`. */
const KINDS = {
  1: 'unicast',
  2: 'local',
  3: 'broadcast',
  4: 'anycast',
  5: 'multicast',
} as const
/** What a route of that type answers who sends (`fib_props`, net/ipv4/fib_semantics.c): blackhole, unreachable, prohibit, throw. */
const REFUSALS: Readonly<Record<number, string>> = {
  6: 'EINVAL',
  7: 'EHOSTUNREACH',
  8: 'EACCES',
  9: 'ENETUNREACH',
}

export function routeTo(route: NetlinkSource | null, question: RouteQuestion): Known<RouteAnswer> {
  if (route === null) return unknown('unsupported')
  const links = new LinkNames(route)
  const to = unmap(question.to)
  const { source, mark } = question
  const device = question.device ?? zoneOf(to)
  const index = device === undefined ? undefined : links.indexOf(device)
  if (index === 0) return known({ kind: 'refused', code: 'ENODEV' })
  const sameFamily = source === undefined || familyOf(unmap(source)) === familyOf(to)
  if (!sameFamily) return known({ kind: 'refused', code: 'EINVAL' })
  const request = encodeRouteQuestion({
    to,
    ...(source === undefined ? {} : { source: unmap(source) }),
    ...(index === undefined ? {} : { index }),
    ...(mark === undefined ? {} : { mark }),
  })
  const answers: RawRouteAnswer[] = []
  const { errno } = route.dump(request, (views, length) => decodeRouteAnswer(views, length, answers))
  const answer = answers[0]
  if (answer === undefined) return known({ kind: 'refused', code: errnoName(errno) })
  const refusal = REFUSALS[answer.type]
  if (refusal !== undefined) return known({ kind: 'refused', code: refusal })
  const kind = KINDS[answer.type as keyof typeof KINDS]
  if (kind === undefined || answer.index === undefined) return unknown('unsupported')
  const { gateway, source: from, table, mtu } = answer
  return known({
    kind,
    device: links.nameOf(answer.index),
    ...(gateway === undefined ? {} : { gateway }),
    ...(from === undefined ? {} : { source: from }),
    table,
    ...(mtu === undefined ? {} : { mtu }),
  })
}
