/** Which way a simulated host would send something: by its rules and routes, as its packets go. */
import { familyOf, unmap, zoneOf } from '../../model/address.ts'
import { addressScalar, scalarAddress } from '../../model/filter/address-scalar.ts'
import { isWay, routeFor } from '../../model/path/routing.ts'
import type { RouteAnswer, RouteQuestion } from '../../os/route-answer.ts'
import type { SimHost } from '../host/host.ts'
import type { Transport } from '../transport/transport.ts'

export function routeOn(
  { host, transport }: { readonly host: SimHost; readonly transport: Transport },
  question: RouteQuestion,
): RouteAnswer {
  const to = unmap(question.to)
  const family = familyOf(to)
  const { source, mark, device = zoneOf(to) } = question
  const isOurs = source === undefined || host.addresses.some(({ address }) => address === source)
  if (!isOurs) return { kind: 'refused', code: 'EINVAL' }
  const found = routeFor(host.host, {
    family,
    destination: addressScalar(to),
    ...(source === undefined ? {} : { source: addressScalar(source) }),
    ...(mark === undefined ? {} : { mark }),
    ...(device === undefined ? {} : { outputInterface: device }),
  })
  const { kind, gateway } = found
  if (!isWay(found) || found.device === undefined)
    return { kind: 'refused', code: host.network.ways.refusalBy(kind, family) }
  const from =
    source ?? (device === undefined ? host.network.ways.sourceFor(to) : addressOf(found.source, family))
  const mtu = transport.tcp.pathMtu.get(to)
  return {
    kind: kind as Exclude<RouteAnswer['kind'], 'refused'>,
    // What stays on the host goes by loopback, whichever device has the address (ip_route_output_key_hash).
    device: kind === 'local' ? 'lo' : found.device,
    ...(gateway === undefined ? {} : { gateway: addressOf(gateway, family)! }),
    ...(from === undefined ? {} : { source: from }),
    ...(mtu === undefined ? {} : { mtu }),
  }
}

const addressOf = (
  scalar: Parameters<typeof scalarAddress>[0] | string | undefined,
  family: 'ipv4' | 'ipv6',
) => (scalar === undefined || typeof scalar === 'string' ? undefined : scalarAddress(scalar, family))
