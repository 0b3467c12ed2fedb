/**
 * Rows of tables as text, so that they read as what they are: who sends what, and what comes out at the other side.
 *
 *     x: udp a:4000 > b:53 = me2:4000 > b:53        the first packet of a conversation, named x
 *     x> … = …                                      its client sends again; with flags and numbers, if it is TCP
 *     x< syn+ack seq=5000 acks=1001 = b:53 > a:4000 its server answers what it has seen
 *     x! 3/3 = …                                    its server sends an ICMP error about that; `x?` its client
 *     x forget                                      its connection ends
 *     x wait 2100                                   milliseconds, in rows about time
 *
 * After ` = ` stands what comes out: ends, where a port may be a range (`me2:1024-65535`), or `nothing`. After ` is ` what is
 * known of the connection: `SYN_SENT`, `assured`, `unanswered`, `30s` (of time left, within two seconds), `gone`.
 */
import type { Packet } from '../../../src/model/filter/packet.ts'
import { TCP_STATES } from '../../../src/model/nat/linux/linux.ts'
import { decodeIpPacket } from '../../../src/wire/ip-packet.ts'
import { scalar } from '../filter/ground.ts'
import { parseProbe } from '../filter/notation.ts'
import type { KernelEntry } from './dump.ts'
import type { Observation } from './play.ts'
import type { Flow, Program, Step, Traits } from './steps.ts'

export interface Row {
  readonly name: string
  readonly rules: string
  readonly settings?: Readonly<Record<string, number>>
  readonly steps: string
}

interface Expected {
  readonly text: string
  readonly out?: string
  readonly is?: readonly string[]
}

const SETTINGS = {
  tcp_loose: 1,
  tcp_be_liberal: 0,
  tcp_ignore_invalid_rst: 0,
  tcp_max_retrans: 3,
  udp_timeout: 30,
  udp_timeout_stream: 120,
  icmp_timeout: 30,
  tcp_timeout_syn_sent: 120,
  tcp_timeout_syn_recv: 60,
  tcp_timeout_established: 432_000,
  tcp_timeout_fin_wait: 120,
  tcp_timeout_close_wait: 60,
  tcp_timeout_last_ack: 30,
  tcp_timeout_time_wait: 120,
  tcp_timeout_close: 10,
  tcp_timeout_max_retrans: 300,
  tcp_timeout_unacknowledged: 300,
}
const ICMP = [1, 58]

export function programOf({ rules, settings = {}, steps }: Row): {
  readonly program: Program
  readonly expected: readonly Expected[]
} {
  const flows: Flow[] = []
  const names = new Map<string, { readonly at: number; readonly protocol: string }>()
  const done: Step[] = []
  const expected: Expected[] = []
  const lines = steps.split('\n').map(line => line.trim())
  for (const text of lines.filter(line => line !== '')) {
    const [, doing = '', out, is] = /^(.*?)(?: = (.*?))?(?: is (.*))?$/.exec(text)!
    expected.push({
      text,
      ...(out === undefined ? {} : { out }),
      ...(is === undefined ? {} : { is: is.split(' ') }),
    })
    done.push(stepOf(doing.trim(), flows, names))
  }
  return { program: { rules, settings: { ...SETTINGS, ...settings }, flows, steps: done }, expected }
}

function stepOf(
  text: string,
  flows: Flow[],
  names: Map<string, { readonly at: number; readonly protocol: string }>,
): Step {
  const [, name = '', mark = '', rest = ''] = /^(\w+?)(:|>|<|!|\?| )\s*(.*)$/.exec(text)!
  if (mark === ':') {
    const { from, shape } = parseProbe(rest)
    const isEcho = ICMP.includes(shape.protocol)
    names.set(name, { at: flows.length, protocol: rest.split(' ')[0]! })
    flows.push({
      protocol: shape.protocol,
      from,
      client: { address: shape.source, port: (isEcho ? shape.icmpId : shape.sourcePort) ?? 0 },
      server: { address: shape.destination, port: shape.destinationPort ?? 0 },
    })
    return { kind: 'send', flow: flows.length - 1, by: 'client', traits: traitsOf(shape) }
  }
  const { at: flow, protocol } = names.get(name)!
  const [first = '', second] = rest.split(' ')
  if (mark === '!' || mark === '?') {
    const [icmpType, icmpCode] = first.split('/').map(Number) as [number, number]
    return { kind: 'error', flow, by: mark === '!' ? 'server' : 'client', icmpType, icmpCode }
  }
  if (mark === ' ')
    return first === 'forget'
      ? { kind: 'forget', flow }
      : { kind: 'wait', flow, milliseconds: Number(second) }
  const { shape } = parseProbe(`${protocol} a > b ${rest}`.trim())
  return { kind: 'send', flow, by: mark === '>' ? 'client' : 'server', traits: traitsOf(shape) }
}

const traitsOf = ({ tcpFlags, sequence, acknowledge, payload, ttl }: Traits): Traits =>
  Object.fromEntries(
    Object.entries({ tcpFlags, sequence, acknowledge, payload, ttl }).filter(
      ([, value]) => value !== undefined,
    ),
  )

/** What of the kernel's doing isn't as the row has it. */
export function unlike(
  { text, out, is }: Expected,
  { left = [], delivered = [], entry }: Observation,
): string[] {
  const bytes = left[0]?.packet ?? delivered[0]
  const packet = bytes === undefined ? undefined : decodeIpPacket(bytes)
  const wrong: string[] = []
  if (out !== undefined && !isLike(out, packet))
    wrong.push(`${text}: ${packet === undefined ? 'nothing' : endsText(packet)} came out`)
  for (const word of is ?? []) if (!holds(word, entry)) wrong.push(`${text}: not ${word}`)
  return wrong
}

function isLike(out: string, packet: Packet | undefined): boolean {
  if (out === 'nothing' || packet === undefined) return out === 'nothing' && packet === undefined
  const [source = '', destination = ''] = out.split(' > ')
  return (
    isEnd(source, packet.source, packet.sourcePort) &&
    isEnd(destination, packet.destination, packet.destinationPort)
  )
}

function isEnd(wanted: string, address: Packet['source'], port = 0): boolean {
  const [, host = '', low, high] = /^([^:]+)(?::(\d+)(?:-(\d+))?)?$/.exec(wanted)!
  const named = parseProbe(`udp ${host} > b`).shape.source
  return (
    scalar(named) === address && (low === undefined || (port >= Number(low) && port <= Number(high ?? low)))
  )
}

const endsText = ({ source, destination, sourcePort, destinationPort }: Packet): string =>
  `${source}:${sourcePort} > ${destination}:${destinationPort}`

function holds(word: string, entry: KernelEntry | null | undefined): boolean {
  if (word === 'gone') return entry === null
  if (entry === undefined || entry === null) return false
  const seconds = /^(\d+)s$/.exec(word)
  if (seconds !== null) return Math.abs(entry.timeout - Number(seconds[1])) <= 2
  if (word === 'assured') return (entry.status & 4) !== 0
  if (word === 'unassured') return (entry.status & 4) === 0
  if (word === 'unanswered') return (entry.status & 2) === 0
  return entry.tcp !== undefined && TCP_STATES[entry.tcp.state] === word
}
