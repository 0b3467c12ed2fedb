/**
 * Reads what stands for one end of a socket: an address or prefix with a port or without, a port alone, or the
 * name of a unix socket; after `inet:`, `inet6:` or `unix:` as in ss(8).
 *
 * Where ss guesses, there is one reading or none: names of hosts are not looked up, and an IPv6 address with a
 * port stands in brackets. As in ss, `10/8` is `10.0.0.0/8`, and bits after the prefix don't count.
 */
import { familyOf, isAddress } from '../../../model/address.ts'
import { isFault } from '../../../model/fault.ts'
import { type PortNames, PortSet, parsePortSet } from '../../../model/port-set.ts'
import { networkOf, prefixAddress } from '../../../model/prefix.ts'
import type { Family } from '../../../model/protocol.ts'
import { type AddressTerm, all, allOf, anyOf, type End, type Filter, type Host } from './ast.ts'
import { globExpression } from './glob.ts'
import { ADDRESS_NEXT, readPrefix } from './read-prefix.ts'
import type { Value } from './scanner.ts'
import { refuse, refuseUnsupported } from './syntax-fault.ts'

export interface Reading {
  /** The whole filter, for messages. */
  readonly text: string
  readonly names: PortNames | undefined
  /** Told when bits stand after a prefix. */
  readonly note: (at: number, says: string) => void
}

/** What one value says about that end. */
export function readHost(value: Value, end: End, reading: Reading): Filter {
  const { family, text, at } = takeFamily(value, reading)
  if (family === 'unix') {
    if (globExpression(text) === null) throw refuse(reading.text, at, `"${text}" is not a pattern of names`)
    return { kind: 'unix', end, pattern: text }
  }
  return allOf([familyTerm(family), readPlace(text, at, end, reading)])
}

/** The family that a value begins with, and the rest; a path or an abstract name is a unix socket's. */
export function takeFamily(
  value: Value,
  { text: whole }: Reading,
): { family?: Family; text: string; at: number } {
  const { text, at } = value
  const prefix = /^([a-z]\w*):/.exec(text)?.[1]
  if (prefix === 'inet') return { family: 'ipv4', text: text.slice(5), at: at + 5 }
  if (prefix === 'inet6') return { family: 'ipv6', text: text.slice(6), at: at + 6 }
  if (prefix === 'unix') return { family: 'unix', text: text.slice(5), at: at + 5 }
  if (prefix === 'link' || prefix === 'netlink' || prefix === 'vsock' || prefix === 'tipc')
    throw refuseUnsupported(
      whole,
      at,
      `${prefix} sockets are not in the table`,
      'inet:, inet6: and unix: are known.',
    )
  return /^[/@]/.test(text) ? { family: 'unix', text, at } : { text, at }
}

export const familyTerm = (family: Family | undefined): Filter =>
  family === undefined ? all : { kind: 'family', families: [family] }

/** A set of ports, with or without a colon before it; any port for `*`. */
export function readPorts(text: string, at: number, reading: Reading): PortSet | null {
  const colon = text.startsWith(':') ? 1 : 0
  const list = text.slice(colon)
  if (list === '*') return null
  if (list === '')
    throw refuse(reading.text, at + colon, 'a port was expected', 'Write 443, :443, https or 8000-8999.')
  let start = at + colon
  for (const item of list.split(',')) {
    const why = whyNotPorts(item, reading.names)
    if (why !== '')
      throw refuse(
        reading.text,
        start,
        why,
        'Write ports, ranges, service names and classes: 22,8000-8999,!8080,http',
      )
    start += item.length + 1
  }
  return parsePortSet(list, reading.names)
}

function whyNotPorts(item: string, names: PortNames | undefined): string {
  try {
    parsePortSet(item, names)
    return ''
  } catch (error) {
    if (!isFault(error)) throw error
    return String(error.details.why)
  }
}

function readPlace(text: string, at: number, end: End, reading: Reading): Filter {
  const { host, hostAt, port, portAt } = split(text, at, reading)
  const ports = port === null ? null : readPorts(port, portAt, reading)
  if (host === '' || host === '*' || host === 'any' || host === 'all') {
    if (host === '' && port === null) throw refuse(reading.text, at, 'an address was expected', ADDRESS_NEXT)
    return ports === null ? all : { kind: 'port', end, ports }
  }
  const prefix = readPrefix(host, hostAt, reading)
  if (ports === null) return { kind: 'address', end, host: { prefix } }
  const [first, ...more] = ports.ranges.map(
    (range): AddressTerm => ({
      kind: 'address',
      end,
      host: { prefix, ports: new PortSet([range]) },
    }),
  )
  if (first === undefined) throw refuse(reading.text, portAt, 'no port is left', ADDRESS_NEXT)
  return anyOf([first, ...more])
}

interface Halves {
  readonly host: string
  readonly hostAt: number
  readonly port: string | null
  readonly portAt: number
}

/** Takes host and port apart, or says why that can't be done in one way only. */
function split(text: string, at: number, { text: whole }: Reading): Halves {
  const cut = (colon: number): Halves => ({
    host: text.slice(0, colon === -1 ? undefined : colon),
    hostAt: at,
    port: colon === -1 ? null : text.slice(colon + 1),
    portAt: at + colon + 1,
  })
  if (text.startsWith('[')) {
    const close = text.indexOf(']')
    if (close === -1) throw refuse(whole, at, 'the bracket is not closed', ADDRESS_NEXT)
    const rest = text.slice(close + 1)
    if (rest.startsWith('/'))
      throw refuse(
        whole,
        at + close + 1,
        'a prefix ends inside the bracket',
        `Write [${text.slice(1, close)}${rest}].`,
      )
    if (rest !== '' && !rest.startsWith(':'))
      throw refuse(whole, at + close + 1, 'a colon and a port, or nothing, follow the bracket', ADDRESS_NEXT)
    const port = rest === '' ? null : rest.slice(1)
    return { host: text.slice(1, close), hostAt: at + 1, port, portAt: at + close + 2 }
  }
  const slash = text.indexOf('/')
  if (slash !== -1) return cut(text.indexOf(':', slash))
  const last = text.lastIndexOf(':')
  if (last === text.indexOf(':')) return cut(last)
  const head = text.slice(0, last)
  if (isAddress(head) && /^(?:\d+|[a-z][\w-]*[g-z][\w-]*)$/i.test(text.slice(last + 1))) {
    const other = isAddress(text) ? ` or [${text}]` : ''
    throw refuse(
      whole,
      at,
      'an IPv6 address with a port stands in brackets',
      `Write [${head}]${text.slice(last)}${other}.`,
    )
  }
  return cut(-1)
}

/** An address as its prefix is written in a filter: `10.0.0.1:80`, `[2001:db8::/32]:443`. */
export function writeHost({ prefix, ports }: Host): string {
  const address = prefixAddress(prefix)
  const short = prefix === networkOf(address, familyOf(address) === 'ipv4' ? 32 : 128) ? address : prefix
  const bracketed = familyOf(address) === 'ipv6' ? `[${short}]` : short
  return ports === undefined ? bracketed : `${bracketed}:${ports}`
}
