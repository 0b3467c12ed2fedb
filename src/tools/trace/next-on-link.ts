/** Whom a packet is handed to on the link that it leaves by. */
import { scalarAddress } from '../../model/filter/address-scalar.ts'
import type { Packet } from '../../model/filter/packet.ts'
import type { WayStage } from '../../model/path/stages.ts'
import type { RoutingTables } from '../../model/route.ts'
import type { TraceStage } from './trace-flow.ts'

/** ARPHRD_ETHER: links on which somebody has to be asked for an address. */
const ETHERNET = 1

export function nextOnLink(
  way: readonly WayStage[],
  { interfaces, neighbours }: Pick<RoutingTables, 'interfaces' | 'neighbours'>,
  packet: Packet,
  device: string | null | undefined,
): Extract<TraceStage['did'], { kind: 'sent' }> | null {
  if (device == null) return null
  const link = interfaces.find(({ name }) => name === device)
  if (link === undefined || link.type !== ETHERNET) return { kind: 'sent', device }
  const routed = way.findLast(({ did }) => did.kind === 'routed')?.did
  const gateway = routed?.kind === 'routed' ? routed.route.gateway : undefined
  const next = gateway ?? packet.destination
  if (next === undefined) return { kind: 'sent', device }
  const to = scalarAddress(next as number | bigint, packet.family)
  if (neighbours === undefined) return { kind: 'sent', device, to }
  const found = neighbours.find(one => one.address === to && one.interface === device)
  if (found === undefined) return { kind: 'sent', device, to, neighbour: null }
  const { state, hardware } = found
  return {
    kind: 'sent',
    device,
    to,
    neighbour: { state, ...(hardware === undefined ? {} : { hardware }) },
  }
}
