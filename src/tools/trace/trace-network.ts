/** A packet's way through a network: host after host, over the links between them, and the way of the answer back. */
import type { Address } from '../../model/address.ts'
import { fault } from '../../model/fault.ts'
import { scalarAddress } from '../../model/filter/address-scalar.ts'
import type { Packet } from '../../model/filter/packet.ts'
import type { FlowQuestion } from '../firewall/live.ts'
import type { ServiceNames } from '../sockets/sockets.ts'
import { answerPacket } from './answer-packet.ts'
import { type Hop, Hosts } from './hop.ts'
import type { Trace, TraceOptions } from './trace-flow.ts'
import type { TraceNet } from './trace-net.ts'

export type { Hop } from './hop.ts'

/**
 * Beside what can happen at a host:
 *
 * | end | means |
 * |---|---|
 * | lost | nobody on the link has the address that it is sent to |
 * | everybody | it is sent to all on the link |
 * | unforeseen | chance has chosen its destination, and nobody can say where it goes |
 */
export type NetworkEnd = Exclude<Trace['end'], 'sent'> | 'lost' | 'everybody' | 'unforeseen'

/** One way, from where the packet is made to where it ends. */
export interface Walk {
  readonly hops: readonly Hop[]
  readonly end: NetworkEnd
}

export interface NetworkTrace extends Walk {
  readonly question: FlowQuestion
  /** The way of the answer; null where none comes. Absent where it wasn't asked for. */
  readonly reply?: (Walk & { readonly packet: Packet; readonly fits: boolean }) | null
  /** No host of the network has the destination. */
  readonly isForNobody: boolean
  /** What couldn't be read, with the names of the hosts. */
  readonly warnings: readonly string[]
}

export interface NetworkTraceOptions {
  /** Where it begins, where several have its source. */
  readonly from?: string
  /** Follow the answer, too. */
  readonly reply?: boolean
  readonly services?: ServiceNames
  readonly signal?: AbortSignal
}

/** `net.ipv4.ip_default_ttl` where nothing is said. */
const HOP_LIMIT = 64
const MOST_HOPS = 255

/** Throws `E_TRACE_START` where no host has the source, or several have it and none is named. */
export async function traceNetwork(
  net: TraceNet,
  question: FlowQuestion,
  options: NetworkTraceOptions = {},
): Promise<NetworkTrace> {
  const hosts = new Hosts(net)
  const start = await startOf(hosts, question, options.from)
  const packet = await withHopLimit(net, start, question.packet)
  const walk = await follow(hosts, start, { ...question, packet }, options)
  const { holders } = await hosts.holdersOf(addressOf(question.packet, 'destination')!)
  return {
    ...walk,
    question,
    isForNobody: holders.length === 0,
    ...(options.reply === true ? { reply: await answer(hosts, walk, question, start, options) } : {}),
    warnings: hosts.warnings,
  }
}

/** What one host of a network does with a packet, its NAT with the rest. Without links nobody knows who is next. */
export function traceHost(
  net: TraceNet,
  host: string,
  question: FlowQuestion,
  options: TraceOptions = {},
): Promise<Hop> {
  return new Hosts(net).pass(host, question.inputInterface, question, options)
}

async function startOf(hosts: Hosts, { packet }: FlowQuestion, from: string | undefined): Promise<string> {
  const address = addressOf(packet, 'source')!
  const { holders, told } = await hosts.holdersOf(address)
  if (holders.length === 0)
    throw fault('E_TRACE_START', { address, why: `no host of the network has it: ${told}` })
  if (from === undefined) {
    if (holders.length === 1) return holders[0]!
    throw fault('E_TRACE_START', { address, why: `${holders.join(' and ')} have it: say which one` })
  }
  if (holders.includes(from)) return from
  throw fault('E_TRACE_START', {
    address,
    why: hosts.net.hosts.includes(from) ? `${from} doesn’t have it: ${told}` : `there is no host ${from}`,
  })
}

