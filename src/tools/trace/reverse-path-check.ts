/** The reverse path filter at its place on a packet's way: just before the route is looked up. */
import type { Host } from '../../model/path/host.ts'
import { type ReversePathAnswer, reversePathOf } from '../../model/path/reverse-path.ts'
import type { WayStage } from '../../model/path/stages.ts'
import type { OS } from '../../os/os.ts'

export interface Checked {
  /** Where in the way it belongs. */
  readonly at: number
  readonly stage: Omit<WayStage, 'did' | 'stage'> & {
    readonly stage: 'reverse-path'
    readonly did: { readonly kind: 'checked'; readonly answer: ReversePathAnswer; readonly mode: 0 | 1 | 2 }
  }
}

/** Null where it doesn't get as far, and of IPv6. A setting that can't be read counts as off. */
export async function checkReversePath(
  os: OS,
  host: Host,
  way: readonly WayStage[],
  device: string,
  mark: number,
): Promise<Checked | null> {
  const at = way.findIndex(({ stage }) => stage === 'routing')
  const routed = way[at]
  if (routed === undefined || routed.packet.family !== 'ipv4' || routed.did.kind !== 'routed') return null
  const { packet } = routed
  const { kind, device: out } = routed.did.route
  // Where no route leads, nobody asks for the way back.
  if (kind !== 'unicast' && kind !== 'local' && kind !== 'broadcast') return null
  const name = (where: string, what: string): string => `net.ipv4.conf.${where}.${what}`
  const asked = ['rp_filter', 'accept_local', 'route_localnet', 'src_valid_mark'] as const
  const devices = ['all', ...(/^[\w-]+$/.test(device) ? [device] : [])]
  const told = await os.tunables(devices.flatMap(where => asked.map(what => name(where, what))))
  const number = (where: string, what: string): number => {
    const one = told.get(name(where, what))
    return one?.known === true ? Number(one.value) : 0
  }
  const mode = Math.min(2, Math.max(number('all', 'rp_filter'), number(device, 'rp_filter'))) as 0 | 1 | 2
  const either = (what: string): boolean => number('all', what) !== 0 || number(device, what) !== 0
  const answer = reversePathOf(
    host,
    packet,
    device,
    mark,
    {
      mode,
      acceptLocal: either('accept_local'),
      routeLocalnet: either('route_localnet'),
      usesMark: either('src_valid_mark'),
    },
    kind === 'unicast' ? out : undefined,
  )
  return { at, stage: { stage: 'reverse-path', did: { kind: 'checked', answer, mode }, packet } }
}

/**
 * Where a packet from 127.0.0.0/8 would be sent by another device than loopback, which only `route_localnet` allows
 * (__mkroute_output): its place in the way, else null.
 */
export async function loopbackLeavesAt(os: OS, way: readonly WayStage[]): Promise<number | null> {
  for (const [at, { did, packet }] of way.entries()) {
    if (did.kind !== 'routed' || did.route.kind !== 'unicast' || packet.family !== 'ipv4') continue
    const { device } = did.route
    if (device === undefined || device === 'lo' || !isLoopback(packet.source)) continue
    const names = ['all', device].map(where => `net.ipv4.conf.${where}.route_localnet`)
    const told = await os.tunables(names.filter(name => /^[\w.-]+$/.test(name)))
    if ([...told.values()].some(one => one.known && one.value !== '0')) continue
    return at
  }
  return null
}

const isLoopback = (source: WayStage['packet']['source']): boolean =>
  typeof source === 'number' && Math.floor(source / 2 ** 24) === 127
