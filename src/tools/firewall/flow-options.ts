/** The words after a flow: `in eth0 state established flags syn,ack`. Each has one value and stands at most once. */
import type { Packet } from '../../model/filter/packet.ts'

export interface FlowOptions {
  readonly packet: Partial<Packet>
  readonly state?: string
  readonly inputInterface?: string
  readonly outputInterface?: string
  readonly direction?: 'original' | 'reply'
  readonly mark?: number
}

/** The options, or why there are none. */
export function readOptions(words: readonly string[], protocol: number): FlowOptions | string {
  const options: Record<string, unknown> = {}
  const packet: Record<string, unknown> = {}
  const seen = new Set<string>()
  for (let at = 0; at < words.length; at += 2) {
    const name = words[at]!
    const value = words[at + 1]
    if (!Object.hasOwn(READERS, name)) return `"${name}" is none of ${Object.keys(READERS).join(', ')}`
    if (value === undefined) return `nothing stands after "${name}"`
    if (seen.has(name)) return `"${name}" stands twice`
    seen.add(name)
    const why = READERS[name]!(value, { options, packet, protocol })
    if (why !== undefined) return why
  }
  return { ...options, packet } as FlowOptions
}

interface Reading {
  readonly options: Record<string, unknown>
  readonly packet: Record<string, unknown>
  readonly protocol: number
}

type Reader = (value: string, reading: Reading) => string | undefined

const READERS: Readonly<Record<string, Reader>> = Object.freeze({
  in: (value, { options }) => interfaceName(value, name => (options.inputInterface = name)),
  out: (value, { options }) => interfaceName(value, name => (options.outputInterface = name)),
  state(value, { options }) {
    options.state = value
    return undefined
  },
  direction(value, { options }) {
    if (value !== 'original' && value !== 'reply')
      return `"${value}" is not a direction: original and reply are`
    options.direction = value
    return undefined
  },
  mark: (value, { options }) => number(value, 0xffffffff, 'a mark', mark => (options.mark = mark)),
  flags(value, { packet, protocol }) {
    if (protocol !== 6) return 'flags are TCP’s'
    let bits = 0
    for (const word of value.split(',')) {
      if (!Object.hasOwn(TCP_FLAGS, word))
        return `"${word}" is none of the flags ${Object.keys(TCP_FLAGS).join(', ')}`
      bits |= TCP_FLAGS[word]!
    }
    packet.tcpFlags = bits
    return undefined
  },
  type(value, { packet, protocol }) {
    const types = protocol === 1 ? ICMP_TYPES : protocol === 58 ? ICMPV6_TYPES : undefined
    if (types === undefined) return 'a type is ICMP’s'
    if (Object.hasOwn(types, value)) {
      packet.icmpType = types[value]
      return undefined
    }
    return number(
      value,
      255,
      `an ICMP type: ${Object.keys(types).join(', ')}, or a number`,
      type => (packet.icmpType = type),
    )
  },
  code(value, { packet, protocol }) {
    if (protocol !== 1 && protocol !== 58) return 'a code is ICMP’s'
    return number(value, 255, 'an ICMP code', code => (packet.icmpCode = code))
  },
  length: (value, { packet }) =>
    number(value, 65575, 'a length in bytes', length => (packet.length = length)),
})

function interfaceName(value: string, keep: (name: string) => void): string | undefined {
  // IFNAMSIZ leaves 15 bytes; the kernel's `dev_valid_name` refuses slashes, colons and dots alone.
  if (value.length > 15 || /[/:]/.test(value) || value === '.' || value === '..') {
    return `"${value}" can't be the name of an interface`
  }
  keep(value)
  return undefined
}

function number(
  value: string,
  most: number,
  what: string,
  keep: (value: number) => void,
): string | undefined {
  if (!/^(?:0x[0-9a-f]+|\d+)$/i.test(value) || Number(value) > most) return `"${value}" is not ${what}`
  keep(Number(value))
  return undefined
}

/** RFC 9293 section 3.1, RFC 3168 section 6.1. */
const TCP_FLAGS: Readonly<Record<string, number>> = Object.freeze({
  none: 0,
  fin: 1,
  syn: 2,
  rst: 4,
  psh: 8,
  ack: 16,
  urg: 32,
  ecn: 64,
  cwr: 128,
})

/** RFC 792. */
const ICMP_TYPES: Readonly<Record<string, number>> = Object.freeze({
  'echo-reply': 0,
  'destination-unreachable': 3,
  redirect: 5,
  'echo-request': 8,
  'time-exceeded': 11,
  'parameter-problem': 12,
  'timestamp-request': 13,
  'timestamp-reply': 14,
})

/** RFC 4443, RFC 4861. */
const ICMPV6_TYPES: Readonly<Record<string, number>> = Object.freeze({
  'destination-unreachable': 1,
  'packet-too-big': 2,
  'time-exceeded': 3,
  'parameter-problem': 4,
  'echo-request': 128,
  'echo-reply': 129,
  'nd-router-solicit': 133,
  'nd-router-advert': 134,
  'nd-neighbor-solicit': 135,
  'nd-neighbor-advert': 136,
  'nd-redirect': 137,
})
