/**
 * What the kernel did with a packet beside what the model says: the verdict, what the sender gets, the rule that decided, every
 * rule on the way, and the packet as it is afterwards.
 */
import type { Decision, RejectAnswer, Step } from '../../../src/model/filter/decision.ts'
import type { Packet } from '../../../src/model/filter/packet.ts'
import type { Scalar } from '../../../src/model/filter/pattern.ts'
import type { Ruleset } from '../../../src/model/filter/ruleset.ts'
import type { Connection } from '../../../src/model/path/connections.ts'
import { type Path, pathOf } from '../../../src/model/path/path.ts'
import { decodeIpPacket, decodeQuoted } from '../../../src/wire/ip-packet.ts'
import type { TraceEvent } from '../../../src/wire/nft-trace.ts'
import { isIntact } from './checksums.ts'
import { MADE, type Observation, TRACING_TABLE } from './executor.ts'
import { HOST } from './ground.ts'
import { MARKED, socketFacts } from './ground-sockets.ts'
import type { Probe } from './notation.ts'
import { packetBytes, type Shape } from './packet-bytes.ts'

/** What can be said of a packet's fate, by the kernel and by the model alike. */
export interface Fate {
  /** `accept`, `drop`, `reject tcp reset`, `reject icmp 3/3`, `reject silently` … */
  readonly verdict: string
  /** Where an accepted packet went: a device, or `here`. */
  readonly to?: string
  readonly decidedBy: string
  /** Each rule that matched and each policy, in order. */
  readonly walk: readonly string[]
  /** As it is afterwards: ends, time to live and class; of the kernel's, also whether a checksum is wrong. */
  readonly as?: string
  /** Whether the answer got out. */
  readonly answered?: boolean
}

const FAMILIES: Readonly<Record<number, string>> = { 1: 'inet', 2: 'ip', 10: 'ip6', 5: 'netdev', 7: 'bridge' }
const TCP = 6
const UNREACHABLE = { 1: 3, 58: 1 } as const
const RST = 4

/** Facts of this ground beside those that a packet's bytes have. */
export const FACTS: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  ['socket', 0],
  ['meta cpu', 0],
  ['meta pkttype', 0],
  ['meta priority', 0],
  ['meta nftrace', 1],
  ['meta rtclassid', 0],
  ['meta ipsec', 0],
  ['meta secpath', 0],
  ['meta cgroup', 0],
  ['meta secmark', 0],
  ['ct secmark', 0],
  ['meta sdif', ''],
  ['meta sdifname', ''],
  ['rt classid', 0],
  ['rt ipsec', 0],
])

export interface Judged {
  readonly path: Path
  readonly fate: Fate
}

/** The model's view, with everything known that there is to know. */
export function modelFate(ruleset: Ruleset, probe: Probe, connections: readonly Connection[]): Judged {
  const { from, shape, sender, beyond = false, facts = {} } = probe
  const bytes = packetBytes(shape)
  const decoded = decodeIpPacket(bytes)!
  const packet = { ...decoded, fields: new Map([...decoded.fields!, ...Object.entries(facts)]) }
  const quoted = decodeQuoted(bytes)
  const path = pathOf(
    ruleset,
    HOST,
    {
      packet,
      from,
      connections,
      surroundings: {
        mark: sender === 'marked' ? MARKED.mark : 0,
        facts: new Map<string, Scalar>([...FACTS, ...socketFacts(probe), ...Object.entries(facts)]),
      },
      ...(quoted === undefined ? {} : { quoted }),
    },
    { rates: beyond ? 'beyond' : 'within', queue: 'nobody', ties: 'last-first' },
  )
  return { path, fate: fateOfPath(path) }
}

export function fateOfPath(path: Path): Fate {
  const { decision, end, packet, surroundings, answered } = path
  const got = decision.kind === 'accept' && (end === 'delivered' || end === 'sent')
  return {
    verdict: decision.kind === 'reject' ? `reject ${answerText(decision.rejectWith)}` : decision.kind,
    ...(got
      ? { to: end === 'delivered' ? 'here' : String(surroundings.outputInterface), as: packetText(packet) }
      : {}),
    decidedBy: decidedBy(decision),
    walk: decision.walk.flatMap(stepText),
    ...(decision.rejectWith === undefined || answered === undefined ? {} : { answered }),
  }
}

const answerText = (answer: RejectAnswer | undefined): string =>
  answer === undefined
    ? 'silently'
    : answer.kind === 'tcp reset'
      ? answer.kind
      : `${answer.kind} ${answer.type}/${answer.code}`

