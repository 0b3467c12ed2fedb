/**
 * Of what decides outside of the rules, what concerns the sockets at a port. Programs on devices and on the root of all control
 * groups concern everybody; those of a unit or of a group only the sockets that were made in it, which their own group tells.
 */
import { isProtocol } from '../../model/protocol.ts'
import type { ControlGroup, Decider, OS } from '../../os/os.ts'
import { FLOW_PROTOCOLS, type FlowQuestion } from './flow-question.ts'
import { type Judged, judgeFlow } from './judge-flow.ts'

/** systemd's slice of all units. */
const ROOT_SLICE = '-.slice'

/** Whether it concerns the sockets of one place only. */
export const isLocal = ({ kind, place }: Decider): boolean =>
  (kind === 'cgroup' && place !== '/') || (kind === 'systemd' && place !== ROOT_SLICE)

export interface PortAsked {
  /** IANA number of the transport. */
  readonly protocol: number
  /** The port of this machine. */
  readonly port: number
  /** Also of sockets that are connected, and not only of those that anybody may send to. */
  readonly connected?: boolean
}

/** A socket whose group isn't known may be in any. */
export async function decidersAt(
  os: OS,
  deciders: readonly Decider[],
  { protocol, port, connected = false }: PortAsked,
): Promise<readonly Decider[]> {
  const everybody = deciders.filter(one => !isLocal(one))
  const local = deciders.filter(isLocal)
  const name = Object.keys(FLOW_PROTOCOLS).find(one => FLOW_PROTOCOLS[one] === protocol)
  if (local.length === 0 || name === undefined || !isProtocol(name)) return everybody
  const ids = new Set<bigint>()
  for await (const columns of os.sockets({ protocols: [name], localPort: port }))
    for (let row = 0; row < columns.length; row++)
      if (connected || columns.peerPort[row] === 0) ids.add(columns.cgroup[row]!)
  const groups = await os.controlGroups([...ids])
  const concerns = (decider: Decider): boolean =>
    [...ids].some(id => {
      const group = groups.get(id)
      return group?.known === true ? isWithin(decider, group.value) : true
    })
  return [...everybody, ...local.filter(concerns)]
}

/**
 * Of what decides, what concerns the packet of a question: whose socket it arrives at, or whose it was sent from. What no
 * socket here sent yet may be anybody's, and is taken to be sent by somebody without a program or list of his own.
 */
export async function decidersOf(
  os: OS,
  judged: Judged,
  question: FlowQuestion,
): Promise<readonly Decider[]> {
  const deciders = judged.outside ?? []
  if (!deciders.some(isLocal)) return deciders
  const { way, local, translated } = judgeFlow({ ...judged, outside: [] }, question)
  const { protocol = 0, sourcePort = 0, destinationPort = 0 } = question.packet
  const arrivesAt = translated?.destination.port ?? destinationPort
  const found = new Set<Decider>()
  if (way === 'out')
    for (const one of await decidersAt(os, deciders, { protocol, port: sourcePort, connected: true }))
      found.add(one)
  if (way !== 'out' || local === true)
    for (const one of await decidersAt(os, deciders, { protocol, port: arrivesAt })) found.add(one)
  return deciders.filter(one => found.has(one))
}

function isWithin({ kind, place }: Decider, { path, unit }: ControlGroup): boolean {
  if (kind === 'systemd') return place === unit || path.split('/').includes(place)
  return path === place || path.startsWith(`${place}/`)
}
