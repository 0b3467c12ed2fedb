/**
 * A frame's way through a bridge: its chains, where it goes by its hardware address, and IP's chains between them where
 * br_netfilter lends the packet to them.
 *
 * Where it goes isn't guessed: an address that nobody knows may be behind every port, and what is sent to all leaves by
 * each; then every port is looked at.
 *
 * Follows br_handle_frame, br_handle_frame_finish, br_pass_frame_up, br_dev_xmit and br_nf_pre_routing of Linux.
 */
import type { Scalar } from '../filter/pattern.ts'
import type { Hook } from '../filter/ruleset.ts'
import { type HookResult, type Inserted, walkHook } from '../filter/walk/walk.ts'
import type { Bridge } from './bridge.ts'
import { frameTarget, nextHopAddress } from './frame-target.ts'
import { looksAtFrames } from './looks-at-frames.ts'
import type { Passing } from './passing.ts'

/** `up`: it is for the host itself, and comes in by the bridge. `returned`: it would leave as it came. */
export type BridgeEnd = 'sent' | 'up' | 'filtered' | 'returned'

/** `NF_BR_PRI_BRNF`, and `NF_BR_PRI_LAST` after all bridge chains. */
const LENT_AT: Readonly<Partial<Record<Hook, number>>> = {
  prerouting: 0,
  forward: 0,
  postrouting: 2 ** 31 - 1,
}

export interface Crossing {
  readonly end: BridgeEnd
  /** IP's prerouting has seen it on the bridge, and doesn't again (ip_sabotage_in). */
  readonly seen: boolean
}

/** In by a port. `up`: it is known that it came up to the host. */
export function throughBridge(
  road: Passing,
  name: string,
  bridge: Bridge,
  port: string,
  up: boolean,
): Crossing {
  const { t } = road
  const lends = isLent(road, bridge)
  const before = t.packet.destination
  const pass = (hook: Hook): boolean => road.pass(hook, lends ? lending(road, hook, name) : undefined)
  t.layer = 'bridge'
  if (!pass('prerouting')) return { end: 'filtered', seen: lends }
  const wasMoved = t.packet.destination !== before
  const target = up ? 'up' : frameTarget(road, name, bridge, { from: port, wasMoved, wanted: road.wantedOut })
  if (target === 'none') return { end: 'returned', seen: lends }
  if (target === 'up') {
    const passed = road.pass('input')
    t.layer = 'ip'
    return { end: passed ? 'up' : 'filtered', seen: lends }
  }
  road.leaveBy(target.port)
  const passed = pass('forward') && pass('postrouting')
  t.layer = 'ip'
  return { end: passed && road.pass('egress') ? 'sent' : 'filtered', seen: lends }
}

/** Out by the bridge, made here or routed here: IP's chains have seen it. `true` when it gets out. */
export function outByBridge(road: Passing, name: string, bridge: Bridge, gateway?: Scalar): boolean {
  const { t } = road
  const address = nextHopAddress(road, name, gateway)
  const known = address === undefined ? undefined : bridge.destinations?.get(address)
  // A bridge without ports has nowhere to send to; and by which one it leaves may be all the same.
  const port =
    known ?? (looksAtFrames(t.ruleset, bridge.ports) ? road.choosePort(name, bridge.ports) : undefined)
  if (port === undefined || port === name) return true
  const { inputInterface } = t.surroundings
  road.leaveBy(port)
  t.layer = 'bridge'
  const passed = road.pass('output') && road.pass('postrouting')
  t.layer = 'ip'
  t.surroundings = { ...t.surroundings, ...(inputInterface === undefined ? {} : { inputInterface }) }
  return passed && road.pass('egress')
}

/** What has a VLAN tag isn't lent (`bridge-nf-filter-vlan-tagged` is off unless somebody turned it on). */
function isLent({ t, suppose }: Passing, { lends }: Bridge): boolean {
  if (t.packet.fields?.get('vlan id') !== undefined) return false
  return (
    lends?.[t.packet.family] ??
    suppose(`${t.packet.family === 'ipv4' ? 'bridge-nf-call-iptables' : 'bridge-nf-call-ip6tables'} is on`)
  )
}

function lending(road: Passing, hook: Hook, name: string): Inserted {
  return {
    priority: LENT_AT[hook] ?? 0,
    name: 'IP’s chains on the bridge',
    walk: () => asIp(road, hook, name),
  }
}

/** To IP's chains the bridge is the device, whatever the port. */
function asIp({ t }: Passing, hook: Hook, name: string): HookResult {
  const { inputInterface, outputInterface } = t.surroundings
  const out = hook === 'prerouting' ? {} : { outputInterface: name }
  t.layer = 'ip'
  t.lent = true
  t.surroundings = { ...t.surroundings, inputInterface: name, ...out }
  const result = walkHook(t)
  t.layer = 'bridge'
  t.lent = false
  t.surroundings = {
    ...t.surroundings,
    ...(inputInterface === undefined ? {} : { inputInterface }),
    ...(outputInterface === undefined ? {} : { outputInterface }),
  }
  return result
}
