/** Lets a router say that a packet is too large, where its own rules keep that from who sent it. Asks the rules as they are. */
import { type Address, familyOf, unmap, withoutZone } from '../../../model/address.ts'
import { addressScalar, scalarAddress } from '../../../model/filter/address-scalar.ts'
import { routeFor } from '../../../model/path/routing.ts'
import { type Judged, judgeFlow, parseFlowQuestion } from '../../firewall/live.ts'
import type { Claim } from '../suspects.ts'
import { acceptRule } from './accept-rule.ts'
import { TOO_BIG } from './matches.ts'

/** Empty where nothing there stands in its way. */
export function tooBigHeard(judged: Judged, sender: Address): Pick<Claim, 'remedy' | 'commands'> {
  const to = unmap(withoutZone(sender))
  const family = familyOf(to)
  const { source } =
    judged.host === undefined ? {} : routeFor(judged.host, { family, destination: addressScalar(to) })
  if (source === undefined) return {}
  const from = scalarAddress(source as number | bigint, family)
  const message = family === 'ipv4' ? 'type destination-unreachable code 4' : 'type packet-too-big'
  const flow = `${family === 'ipv4' ? 'icmp' : 'icmpv6'} ${from} -> ${to} ${message}`
  const { decision } = judgeFlow(judged, parseFlowQuestion(flow))
  const barrier = decision.kind === 'drop' ? (decision.rule ?? decision.policy) : undefined
  const command = barrier && acceptRule(barrier, judged.ruleset, TOO_BIG[family])
  if (command === undefined) return {}
  return {
    remedy: 'Let it say that packets are too large, or clamp the MSS on the way.',
    commands: [command],
  }
}
