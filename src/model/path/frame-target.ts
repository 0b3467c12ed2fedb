/** Where a bridge passes a frame on to: the host itself, a port, or every port. */

import { isGroupAddress } from '../filter/group-address.ts'
import type { Scalar } from '../filter/pattern.ts'
import { type Bridge, mayLeaveBy } from './bridge.ts'
import { addressedTo } from './frame-facts.ts'
import type { Passing } from './passing.ts'

export type FrameTarget = 'up' | 'none' | { readonly port: string }

export interface FrameFacts {
  /** The port that it came in by. */
  readonly from: string
  /** IP's prerouting gave it another destination on the bridge. */
  readonly wasMoved: boolean
  readonly wanted: string | undefined
}

export function frameTarget(road: Passing, name: string, bridge: Bridge, facts: FrameFacts): FrameTarget {
  const { from, wasMoved, wanted } = facts
  if (wasMoved) return afterTranslation(road, name, bridge, from)
  const others = portsBeside(bridge, from)
  const given = road.t.packet.fields?.get('ether daddr')
  const address = typeof given === 'number' ? given : undefined
  const own = road.host.interfaces?.get(name)?.hardware
  if (address !== undefined && isGroupAddress(address)) return copyOf(road, name, others, wanted, true)
  if (address !== undefined && own !== undefined) {
    if (address === own) return 'up'
    return byAddress(road, name, bridge, from, address)
  }
  return byDestination(road, name, bridge, facts, others)
}

const portsBeside = (bridge: Bridge, from: string): readonly string[] =>
  bridge.ports.filter(port => mayLeaveBy(bridge, port, from))

/** A unicast address: the port where it is, and every other where nobody knows it. */
function byAddress(road: Passing, name: string, bridge: Bridge, from: string, address: number): FrameTarget {
  const at = bridge.destinations?.get(address)
  if (at === name) return 'up'
  if (at === undefined) return copyOf(road, name, portsBeside(bridge, from), road.wantedOut, false)
  return mayLeaveBy(bridge, at, from) ? { port: at } : 'none'
}

/** Without the frame's addresses: who is in the bridge's network is spoken to there, everybody else through a router. */
function byDestination(
  road: Passing,
  name: string,
  bridge: Bridge,
  { from, wanted }: FrameFacts,
  others: readonly string[],
): FrameTarget {
  const { host } = road
  const { family, destination } = road.t.packet
  if (wanted !== undefined && others.includes(wanted)) return { port: wanted }
  const { kind, device, gateway } = road.wayOf(name)
  if (kind === 'local' || kind === 'anycast') return 'up'
  if (kind === 'broadcast' || kind === 'multicast') return copyOf(road, name, others, wanted, true)
  const hasAddress = host.addresses.some(one => one.family === family && one.device === name)
  const isNear = kind === 'unicast' && device === name && gateway === undefined
  if (hasAddress && !isNear && road.suppose(`the frame is addressed to ${name}`)) return 'up'
  const address = hardwareOf(road, name, destination)
  return address === undefined
    ? copyOf(road, name, others, wanted, false)
    : byAddress(road, name, bridge, from, address)
}

/** What was translated goes by its new route: back through the bridge, or up; its frame bears it (br_nf_pre_routing_finish). */
function afterTranslation(road: Passing, name: string, bridge: Bridge, from: string): FrameTarget {
  const { kind, device, gateway } = road.wayOf(name)
  const isUp = kind !== 'unicast' || device !== name
  const address = isUp
    ? road.host.interfaces?.get(name)?.hardware
    : hardwareOf(road, name, gateway ?? road.t.packet.destination)
  const { t } = road
  const fields = new Map(t.packet.fields)
  if (address === undefined) fields.delete('ether daddr')
  else if (fields.has('ether daddr')) fields.set('ether daddr', address)
  t.packet = { ...t.packet, fields }
  if (isUp) {
    t.surroundings = addressedTo(road.host, name, t.packet, t.surroundings)
    return 'up'
  }
  return address === undefined
    ? copyOf(road, name, portsBeside(bridge, from), undefined, false)
    : byAddress(road, name, bridge, from, address)
}

/** Of what goes to many, one copy: each is looked at, but for the one that was asked about. */
function copyOf(
  road: Passing,
  name: string,
  ports: readonly string[],
  wanted: string | undefined,
  isUp: boolean,
): FrameTarget {
  if (wanted !== undefined && ports.includes(wanted)) return { port: wanted }
  if (isUp && (ports.length === 0 || road.suppose(`it is the copy for ${name} itself`))) return 'up'
  const port = road.choosePort(name, ports)
  return port === undefined ? 'none' : { port }
}

const hardwareOf = ({ host }: Passing, device: string, address: Scalar | undefined): number | undefined =>
  host.neighbours?.find(one => one.device === device && one.address === address)?.hardware

/** Of the next hop of what leaves by a device: known of neighbours, and of what goes to many. */
export function nextHopAddress(
  road: Passing,
  device: string,
  gateway: Scalar | undefined,
): number | undefined {
  return hardwareOf(road, device, gateway ?? road.t.packet.destination)
}
