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
  const packet = way[at]?.packet
  if (packet === undefined || packet.family !== 'ipv4') return null
  const name = (where: string, what: string): string => `net.ipv4.conf.${where}.${what}`
  const asked = ['rp_filter', 'accept_local', 'route_localnet', 'src_valid_mark'] as const
  const told = await os.tunables(['all', device].flatMap(where => asked.map(what => name(where, what))))
  const number = (where: string, what: string): number => {
    const one = told.get(name(where, what))
    return one?.known === true ? Number(one.value) : 0
  }
  const mode = Math.min(2, Math.max(number('all', 'rp_filter'), number(device, 'rp_filter'))) as 0 | 1 | 2
  const either = (what: string): boolean => number('all', what) !== 0 || number(device, what) !== 0
  const answer = reversePathOf(host, packet, device, mark, {
    mode,
    acceptLocal: either('accept_local'),
    routeLocalnet: either('route_localnet'),
    usesMark: either('src_valid_mark'),
  })
  return { at, stage: { stage: 'reverse-path', did: { kind: 'checked', answer, mode }, packet } }
}
