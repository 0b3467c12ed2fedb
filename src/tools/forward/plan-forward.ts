/** What forwarding would come to, before anything listens: every address of ours, to whom, who may come, and what is odd about it. */
import { type Address, scopeOf, UNSPECIFIED_V4, UNSPECIFIED_V6 } from '../../model/address.ts'
import { formatEndpoint, formatEndpointSpec } from '../../model/endpoint.ts'
import { fault } from '../../model/fault.ts'
import type { Finding } from '../../model/finding.ts'
import type { Prefix } from '../../model/prefix.ts'
import type { OS } from '../../os/os.ts'
import type { RelayPlan, RelayRule } from '../../os/relay-plan.ts'
import { isOnlyOurs, placesFor } from '../listen/listen.ts'
import { type ForwardRule, formatForwardRule } from './forward-rule.ts'

export interface ForwardOptions {
  readonly allow?: readonly Prefix[]
  readonly deny?: readonly Prefix[]
  /** Connections and conversations at the same time; 4096. */
  readonly atMost?: number
  /** Kept for a slow reader, of each connection and way; 65,536. */
  readonly bufferBytes?: number
  /** Milliseconds; 0 for never. Of TCP never, of UDP a minute (RFC 4787 asks two of a NAT; a conversation here begins anew at no cost). */
  readonly tcpIdleMs?: number
  readonly udpIdleMs?: number
  /** Milliseconds; ten seconds. */
  readonly connectTimeoutMs?: number
}

export interface ForwardPlan {
  readonly rules: readonly ForwardRule[]
  readonly relay: RelayPlan
  readonly findings: readonly Finding[]
}

/** Throws `E_FORWARD_RULES` for rules that can't be together, and `E_HOST_UNKNOWN`. */
export async function planForward(
  os: OS,
  rules: readonly ForwardRule[],
  options: ForwardOptions = {},
): Promise<ForwardPlan> {
  if (rules.length === 0) throw fault('E_FORWARD_RULES', { why: 'there is none' })
  const relayRules: RelayRule[] = []
  for (const { protocol, place, port, to } of rules)
    relayRules.push({ protocol, listen: await placesFor(os, protocol, place, port), to })
  refuseTwice(rules, relayRules)
  const own = (await os.addresses()).map(({ address }) => address)
  for (const [i, rule] of relayRules.entries()) refuseCircle(rules[i]!, rule, own)
  const { allow = [], deny = [] } = options
  return {
    rules,
    relay: {
      rules: relayRules,
      allow,
      deny,
      atMost: options.atMost ?? 4096,
      bufferBytes: options.bufferBytes ?? 65_536,
      tcpIdleMs: options.tcpIdleMs ?? 0,
      udpIdleMs: options.udpIdleMs ?? 60_000,
      connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    },
    findings: relayRules.flatMap((rule, i) => openFinding(rules[i]!, rule, allow)),
  }
}

const isWildcard = (address: Address): boolean => address === UNSPECIFIED_V4 || address === UNSPECIFIED_V6

/** Two rules at one place: the second could not listen. */
function refuseTwice(rules: readonly ForwardRule[], relayRules: readonly RelayRule[]): void {
  const seen = new Map<string, number>()
  for (const [i, { protocol, listen }] of relayRules.entries())
    for (const at of listen) {
      if (at.port === 0) continue
      const key = `${protocol} ${formatEndpoint(at)}`
      const other = seen.get(key)
      if (other !== undefined) {
        const [first, second] = [formatForwardRule(rules[other]!), formatForwardRule(rules[i]!)]
        throw fault('E_FORWARD_RULES', { why: `${first} and ${second} both listen on ${key}` })
      }
      seen.set(key, i)
    }
}

/** A rule that reaches itself would pass its own connections on until nothing is left. */
function refuseCircle(rule: ForwardRule, { listen }: RelayRule, own: readonly Address[]): void {
  const { host, port } = rule.to
  const meets = listen.some(at => {
    if (at.port !== port) return false
    if (host === 'localhost') return isWildcard(at.address) || scopeOf(at.address) === 'loopback'
    return host === at.address || (isWildcard(at.address) && (own as readonly string[]).includes(host))
  })
  if (meets)
    throw fault('E_FORWARD_RULES', { why: `${formatForwardRule(rule)} would forward to itself, for ever` })
}

function openFinding(
  rule: ForwardRule,
  { protocol, listen }: RelayRule,
  allow: readonly Prefix[],
): Finding[] {
  if (isOnlyOurs(listen) || allow.length > 0) return []
  const places = listen.map(at => `${protocol} ${formatEndpoint(at)}`).join(', ')
  const to = formatEndpointSpec(rule.to)
  const at = rule.place === '*' ? 'any address of this host' : rule.place
  return [
    {
      code: 'forward-open',
      severity: 'note',
      certainty: 'inferred',
      subject: formatForwardRule(rule),
      says: `whoever reaches ${protocol} port ${rule.port} at ${at} reaches ${to}, which sees this host as the client`,
      evidence: [{ source: 'the rule', says: `it listens on ${places}` }],
      disprovedBy: 'a packet filter that lets nobody through: ports fw explain says whether there is one',
      remedy: 'Let only some come with --allow 192.0.2.0/24, or leave the address away.',
    },
  ]
}
