/** One packet, told by the trace and sent in the simulated network: the same links, the same ends, the same receiver. */

import { endsText } from '../../../src/faces/cli/trace/packet-ends.ts'
import { parseAddress } from '../../../src/model/address.ts'
import type { Datagram } from '../../../src/sim/sim.ts'
import { networkView } from '../../../src/sim/sim.ts'
import { parseFlowQuestion } from '../../../src/tools/firewall/firewall.ts'
import { type Hop, traceNetwork, type Walk } from '../../../src/tools/trace/trace.ts'
import type { RandomNetwork } from './random-network.ts'

export interface Probe {
  readonly host: string
  readonly protocol: 'tcp' | 'udp'
  readonly source: string
  readonly sourcePort: number
  readonly destination: string
  readonly destinationPort: number
  readonly hopLimit: number
}

const [SYN, RST, ACK] = [2, 4, 16]

export interface Judgement {
  /** What of it isn't as it was told. */
  readonly differs: readonly string[]
  readonly end: string
  readonly hops: number
  /** The way of an answer was followed, and came back. */
  readonly answered: boolean
}

/** `id` is in the packet, so that it is known again on every link. */
export async function judge({ network, heard }: RandomNetwork, probe: Probe, id: number): Promise<Judgement> {
  const { host, protocol, source, sourcePort, destination, destinationPort, hopLimit } = probe
  const text = `${protocol} ${source}:${sourcePort} -> ${destination}:${destinationPort}`
  const question = parseFlowQuestion(text)
  const fields = new Map([['ip ttl', hopLimit]])
  const told = await traceNetwork(
    networkView(network),
    { ...question, packet: { ...question.packet, fields } },
    { from: host, reply: true },
  )
  const capture = network.capture()
  const ports = { sourcePort, destinationPort }
  const data = new Uint8Array(4)
  new DataView(data.buffer).setUint32(0, id)
  const sent: Datagram = {
    source: parseAddress(source),
    destination: parseAddress(destination),
    hopLimit,
    payload:
      protocol === 'tcp'
        ? {
            kind: 'tcp',
            ...ports,
            sequence: id,
            acknowledgement: 0,
            flags: SYN,
            windowSize: 1000,
            data: new Uint8Array(0),
          }
        : { kind: 'udp', ...ports, data },
  }
  network.hosts.get(host)!.send(sent)
  await network.settled()
  capture.stop()
  const differs: string[] = []
  const { end } = told
  if (isOpen(told)) return { differs, end: 'depends', hops: told.hops.length, answered: false }
  const seen = capture.packets.filter(({ datagram }) => isForth(datagram, id))
  compare('', wayOf(told), seen.map(shown), differs)
  const last = told.hops.at(-1)
  const pids = heard.filter(one => one.id === id).map(one => `${one.host} ${one.pid}`)
  const isDelivered = end === 'delivered' && last!.decision.kind === 'accept'
  if (protocol === 'udp') {
    const receiver = isDelivered && last!.receiver?.kind === 'socket' ? last!.receiver.socket : undefined
    const wanted = receiver === undefined ? [] : [`${last!.host} ${receiver.owners?.[0]?.pid}`]
    if (pids.join() !== wanted.join())
      differs.push(`${pids.join() || 'nobody'} got it, and not ${wanted.join() || 'nobody'}`)
  }
  let answered = false
  if (protocol === 'tcp') {
    const back = capture.packets.filter(({ datagram }) => isBack(datagram, id))
    // What a rule answers with is a reset of the host with the rule: the trace follows answers of who gets it.
    const isRefused = last?.decision.kind === 'reject'
    if (told.reply != null && !isOpen(told.reply)) {
      const flags = last!.receiver?.kind === 'nobody' ? RST | ACK : SYN | ACK
      const first = back.filter(
        ({ datagram: { payload } }) => payload.kind === 'tcp' && payload.flags === flags,
      )
      // What is sent again, because nobody has answered, goes the same way once more.
      compare('answer: ', wayOf(told.reply), once(first.map(shown)), differs)
      answered = told.reply.fits
    } else if (told.reply === null && back.length > 0 && !isRefused)
      differs.push(`an answer came: ${shown(back[0]!)}`)
  }
  return { differs, end, hops: told.hops.length, answered }
}

type Packet = ReturnType<RandomNetwork['network']['capture']>['packets'][number]

const isForth = ({ payload }: Datagram, id: number): boolean =>
  payload.kind === 'tcp'
    ? payload.sequence === id && payload.flags === SYN
    : payload.kind === 'udp' &&
      payload.data.length === 4 &&
      new DataView(payload.data.buffer, payload.data.byteOffset).getUint32(0) === id

const isBack = ({ payload }: Datagram, id: number): boolean =>
  payload.kind === 'tcp' && payload.acknowledgement === id + 1

function shown({ place, datagram, fate }: Packet): string {
  const { source, destination, payload, hopLimit } = datagram
  const [from, to] =
    payload.kind === 'tcp' || payload.kind === 'udp' ? [payload.sourcePort, payload.destinationPort] : [0, 0]
  return `${place} ${source}:${from} > ${destination}:${to} ttl ${hopLimit}${fate === undefined ? '' : ` ${fate}`}`
}

/** What should be on the links. */
function wayOf({ hops }: Walk): readonly string[] {
  return hops.flatMap((hop: Hop) => {
    const did = hop.stages.at(-1)?.did
    if (hop.end !== 'sent' || did?.kind !== 'sent') return []
    const fate = did.arrives === null ? ' no-neighbour' : ''
    return [
      `${hop.host}:${did.device} ${endsText(hop.packet)} ttl ${hop.packet.fields?.get('ip ttl')}${fate}`,
    ]
  })
}

/** A rule asks for a port that chance has chosen. */
const isOpen = ({ hops }: Walk): boolean => hops.some(({ decision: { kind } }) => kind === 'depends')

const once = (lines: readonly string[]): readonly string[] => [...new Set(lines)]

function compare(what: string, wanted: readonly string[], seen: readonly string[], differs: string[]): void {
  const longest = Math.max(wanted.length, seen.length)
  for (let i = 0; i < longest; i++) {
    if (fits(wanted[i], seen[i])) continue
    differs.push(`${what}link ${i + 1}: ${seen[i] ?? 'nothing'} instead of ${wanted[i] ?? 'nothing'}`)
    return
  }
}

/** A port that chance chooses is any port. */
function fits(wanted: string | undefined, seen: string | undefined): boolean {
  if (wanted === undefined || seen === undefined) return wanted === seen
  const pattern = wanted.replace(/[.*+^${}()|[\]\\]/g, '\\$&').replace(/\?/g, '\\d+')
  return new RegExp(`^${pattern}$`).test(seen)
}