async function follow(
  hosts: Hosts,
  start: string,
  question: FlowQuestion,
  { services, signal }: NetworkTraceOptions,
): Promise<Walk> {
  const hops: Hop[] = []
  let at: { readonly host: string; readonly device: string | null } = { host: start, device: null }
  // What is said of marks and of the interface holds where it begins.
  const { mark: _, inputInterface: __, ...further } = question
  let asked: FlowQuestion = { ...question }
  delete (asked as { inputInterface?: string }).inputInterface
  while (hops.length < MOST_HOPS) {
    signal?.throwIfAborted()
    const hop = await hosts.pass(at.host, at.device, asked, {
      ...(services === undefined ? {} : { services }),
      ...(signal === undefined ? {} : { signal }),
    })
    if (hop.end !== 'sent') return { hops: [...hops, hop], end: hop.end }
    const route = hop.stages.findLast(({ did }) => did.kind === 'routed')?.did
    const kind = route?.kind === 'routed' ? route.route.kind : 'unicast'
    if (kind === 'broadcast' || kind === 'multicast') return { hops: [...hops, hop], end: 'everybody' }
    const last = hop.stages.at(-1)
    const next =
      last?.did.kind === 'sent' && last.did.to !== undefined
        ? hosts.net.nextOn(at.host, last.did.device, last.did.to as Address)
        : null
    hops.push(arriving(hop, next))
    if (hop.packet.destination === undefined) return { hops, end: 'unforeseen' }
    if (next === null) return { hops, end: 'lost' }
    at = next
    asked = { ...further, packet: hop.packet }
  }
  return { hops, end: 'expired' }
}

/** With who is next instead of what the host knows of its neighbours. */
function arriving(hop: Hop, arrives: { readonly host: string; readonly device: string } | null): Hop {
  const last = hop.stages.at(-1)
  if (last?.did.kind !== 'sent') return hop
  const { neighbour: _, ...did } = last.did
  return { ...hop, stages: [...hop.stages.slice(0, -1), { ...last, did: { ...did, arrives } }] }
}

async function answer(
  hosts: Hosts,
  { hops, end }: Walk,
  question: FlowQuestion,
  start: string,
  options: NetworkTraceOptions,
): Promise<(NetworkTrace['reply'] & {}) | null> {
  const last = hops.at(-1)
  const kind = last?.decision.kind
  const got = end === 'delivered' && last !== undefined && kind !== 'drop' && kind !== 'reject'
  const back = got ? answerPacket(last.packet, last.receiver) : undefined
  if (last === undefined || back === undefined) return null
  const packet = await withHopLimit(hosts.net, last.host, back)
  if (packet.destination === undefined) return { hops: [], end: 'unforeseen', packet, fits: false }
  const { mark: _, inputInterface: __, ...plain } = question
  const walk = await follow(
    hosts,
    last.host,
    { ...plain, text: question.text, state: 'established', saysState: false, direction: 'reply', packet },
    options,
  )
  const final = walk.hops.at(-1)
  const isThere = walk.end === 'delivered' && final?.host === start
  const fits = isThere && isAnswerTo(final.packet, question.packet)
  if (!fits) return { ...walk, packet, fits }
  // Whoever asks in a drawing needn't have a socket there.
  const stages = final.stages.map(stage =>
    stage.did.kind === 'received' ? { ...stage, did: { kind: 'received', receiver: ASKER } as const } : stage,
  )
  return { ...walk, hops: [...walk.hops.slice(0, -1), { ...final, stages, receiver: ASKER }], packet, fits }
}

const ASKER = { kind: 'asker' } as const

const isAnswerTo = (came: Packet, asked: Packet): boolean =>
  came.source === asked.destination &&
  came.destination === asked.source &&
  came.sourcePort === asked.destinationPort &&
  came.destinationPort === asked.sourcePort

/** As the host that makes it gives it, unless it is said. */
async function withHopLimit(net: TraceNet, host: string, packet: Packet): Promise<Packet> {
  const key = packet.family === 'ipv4' ? 'ip ttl' : 'ip6 hoplimit'
  if (packet.fields?.has(key)) return packet
  const name = packet.family === 'ipv4' ? 'net.ipv4.ip_default_ttl' : 'net.ipv6.conf.all.hop_limit'
  const told = (await net.osOf(host).tunables([name])).get(name)
  const limit = told?.known === true ? Number(told.value) : HOP_LIMIT
  return { ...packet, fields: new Map(packet.fields).set(key, limit) }
}

function addressOf(packet: Packet, end: 'source' | 'destination'): Address | undefined {
  const scalar = packet[end]
  return scalar === undefined ? undefined : scalarAddress(scalar as number | bigint, packet.family)
}
