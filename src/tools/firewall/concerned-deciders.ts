/**
 * What decides on a packet outside of the rules, and what that makes of their verdict. The order is the kernel's: XDP, tc
 * and tcx of what arrives, netfilter, the socket's lookup, the socket's control group; of what leaves, connect and sendmsg
 * of the control group, netfilter, the group's programs for packets, tc. What is passed on meets no socket.
 *
 * A drop by the rules is a drop whatever else decides: what comes before the rules can only keep the packet from them,
 * and what comes after them doesn't see it. (A program of XDP or tc may answer it or send it elsewhere itself.)
 */
import type { Decision, DecisionKind, Unknown } from '../../model/filter/decision.ts'
import type { Hook } from '../../model/filter/ruleset.ts'
import type { Way } from '../../model/path/assumed-way.ts'
import type { IpFamily } from '../../model/protocol.ts'
import type { Decider, DeciderKind } from '../../os/os.ts'
import { FLOW_PROTOCOLS } from './flow-question.ts'

export interface DecidedPacket {
  readonly way: Way
  readonly family: IpFamily
  /** IANA number of the transport, where it is known. */
  readonly protocol?: number
  /** It doesn't leave the machine: of the interfaces it meets loopback alone, both ways. */
  readonly local?: boolean
}

/** Those of them that may stop it. */
export const concernedDeciders = (deciders: readonly Decider[], packet: DecidedPacket): readonly Decider[] =>
  deciders.filter(one => concerns(one, packet))

const AT_DEVICES: ReadonlySet<DeciderKind> = new Set(['xdp', 'tc', 'tcx', 'netkit'])
const AT_SOCKETS: ReadonlySet<DeciderKind> = new Set(['cgroup', 'systemd', 'sk-lookup'])
const HOOKS: Readonly<Record<Way, readonly Hook[]>> = {
  in: ['prerouting', 'input'],
  through: ['prerouting', 'forward', 'postrouting'],
  out: ['output', 'postrouting'],
}
const BOTH: readonly Hook[] = [...HOOKS.out, ...HOOKS.in]

function concerns(decider: Decider, { way, family, protocol, local = false }: DecidedPacket): boolean {
  const { kind, place, direction, hook } = decider
  if (decider.family !== undefined && decider.family !== family) return false
  if (decider.protocols?.some(one => FLOW_PROTOCOLS[one] === protocol) === false) return false
  if (hook !== undefined) return (local ? BOTH : HOOKS[way]).includes(hook)
  if (AT_DEVICES.has(kind) && local) return place === 'lo'
  if (AT_SOCKETS.has(kind) && way === 'through') return false
  if (direction === undefined || way === 'through' || local) return true
  return (direction === 'ingress') === (way === 'in')
}

/** An accept, or a reject that the sender hears of, is only these rules' where something else may stop the packet. */
export function heedDeciders(
  decision: Decision,
  deciders: readonly Decider[],
  packet: DecidedPacket,
): Decision {
  const { kind } = decision
  if (kind !== 'accept' && kind !== 'reject') return decision
  const concerned = concernedDeciders(deciders, packet)
  const heeded = kind === 'accept' ? concerned : concerned.filter(one => isBefore(one, packet))
  if (heeded.length === 0) return decision
  const unknown = heeded.map(
    ({ kind: by, place, says }): Unknown => ({
      expression: `${WORDS[by]} ${by === 'sk-lookup' ? 'of' : 'at'} ${place} lets it through (${says})`,
      unsupported: false,
      ifTrue: kind,
      ifFalse: REFUSAL[by] ?? 'drop',
    }),
  )
  const { rejectWith: _, ...rest } = decision
  return { ...(kind === 'accept' ? decision : rest), kind: 'depends', unknown }
}

/** Whether it may stop a packet before a rule rejects it; where in netfilter a program stands is left open. */
const isBefore = ({ kind, direction }: Decider, { way, local = false }: DecidedPacket): boolean =>
  kind === 'netfilter' || ((way !== 'out' || local) && AT_DEVICES.has(kind) && direction !== 'egress')

/** For what no socket gets, the kernel answers as for a closed port (`inet_lookup_run_sk_lookup`). */
const REFUSAL: Readonly<Partial<Record<DeciderKind, DecisionKind>>> = { 'sk-lookup': 'reject' }

const WORDS: Readonly<Record<DeciderKind, string>> = {
  xdp: 'an XDP program',
  tc: 'a traffic control filter',
  tcx: 'a tcx program',
  netkit: 'a netkit program',
  netfilter: 'a BPF program of netfilter',
  'sk-lookup': 'the program that chooses the socket',
  cgroup: 'a program of a control group',
  systemd: 'systemd’s address list',
}
