/**
 * Forwarding a port: what comes to a port of ours is passed on to somebody else, connections and datagrams.
 *
 * Answers what a set of rules would come to (`planForward`), starts it (`startForwarding`), and tells of each connection who came, to whom
 * it went, how much and how it ended. Doesn't change the packet filter, doesn't keep the client's address, ends no TLS.
 * Follows RFC 9293 section 3.6 for half-closed connections and RFC 1123 section 2.3 for the address that datagrams are answered from.
 */
import type { Endpoint } from '../../model/endpoint.ts'
import type { Finding } from '../../model/finding.ts'
import type { OS } from '../../os/os.ts'
import type { Relay, RelayRule } from '../../os/relay-plan.ts'
import { whyNotListening } from '../listen/listen.ts'
import { parseForwardRule } from './forward-rule.ts'
import { type ForwardOptions, type ForwardPlan, planForward } from './plan-forward.ts'

export type { Relay, RelayEvent, RelayPlan, RelayRule } from '../../os/relay-plan.ts'
export { type ForwardRule, formatForwardRule, parseForwardRule } from './forward-rule.ts'
export { type ForwardOptions, type ForwardPlan, planForward } from './plan-forward.ts'

export type ForwardStart =
  | { readonly kind: 'running'; readonly relay: Relay }
  | {
      readonly kind: 'failed'
      readonly rule: RelayRule
      readonly at: Endpoint
      readonly reasons: readonly Finding[]
    }
  | { readonly kind: 'unsupported'; readonly says: string }

/** All rules, or none and why. Whoever starts drains. */
export async function startForwarding(os: OS, { relay: plan }: ForwardPlan): Promise<ForwardStart> {
  const outcome = await os.relay(plan)
  if (outcome.kind !== 'failed') return outcome
  const { rule, at, tried } = outcome
  return { kind: 'failed', rule, at, reasons: await whyNotListening(os, rule.protocol, at, tried) }
}

/** The same from rules as they are typed: `forward(os, ['8080:db:80'])`. Throws as the readers and `planForward` do. */
export async function forward(
  os: OS,
  rules: readonly string[],
  options: ForwardOptions = {},
): Promise<ForwardStart> {
  return startForwarding(os, await planForward(os, rules.map(parseForwardRule), options))
}
