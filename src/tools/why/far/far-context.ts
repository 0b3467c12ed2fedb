/** What is known where a followed way is judged, and words for its packets. */
import { familyOf } from '../../../model/address.ts'
import { scalarAddress } from '../../../model/filter/address-scalar.ts'
import type { Packet } from '../../../model/filter/packet.ts'
import type { Neighbour, RoutingTables } from '../../../model/route.ts'
import type { Hop, Walk } from '../../trace/trace.ts'
import type { Leg } from '../causes/causes.ts'
import type { Difference } from '../evidence/difference.ts'
import type { ReadRules } from '../view.ts'
import type { FollowedWay } from './followed-way.ts'

export interface FarContext {
  readonly way: FollowedWay
  readonly client: string
  /** Labels of the hosts that are asked for, beside those between. */
  readonly targets: ReadonlySet<string>
  readonly rules: ReadonlyMap<string, ReadRules>
  /** Absent of one that doesn't tell. */
  readonly tables: ReadonlyMap<string, RoutingTables>
  /** What each knows of its neighbours; absent of one that doesn't tell. */
  readonly neighbours: ReadonlyMap<string, readonly Neighbour[]>
  /** Behind a hop that nobody sees, who asks has another address: which one isn’t known. */
  readonly renamed?: boolean
  /** By label; empty before there was an attempt. */
  readonly moved: ReadonlyMap<string, Difference>
}

export type Direction = 'there' | 'back'

export function legOf({ targets, client }: FarContext, host: string, direction: Direction): Leg {
  if (host === client) return direction === 'there' ? 'here' : 'here-back'
  if (targets.has(host)) return direction === 'there' ? 'far' : 'far-back'
  return direction === 'there' ? 'way' : 'way-back'
}

/** An end of a packet: `10.0.0.2:80`. */
export function endText(packet: Packet, end: 'source' | 'destination'): string {
  const scalar = packet[end]
  const port = end === 'source' ? packet.sourcePort : packet.destinationPort
  if (scalar === undefined) return 'an address that chance chooses'
  const address = scalarAddress(scalar as number | bigint, packet.family)
  if (port === undefined) return address
  return familyOf(address) === 'ipv6' ? `[${address}]:${port}` : `${address}:${port}`
}

/** The hop that gave the packet another destination, if one did. */
export const translatedAt = ({ hops }: Walk): Hop | undefined =>
  hops.find(({ question, packet }) => {
    const before = question.packet
    return before.destination !== packet.destination || before.destinationPort !== packet.destinationPort
  })
