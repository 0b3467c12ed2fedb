/**
 * The packet that somebody asks about, read from one line: `tcp 10.0.0.1:4000 -> 10.0.0.2:22 in eth0`.
 *
 * A protocol, the source, an arrow, the destination; then words that say more of the packet (`flags syn,ack`, `type
 * echo-request`, `length 1500`) or of what is around it (`in eth0`, `out eth1`, `state established`, `mark 0x1`). What
 * isn't said is what the first packet of a new conversation looks like. In a test suite the verdict that is wanted
 * stands before: `drop tcp …`.
 */
import { familyOf } from '../../model/address.ts'
import { type Endpoint, isHostAddress, parseEndpoint } from '../../model/endpoint.ts'
import { fault, isFault } from '../../model/fault.ts'
import { addressScalar } from '../../model/filter/address-scalar.ts'
import { DECISIONS, type DecisionKind } from '../../model/filter/decision.ts'
import type { ConntrackState, Packet } from '../../model/filter/packet.ts'
import { hasPorts, TRANSPORTS } from '../../model/filter/transports.ts'
import type { IpFamily } from '../../model/protocol.ts'
import { readOptions } from './flow-options.ts'

export interface FlowQuestion {
  /** As it was written, without the wanted verdict. */
  readonly text: string
  /** What a test suite expects. */
  readonly wanted?: DecisionKind
  readonly packet: Packet
  readonly source: Endpoint
  readonly destination: Endpoint
  readonly inputInterface?: string
  readonly outputInterface?: string
  readonly state: ConntrackState
  /** The question names the state; else it is that of a first packet. */
  readonly saysState: boolean
  readonly direction: 'original' | 'reply'
  readonly mark?: number
}

/** IANA protocol numbers of the words that a question may begin with. */
export { TRANSPORTS as FLOW_PROTOCOLS }

const STATES: readonly ConntrackState[] = ['invalid', 'new', 'established', 'related', 'untracked']

/** What stands after a `#` is for people. */
export const withoutComment = (line: string): string => line.replace(/(?:^|\s)#.*$/, '').trim()

/** Reads a question. Throws `E_FLOW_SYNTAX`, which says why. */
export function parseFlowQuestion(line: string): FlowQuestion {
  const refuse = (why: string) => fault('E_FLOW_SYNTAX', { text: line, why })
  const words = withoutComment(line).split(/\s+/)
  const wanted = (DECISIONS as readonly string[]).includes(words[0]!)
    ? (words.shift() as DecisionKind)
    : undefined
  const [word = '', from, arrow, to, ...rest] = words
  if (word === '') throw refuse('it is empty')
  const protocol = protocolNumber(word)
  if (protocol === undefined) {
    throw refuse(`"${word}" is not a protocol: ${Object.keys(TRANSPORTS).join(', ')} are, or a number`)
  }
  if (to === undefined || (arrow !== '>' && arrow !== '->')) {
    throw refuse('after the protocol it needs the source, "->" and the destination')
  }
  const ported = hasPorts(protocol)
  const source = readEnd(from!, ported)
  const destination = readEnd(to, ported)
  if (typeof source === 'string') throw refuse(`the source ${source}`)
  if (typeof destination === 'string') throw refuse(`the destination ${destination}`)
  const family = familyOf(source.address)
  if (family !== familyOf(destination.address)) throw refuse('one end is IPv4 and the other is IPv6')
  if (protocol === 1 && family === 'ipv6') throw refuse('ICMP of IPv6 is icmpv6')
  if (protocol === 58 && family === 'ipv4') throw refuse('ICMPv6 has IPv6 addresses')
  const options = readOptions(rest, protocol)
  if (typeof options === 'string') throw refuse(options)
  const { packet, state: said, ...around } = options
  const state = said ?? 'new'
  if (!STATES.includes(state as ConntrackState)) {
    throw refuse(`"${state}" is not a state: ${STATES.join(', ')} are`)
  }
  const ends = { source: addressScalar(source.address), destination: addressScalar(destination.address) }
  return {
    text: words.join(' '),
    ...(wanted === undefined ? {} : { wanted }),
    packet: {
      family,
      protocol,
      ...ends,
      ...(ported ? { sourcePort: source.port, destinationPort: destination.port } : {}),
      ...usual(protocol, family, state as ConntrackState),
      ...packet,
    },
    source,
    destination,
    ...around,
    state: state as ConntrackState,
    saysState: said !== undefined,
    direction: around.direction ?? 'original',
  }
}

function protocolNumber(word: string): number | undefined {
  if (Object.hasOwn(TRANSPORTS, word)) return TRANSPORTS[word]
  return /^(?:0|[1-9]\d{0,2})$/.test(word) && Number(word) <= 255 ? Number(word) : undefined
}

/** What the first packet of a conversation has where nothing else was said: a SYN, an echo request. */
function usual(protocol: number, family: IpFamily, state: ConntrackState): Partial<Packet> {
  if (protocol === 6) return { tcpFlags: state === 'established' || state === 'related' ? 0x10 : 0x02 }
  if (protocol === 1 || protocol === 58) return { icmpType: family === 'ipv4' ? 8 : 128, icmpCode: 0 }
  return {}
}

function readEnd(text: string, ported: boolean): Endpoint | string {
  try {
    const bare =
      !ported && text.includes(':') && !text.startsWith('[') ? `[${text}]:0` : ported ? text : `${text}:0`
    const { protocol, host, port } = parseEndpoint(bare)
    if (protocol !== undefined) return `"${text}" has a protocol, which is written once, at the beginning`
    if (host === undefined) return `"${text}" has no address`
    if (!isHostAddress(host)) return `"${text}" is a name: a filter sees addresses`
    return { address: host, port } as Endpoint
  } catch (error) {
    if (!isFault(error)) throw error
    return `"${text}" is not ${ported ? 'an address and a port' : 'an address'}: ${error.details.why}`
  }
}