const decidedBy = ({ rule, policy }: Decision): string =>
  rule !== undefined
    ? `${rule.family} ${rule.table} ${rule.chain} ${rule.handle}`
    : policy !== undefined && policy.policy === 'drop'
      ? `${policy.family} ${policy.table} ${policy.chain} policy`
      : 'nothing'

const SILENT: ReadonlySet<Step['outcome']> = new Set(['no-match', 'assumed-no-match', 'end'])

function stepText({ family, table, chain, rule, outcome }: Step): string[] {
  if (SILENT.has(outcome)) return []
  return [`${family} ${table} ${chain} ${rule?.handle ?? 'policy'}`]
}

const packetText = ({ source, destination, sourcePort, destinationPort, family, fields }: Packet): string =>
  [
    `${source}:${sourcePort} > ${destination}:${destinationPort}`,
    `ttl ${fields?.get(family === 'ipv4' ? 'ip ttl' : 'ip6 hoplimit')}`,
    `dscp ${fields?.get(family === 'ipv4' ? 'ip dscp' : 'ip6 dscp')}`,
  ].join(' ')

/** As it came out, and whether somebody will take it. */
const outcomeText = (bytes: Uint8Array): string =>
  `${packetText(decodeIpPacket(bytes)!)}${isIntact(bytes) ? '' : ' with a wrong checksum'}`

/** The kernel's view. Answers are told apart from the packet by what they are: resets, and errors. */
export function kernelFate(
  observation: Observation,
  { from = null, shape }: { readonly from?: string | null; readonly shape: Shape },
  ruleset: Ruleset,
): Fate {
  const sent = decodeIpPacket(packetBytes(shape))!
  const groups = [...Map.groupBy(observation.trace, ({ id }) => id).values()]
  const answers = groups.filter(group => isAnswer(headerOf(group), sent))
  const others = groups.filter(group => !answers.includes(group) && isMadeMeanwhile(group, from))
  const own = groups.filter(group => !answers.includes(group) && !others.includes(group)).flat()
  const events = own.filter(
    ({ table, kind, handle }) => table !== TRACING_TABLE && (kind === 'policy' || handle !== undefined),
  )
  const answer = answers[0] === undefined ? undefined : headerOf(answers[0])
  // What is made meanwhile leaves before.
  const left = observation.left
    .filter(({ packet }) => !isAnswer(decodeIpPacket(packet), sent))
    .slice(others.length)
  const isV6 = sent.family === 'ipv6'
  // A raw socket of IPv6 gets no header, so what it is can't be told there; a reset is told by its flags.
  const here = observation.delivered.filter(bytes => !isLocalAnswer(bytes, isV6, sent))
  const answerLeft =
    (answer !== undefined &&
      [
        ...observation.left.map(({ packet }) => packet),
        // Of IPv6 what is delivered has no header, and who would answer an answer stays on loopback.
        ...observation.delivered.filter(bytes => !isV6 && !here.includes(bytes)),
      ].some(bytes => isSameKind(decodeIpPacket(bytes), sent, answer))) ||
    (isV6 &&
      observation.delivered.some(
        bytes => !here.includes(bytes) && (answer?.protocol === TCP) === isReset(bytes, sent),
      ))
  const got = left.length > 0 || here.length > 0
  const last = events.at(-1)
  return {
    verdict: got ? 'accept' : answer === undefined ? 'drop' : `reject ${kindOfAnswer(answer)}`,
    ...(left[0] !== undefined
      ? { to: left[0].device, as: outcomeText(left[0].packet) }
      : got
        ? { to: 'here', ...(isV6 ? {} : { as: outcomeText(here[0]!) }) }
        : {}),
    decidedBy: got
      ? nameOf(events.findLast(event => PASSING.has(event.verdict) && isDeciding(event, ruleset)))
      : nameOf(last !== undefined && ENDING.has(last.verdict) ? last : undefined),
    walk: events.map(nameOf),
    ...(answer === undefined ? {} : { answered: answerLeft }),
  }
}

/** While a packet came in by a device the host has made others: copies (`dup`), and handshakes (`synproxy`). */
const isMadeMeanwhile = (group: readonly TraceEvent[], from: string | null): boolean =>
  from !== null && group.some(({ table, chain }) => table === TRACING_TABLE && chain === MADE)

/** What isn't ended by a rule or policy was ended by the host: it had no way, or no hop left. */
const ENDING: ReadonlySet<string | undefined> = new Set(['drop', 'stolen', 'queue'])
/** `stolen`: handed to another device. */
const PASSING: ReadonlySet<string | undefined> = new Set(['accept', 'stolen'])

