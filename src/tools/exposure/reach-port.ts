/**
 * From where a port of the machine can be reached through its filter: for each region a packet that gets through, or the
 * rule that keeps all of them out, proven by search (`findPacket`) and seen through by the evaluator.
 */
import type { ExposureLevel } from '../../model/exposure.ts'
import { scalarAddress } from '../../model/filter/address-scalar.ts'
import type { Decision } from '../../model/filter/decision.ts'
import { decideAtHook } from '../../model/filter/evaluate.ts'
import type { Packet, Surroundings } from '../../model/filter/packet.ts'
import type { Ruleset } from '../../model/filter/ruleset.ts'
import type { Host } from '../../model/path/host.ts'
import type { IpFamily } from '../../model/protocol.ts'
import { FLOW_PROTOCOLS, findPacket, type Judged, packetText, parseCondition } from '../firewall/firewall.ts'
import { type Region, regionsOf } from './regions.ts'
import { rulesForPort } from './rules-for-port.ts'
import { type Whole, wholeWay } from './whole-way.ts'

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

/** `levels`: only from there; from everywhere where absent. */
export function reachPort(
  judged: Judged,
  question: PortQuestion,
  levels?: readonly ExposureLevel[],
): readonly RegionAnswer[] {
  const { protocol, port } = question
  const concerned = rulesForPort(judged.ruleset, {
    protocol: FLOW_PROTOCOLS[protocol]!,
    port,
    local: question.address === undefined || !isMulticast(question.address),
  })
  return question.families.flatMap(family =>
    regionsOf(family, judged.host)
      .filter(({ level }) => levels?.includes(level) ?? true)
      .map(region => heedingOthers(judged, answerFor(judged, concerned, question, region))),
  )
}

/** Where a packet of the whole region gets through, it may be one that no device brings: then each device is asked. */
function answerFor(judged: Judged, concerned: Ruleset, question: PortQuestion, region: Region): RegionAnswer {
  if (region.level !== 'host' && isLoopback(question.address)) {
    const { level, family, says } = region
    return { level, family, says, verdict: 'closed', why: NOT_FROM_BEYOND }
  }
  const whole = answerIn(judged, concerned, question, region)
  const devices = region.byDevice ?? (whole.verdict === 'unknown' ? region.ifUnknown : undefined)
  if (devices === undefined || whole.verdict === 'closed') return whole
  const each: RegionAnswer[] = []
  for (const condition of devices) {
    const answer = answerIn(judged, concerned, question, { ...region, condition })
    if (answer.verdict === 'open') return answer
    each.push(answer)
  }
  return PREFERRED.map(verdict => each.find(one => one.verdict === verdict)).find(one => one !== undefined)!
}

/** What the rules let in, something outside of them may still drop (XDP, tc, programs of control groups). */
function heedingOthers({ outside = [] }: Judged, answer: RegionAnswer): RegionAnswer {
  const { level, verdict } = answer
  if (verdict !== 'open' && verdict !== 'published') return answer
  // Devices aren't asked about what stays on loopback.
  const [first] = outside.filter(
    ({ kind, direction }) =>
      direction !== 'egress' && (level !== 'host' || kind === 'cgroup' || kind === 'systemd'),
  )
  if (first === undefined) return answer
  const why = `the rules let it in, but ${first.kind} at ${first.place} may not: ${first.says}`
  return { ...answer, verdict: 'unknown', why }
}

const PREFERRED = ['published', 'unknown', 'closed'] as const
/** `ip_route_input_slow`, `ip6_rcv_core`; of IPv4 unless `route_localnet` is set, which hardly anybody does. */
const NOT_FROM_BEYOND = 'the kernel drops what comes from beyond for a loopback address'
const isLoopback = (address: string | undefined): boolean =>
  address === '::1' || address?.startsWith('127.') === true

