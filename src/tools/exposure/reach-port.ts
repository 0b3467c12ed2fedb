/**
 * From where a port of the machine can be reached through its filter: for each region a packet that gets through, or the
 * rule that keeps all of them out, proven by search (`findPacket`) and seen through by the evaluator.
 */
import type { ExposureLevel } from '../../model/exposure.ts'
import { scalarAddress } from '../../model/filter/address-scalar.ts'
import type { Decision } from '../../model/filter/decision.ts'
import type { Packet, Surroundings } from '../../model/filter/packet.ts'
import { decideOnWay } from '../../model/path/assumed-way.ts'
import type { Host } from '../../model/path/host.ts'
import type { IpFamily } from '../../model/protocol.ts'
import { findPacket, type Judged, packetText, parseCondition } from '../firewall/firewall.ts'
import { type Region, regionsOf } from './regions.ts'

export interface PortQuestion {
  readonly protocol: 'tcp' | 'udp' | 'sctp' | 'dccp'
  readonly port: number
  readonly families: readonly IpFamily[]
  /** Only packets for this address; any of the machine's without it. */
  readonly address?: string
}

export interface RegionAnswer {
  readonly level: ExposureLevel
  readonly family: IpFamily
  readonly says: string
  /** `published`: a rule gives it another destination, and it gets there. */
  readonly verdict: 'open' | 'closed' | 'published' | 'unknown'
  /** A packet of that region, as a line that `ports fw test` reads: one that gets through, or one that doesn't. */
  readonly witness?: string
  /** Of the witness. */
  readonly decision?: Decision
  readonly publishedTo?: string
  /** Why it isn't known. */
  readonly why?: string
}

export function reachPort(judged: Judged, question: PortQuestion): readonly RegionAnswer[] {
  return question.families.flatMap(family =>
    regionsOf(family, judged.host).map(region => answerFor(judged, question, region)),
  )
}

function answerFor(judged: Judged, question: PortQuestion, region: Region): RegionAnswer {
  const { level, family, says } = region
  const shared = { level, family, says }
  const condition = parseCondition(conditionText(question, region, judged.host))
  const search = (hook: 'input' | 'prerouting', wanted: readonly ('accept' | 'drop' | 'reject')[]) =>
    findPacket(judged.ruleset, {
      hook,
      wanted,
      condition,
      families: [family === 'ipv4' ? 'ip' : 'ip6'],
    })
  const passing = search('input', ['accept'])
  if (passing.found === 'unknown') return { ...shared, verdict: 'unknown', why: passing.why }
  if (passing.found === 'no') {
    const refused = search('input', ['drop', 'reject'])
    if (refused.found !== 'yes') return { ...shared, verdict: 'closed' }
    const { packet, surroundings, decision } = refused.witness
    const diverted = wholeWay(judged, level, packet, surroundings)
    if (diverted.way === 'through') return published(shared, diverted, packetText(packet, surroundings))
    return { ...shared, verdict: 'closed', witness: packetText(packet, surroundings), decision }
  }
  const { packet, surroundings } = passing.witness
  const whole = wholeWay(judged, level, packet, surroundings)
  const witness = packetText(packet, surroundings)
  if (whole.way === 'through') return published(shared, whole, witness)
  if (whole.decision.kind === 'accept')
    return { ...shared, verdict: 'open', witness, decision: whole.decision }
  // The way in is barred before input: for this packet, or for all of the region.
  if (search('prerouting', ['accept']).found === 'no')
    return { ...shared, verdict: 'closed', witness, decision: whole.decision }
  const why = 'rules before the input hook let some of these packets through and not others'
  return { ...shared, verdict: 'unknown', witness, decision: whole.decision, why }
}

type Whole = ReturnType<typeof wholeWay>

/**
 * All packets here begin a connection, and nothing has been translated of it yet; but of what is sent over loopback, that
 * was settled on its way out (`IPS_SRC_NAT_DONE`, `IPS_DST_NAT_DONE`).
 */
function wholeWay({ ruleset }: Judged, level: ExposureLevel, packet: Packet, surroundings: Surroundings) {
  const status = level === 'host' ? 0x180 : 0
  const conntrack = { state: 'new', mark: 0, ...surroundings.conntrack, status } as const
  return decideOnWay(ruleset, 'in', packet, { ...surroundings, conntrack })
}

function published(
  shared: Pick<RegionAnswer, 'level' | 'family' | 'says'>,
  { decision, packet }: Whole,
  witness: string,
): RegionAnswer {
  const { destination, destinationPort, family } = packet
  const address = scalarAddress(destination as number | bigint, family)
  const publishedTo = family === 'ipv4' ? `${address}:${destinationPort}` : `[${address}]:${destinationPort}`
  const verdict =
    decision.kind === 'accept'
      ? 'published'
      : decision.kind === 'depends' || decision.kind === 'unsupported'
        ? 'unknown'
        : 'closed'
  const why = decision.unknown.map(({ expression }) => expression).join(', ')
  return {
    ...shared,
    verdict,
    witness,
    decision,
    publishedTo,
    ...(verdict === 'unknown' ? { why: why === '' ? 'it depends' : `it depends on ${why}` } : {}),
  }
}

function conditionText(
  { protocol, port, address }: PortQuestion,
  region: Region,
  host: Host | undefined,
): string {
  const { family, level } = region
  const words = [`${protocol} dport ${port}`, 'state new', region.condition]
  if (protocol === 'tcp') words.push('tcp flags == syn')
  const own = address === undefined ? ownAddresses(family, level, host) : [address]
  if (own.length > 0) words.push(`daddr { ${own.join(', ')} }`)
  return words.join(' ')
}

/** On loopback all of them are reached; from beyond, those that aren't loopback's. */
function ownAddresses(family: IpFamily, level: ExposureLevel, host: Host | undefined): readonly string[] {
  return (host?.addresses ?? [])
    .filter(one => one.family === family && (level === 'host' || one.device !== 'lo'))
    .map(one => scalarAddress(one.address as number | bigint, family))
}