const nameOf = (event: TraceEvent | undefined): string =>
  event === undefined
    ? 'nothing'
    : `${FAMILIES[event.family] ?? event.family} ${event.table} ${event.chain} ${event.handle ?? 'policy'}`

/** A rule that lets it pass, and not one that translates it. */
function isDeciding({ kind, family, table, chain, handle }: TraceEvent, { tables }: Ruleset): boolean {
  const rule = tables
    .find(one => one.name === table && one.family === FAMILIES[family])
    ?.chains.find(one => one.name === chain)
    ?.rules.find(one => one.handle === handle)
  return kind === 'rule' && rule !== undefined && !rule.statements.some(({ kind }) => TRANSLATIONS.has(kind))
}

const TRANSLATIONS: ReadonlySet<string> = new Set(['snat', 'dnat', 'masquerade', 'redirect'])

function headerOf(group: readonly TraceEvent[]): Packet | undefined {
  const dumped = group.find(({ networkHeader }) => networkHeader !== undefined)
  if (dumped === undefined) return undefined
  return decodeIpPacket(Buffer.concat([dumped.networkHeader!, dumped.transportHeader ?? Buffer.alloc(0)]))
}

export function isAnswer(packet: Packet | undefined, sent: Packet): boolean {
  if (packet === undefined) return false
  const { protocol, tcpFlags = 0, icmpType } = packet
  if (protocol === TCP) return (tcpFlags & RST) !== 0 && ((sent.tcpFlags ?? 0) & RST) === 0
  const error = protocol === 1 || protocol === 58 ? UNREACHABLE[protocol] : undefined
  return error !== undefined && icmpType === error && !(sent.protocol === protocol && sent.icmpType === error)
}

const isSameKind = (packet: Packet | undefined, sent: Packet, answer: Packet): boolean =>
  packet !== undefined && isAnswer(packet, sent) && kindOfAnswer(packet) === kindOfAnswer(answer)

/** Of a TCP header without its IP header. A rule may have changed one of its ports on the way. */
const isReset = (bytes: Uint8Array, sent: Packet): boolean =>
  isAgainst(bytes, sent) && (bytes[13]! & RST) !== 0

const isAgainst = (bytes: Uint8Array, { sourcePort, destinationPort }: Packet): boolean =>
  bytes.length >= 20 &&
  (bytes[0]! * 256 + bytes[1]! === destinationPort || bytes[2]! * 256 + bytes[3]! === sourcePort)

function isLocalAnswer(bytes: Uint8Array, isV6: boolean, sent: Packet): boolean {
  if (!isV6) return isAnswer(decodeIpPacket(bytes), sent)
  if (sent.protocol === TCP && isAgainst(bytes, sent))
    return isReset(bytes, sent) && ((sent.tcpFlags ?? 0) & RST) === 0
  return (
    bytes.length > 48 &&
    bytes[0] === 1 &&
    (sent.protocol !== 58 || sent.icmpType !== 1) &&
    bytes[8]! >> 4 === 6
  )
}

function kindOfAnswer({ protocol, icmpType, icmpCode }: Packet): string {
  if (protocol === TCP) return 'tcp reset'
  return `${protocol === 1 ? 'icmp' : 'icmpv6'} ${icmpType}/${icmpCode}`
}

/** What they say differently, or null. A reject that answers nobody looks like a drop. */
export function difference(kernel: Fate, model: Fate): string | null {
  const verdict = model.verdict === 'reject silently' ? 'drop' : model.verdict
  if (kernel.verdict !== verdict) return `kernel ${kernel.verdict}, model ${model.verdict}`
  if (kernel.decidedBy !== model.decidedBy)
    return `decided by ${kernel.decidedBy}, says the model ${model.decidedBy}`
  if (kernel.to !== model.to) return `to ${kernel.to}, says the model ${model.to}`
  if (kernel.walk.join('; ') !== model.walk.join('; '))
    return `walked ${kernel.walk.join('; ')}, says the model ${model.walk.join('; ')}`
  if (kernel.as !== undefined && model.as !== undefined && kernel.as !== model.as)
    return `became ${kernel.as}, says the model ${model.as}`
  if (kernel.answered !== model.answered && kernel.answered !== undefined && model.answered !== undefined)
    return `answer ${kernel.answered ? 'got out' : 'was kept'}, says the model otherwise`
  return null
}
