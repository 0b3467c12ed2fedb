/**
 * How a connection gets past the rule that stops it, and its answers past the same host's rules where those would stop them too. Asks the
 * rules as they are; sends nothing.
 */
import { formatEndpoint } from '../../../model/endpoint.ts'
import { scalarAddress } from '../../../model/filter/address-scalar.ts'
import type { Packet } from '../../../model/filter/packet.ts'
import { reversedPacket } from '../../../model/filter/reversed-packet.ts'
import { type Judged, judgeFlow, parseFlowQuestion } from '../../firewall/live.ts'
import type { Claim } from '../suspects.ts'
import { acceptRule, type Barrier, type Match } from './accept-rule.ts'
import { answerMatchOf, matchOf } from './matches.ts'

export interface Barred {
  readonly barrier?: Barrier
  /** As it met the barrier. */
  readonly packet: Packet
}

/** `answer`: what was stopped answers. `tracked`: the host sees both directions. */
export function letThrough(
  { barrier, packet }: Barred,
  judged: Judged,
  { answer, tracked }: { readonly answer: boolean; readonly tracked: boolean },
): Pick<Claim, 'remedy' | 'commands'> {
  const what = answer ? 'answers' : 'it'
  if (barrier === undefined) return { remedy: `Change the rules so that they accept ${what}.` }
  const past = (one: Barrier | undefined, match: Match | undefined) =>
    one && match && acceptRule(one, judged.ruleset, match)
  const first = past(barrier, answer ? answerMatchOf(packet, tracked) : matchOf(packet))
  const second =
    answer || first === undefined
      ? undefined
      : past(answerBarrier(judged, packet), answerMatchOf(reversedPacket(packet), true))
  const both = second === undefined ? what : 'it, and its answers'
  const place = barrier.index === undefined ? 'Add a rule' : 'Change the rule, or put one before it'
  const unseen = first !== undefined && (answer ? packet.destination : packet.source) === undefined
  const whom = unseen
    ? `, ${answer ? 'to' : 'from'} anybody: which address this host has there isn’t seen`
    : ''
  return {
    remedy: `${place} that accepts ${both}${whom}.`,
    commands: [first, second].filter(command => command !== undefined),
  }
}

const NAMES: Readonly<Record<number, string>> = { 6: 'tcp', 17: 'udp' }

/** What would stop the answer to a packet at the same host, of a connection that is known there by then. */
function answerBarrier(judged: Judged, packet: Packet): Barrier | undefined {
  const { protocol, source, destination, sourcePort, destinationPort, family } = packet
  const name = NAMES[protocol ?? -1]
  if (judged.host === undefined || name === undefined || source === undefined || destination === undefined)
    return undefined
  const end = (address: typeof source, port = 0): string =>
    formatEndpoint({ address: scalarAddress(address as number | bigint, family), port } as never)
  const flags = name === 'tcp' ? ' flags syn,ack' : ''
  const flow = `${name} ${end(destination, destinationPort)} -> ${end(source, sourcePort)}${flags} state established direction reply`
  const { decision } = judgeFlow(judged, parseFlowQuestion(flow))
  if (decision.kind !== 'drop' && decision.kind !== 'reject') return undefined
  return decision.rule ?? decision.policy
}
