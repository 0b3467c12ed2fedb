/**
 * What a port comes to with all rules of the machine taken together: an accept in our table doesn't overrule a drop in
 * another one, and what is passed on to a container never comes to the rules of input.
 */

import { type Address, familyOf, parseAddress, scopeOf } from '../../model/address.ts'
import { addressScalar, scalarAddress } from '../../model/filter/address-scalar.ts'
import type { Decision } from '../../model/filter/decision.ts'
import { decideAtHook } from '../../model/filter/evaluate.ts'
import { OWN_FAMILY, OWN_NAME } from '../../model/filter/own-table.ts'
import type { Packet, Surroundings } from '../../model/filter/packet.ts'
import type { Ruleset } from '../../model/filter/ruleset.ts'
import type { Finding } from '../../model/finding.ts'
import { prefixAddress } from '../../model/prefix.ts'
import type { InterfaceAddress } from '../../os/os.ts'
import { parseNftText } from '../../wire/nft-text/nft-text.ts'
import type { PortRequest } from './port-change.ts'

/** All rules, with our table as it is to be. */
export function withOwnTable(ruleset: Ruleset, text: string | null): Ruleset {
  const others = ruleset.tables.filter(({ family, name }) => family !== OWN_FAMILY || name !== OWN_NAME)
  const own = text === null ? [] : parseNftText(text).ruleset.tables
  return { tables: [...others, ...own] }
}

/** Somebody far away: addresses of examples (RFC 5737, RFC 3849). */
const FAR = { ipv4: parseAddress('198.51.100.77'), ipv6: parseAddress('2001:db8:77::77') } as const
const PROTOCOLS = { tcp: 6, udp: 17 } as const
const SYN = 2

/** What somebody who comes from there meets, at each address of the machine that others can reach; each thing once. */
export function portOutcome(
  ruleset: Ruleset,
  addresses: readonly InterfaceAddress[],
  request: PortRequest,
): readonly Finding[] {
  const found = new Map<string, Finding>()
  for (const one of addresses) {
    const source = sourceFor(request, one.address)
    if (source === null || ['loopback', 'link-local'].includes(scopeOf(one.address))) continue
    const finding = outcomeAt(ruleset, one, source, request)
    if (finding !== null) found.set(finding.evidence[0]!.says, finding)
  }
  return [...found.values()]
}

function sourceFor({ from }: PortRequest, to: Address): Address | null {
  if (from === null) return FAR[familyOf(to)]
  const source = prefixAddress(from)
  return familyOf(source) === familyOf(to) ? source : null
}

function outcomeAt(
  ruleset: Ruleset,
  { interface: inputInterface, address }: InterfaceAddress,
  source: Address,
  { action, port, protocol }: PortRequest,
): Finding | null {
  const packet: Packet = {
    family: familyOf(address),
    protocol: PROTOCOLS[protocol],
    source: addressScalar(source),
    destination: addressScalar(address),
    sourcePort: 40_000,
    destinationPort: port,
    ...(protocol === 'tcp' ? { tcpFlags: SYN } : {}),
  }
  const around: Surroundings = {
    inputInterface,
    outputInterface: null,
    conntrack: { state: 'new', direction: 'original' },
  }
  const before = decideAtHook(ruleset, 'prerouting', packet, around)
  const subject = `${protocol}/${port}`
  const { destination, destinationPort } = before.packet
  if (destination !== packet.destination || destinationPort !== port)
    return passedOn(subject, before.decision, before.packet)
  const { decision } =
    before.decision.kind === 'accept'
      ? decideAtHook(ruleset, 'input', before.packet, before.surroundings)
      : before
  return action === 'open' ? stillClosed(subject, decision, source) : stillOpen(subject, decision, source)
}

const placeOf = ({ rule, policy }: Decision): string =>
  rule !== undefined
    ? `table ${rule.family} ${rule.table}, chain ${rule.chain}: ${rule.text}`
    : policy !== undefined
      ? `table ${policy.family} ${policy.table}, chain ${policy.chain}: policy ${policy.policy}`
      : 'no rule'

function stillClosed(subject: string, decision: Decision, source: Address): Finding | null {
  const { kind, unknown } = decision
  if (kind === 'accept') return null
  const evidence = [{ source: `a packet from ${source}`, says: placeOf(decision) }]
  if (kind === 'drop' || kind === 'reject') {
    return {
      code: 'still-closed',
      severity: 'high',
      certainty: 'inferred',
      subject,
      says: `${subject} stays closed: another rule says ${kind}, ${placeOf(decision)}`,
      evidence,
      remedy: 'An accept in our table can’t overrule it: change it where it was made.',
    }
  }
  const facts = unknown.map(({ expression }) => expression).join('; ')
  return {
    code: 'perhaps-closed',
    severity: 'medium',
    certainty: 'possible',
    subject,
    says: `whether ${subject} is open depends on what can’t be told beforehand: ${facts}`,
    evidence: [{ source: `a packet from ${source}`, says: facts }],
    remedy: 'Try it from outside.',
  }
}

function stillOpen(subject: string, { kind }: Decision, source: Address): Finding | null {
  if (kind === 'drop' || kind === 'reject') return null
  return {
    code: 'still-open',
    severity: 'high',
    certainty: kind === 'accept' ? 'inferred' : 'possible',
    subject,
    says: `${subject} is not closed for ${source}: the rules come to ${kind}`,
    evidence: [{ source: `a packet from ${source}`, says: kind }],
  }
}

function passedOn(subject: string, decision: Decision, packet: Packet): Finding {
  const { destination, destinationPort, family } = packet
  const address =
    typeof destination === 'number' || typeof destination === 'bigint'
      ? scalarAddress(destination, family)
      : '?'
  return {
    code: 'passed-on',
    severity: 'high',
    certainty: 'inferred',
    subject,
    says: `${subject} is passed on to ${address}, port ${destinationPort}, before rules of input are asked: what is opened or closed here has no say in it`,
    evidence: [{ source: 'prerouting', says: placeOf(decision) }],
    remedy: 'Change what publishes it, such as the container’s published ports.',
  }
}