function answerIn(judged: Judged, concerned: Ruleset, question: PortQuestion, region: Region): RegionAnswer {
  const { level, family, says } = region
  const shared = { level, family, says }
  const condition = parseCondition(conditionText(question, region, judged.host))
  const outward = parseCondition(conditionText(question, region, judged.host).replace('iif lo', 'oif lo'))
  const search = (hook: Entrance, wanted: readonly ('accept' | 'drop' | 'reject')[]) =>
    findPacket(hook === 'input' ? concerned : judged.ruleset, {
      hook,
      wanted,
      condition: hook === 'output' ? outward : condition,
      families: [family === 'ipv4' ? 'ip' : 'ip6'],
    })
  const passing = search('input', ['accept'])
  if (passing.found === 'no') {
    const refused = search('input', ['drop', 'reject'])
    if (refused.found !== 'yes') return { ...shared, verdict: 'closed' }
    const { packet, surroundings } = refused.witness
    const whole = wholeWay(judged, level, packet, surroundings)
    const witness = textOf(judged, level, packet, surroundings)
    if (whole.moved) return published(shared, whole, witness)
    // By all the rules, not by those that concern it: as they are written, with their places.
    const told = BARRED.has(whole.decision.kind)
      ? whole.decision
      : decideAtHook(judged.ruleset, 'input', packet, surroundings).decision
    return { ...shared, verdict: 'closed', witness, decision: told }
  }
  const tried = passing.found === 'yes' ? passing.witness : passing.candidate
  if (tried === undefined)
    return { ...shared, verdict: 'unknown', ...(passing.found === 'yes' ? {} : { why: passing.why }) }
  const { packet, surroundings } = tried
  const whole = wholeWay(judged, level, packet, surroundings)
  const { decision } = whole
  const witness = textOf(judged, level, packet, surroundings)
  if (whole.moved) return published(shared, whole, witness)
  if (decision.kind === 'accept')
    return whole.stuck === undefined
      ? { ...shared, verdict: 'open', witness, decision }
      : { ...shared, verdict: 'closed', witness, decision, why: whole.stuck }
  if (passing.found === 'unknown') return { ...shared, verdict: 'unknown', why: passing.why }
  // The way in is barred before input: for this packet, or for all of the region.
  const before = level === 'host' && judged.host !== undefined ? BEFORE_HOST : BEFORE
  if (before.some(hook => search(hook, ['accept']).found === 'no'))
    return { ...shared, verdict: 'closed', witness, decision }
  const facts = decision.unknown.map(({ expression }) => expression).join(', ')
  const why =
    facts === ''
      ? 'rules before the input hook let some of these packets through and not others'
      : `it depends on ${facts}`
  return { ...shared, verdict: 'unknown', witness, decision, why }
}

const isMulticast = (address: string): boolean => address.startsWith('ff') || /^2(2[4-9]|3\d)\./.test(address)

/** Of what a known host makes itself, the way isn't named: it comes out of it, and so `fw test` takes it. */
const textOf = ({ host }: Judged, level: ExposureLevel, packet: Packet, surroundings: Surroundings): string =>
  packetText(
    packet,
    host === undefined || level !== 'host' ? surroundings : { ...surroundings, inputInterface: null },
  )

type Entrance = 'input' | 'prerouting' | 'output' | 'ingress'
const BEFORE = ['ingress', 'prerouting'] as const
const BEFORE_HOST = ['output', 'ingress', 'prerouting'] as const

const BARRED: ReadonlySet<Decision['kind']> = new Set(['drop', 'reject'])

function published(
  shared: Pick<RegionAnswer, 'level' | 'family' | 'says'>,
  { decision, packet, stuck }: Whole,
  witness: string,
): RegionAnswer {
  const { destination, destinationPort, family } = packet
  // A redirect, where nobody knows the machine's addresses.
  const address = destination === undefined ? '' : scalarAddress(destination as number | bigint, family)
  const publishedTo =
    family === 'ipv4' || address === '' ? `${address}:${destinationPort}` : `[${address}]:${destinationPort}`
  if (decision.kind === 'accept' && stuck !== undefined)
    return { ...shared, verdict: 'closed', witness, decision, publishedTo, why: stuck }
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
