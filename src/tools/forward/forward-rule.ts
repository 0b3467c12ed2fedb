/**
 * Reads a rule for forwarding, as people know it from ssh and Docker: where to listen, then to whom. `8080:db:80`,
 * `127.0.0.1:9000:db:5432`, `[::1]:8080:[2001:db8::1]:80`, `*:8080:db:80`, `53/udp:dns:53`, `udp/53:dns:53`.
 */
import { type Address, parseAddress } from '../../model/address.ts'
import { readAddress } from '../../model/address-read.ts'
import { formatEndpointSpec } from '../../model/endpoint.ts'
import { fault } from '../../model/fault.ts'
import { type HostName, parseHostName, whyNotHostName } from '../../model/host-name.ts'
import { type Port, whyNotPort } from '../../model/port.ts'
import type { Place } from '../listen/listen.ts'

export interface ForwardRule {
  readonly protocol: 'tcp' | 'udp'
  /** Absent: where only this host gets. */
  readonly place?: Place
  /** 0: the system chooses. */
  readonly port: Port
  readonly to: { readonly host: Address | HostName; readonly port: Port }
}

/** Throws `E_FORWARD_SYNTAX`, which says why. */
export function parseForwardRule(text: string): ForwardRule {
  const refuse = (why: string) => fault('E_FORWARD_SYNTAX', { text, why })
  const scheme = /^(?:([a-z]+)\/)?(.*)$/is.exec(text)!
  const parts = partsOf(scheme[2]!)
  if (typeof parts === 'string') throw refuse(parts)
  if (parts.length < 3 || parts.length > 4) throw refuse(whyParts(parts))
  const [toPort, toHost, own, place] = parts.toReversed() as [string, string, string, string | undefined]
  const [ownPort, suffix, ...more] = own.split('/')
  if (more.length > 0 || toPort.includes('/'))
    throw refuse('the protocol stands with the port that we listen on, as in 53/udp:dns:53')
  const protocol = protocolOf(scheme[1], suffix)
  if (protocol !== 'tcp' && protocol !== 'udp') throw refuse(protocol.why)
  const rule: ForwardRule = {
    protocol,
    port: readPort(ownPort!, 'the port to listen on', refuse),
    to: { host: readHost(toHost, refuse), port: readPort(toPort, 'the port to forward to', refuse) },
    ...(place === undefined ? {} : { place: place === '*' ? '*' : readHost(place, refuse) }),
  }
  if (rule.to.port === 0) throw refuse('nobody can be reached at port 0')
  return rule
}

/** The texts between the colons, those in brackets whole; or why that can't be told. */
function partsOf(text: string): readonly string[] | string {
  if (text.trim() !== text || /\s/.test(text)) return 'it has a space in it'
  const parts = text.match(/\[[^\]]*\]|[^:[\]]+|(?<=:|^)(?=:|$)/g) ?? []
  if (parts.join(':') === text) return parts
  return /[[\]]/.test(text)
    ? 'the brackets don’t stand around one address'
    : 'it has colons where none belong'
}

function whyParts(parts: readonly string[]): string {
  if (parts.length === 1) return 'it doesn’t say to whom'
  if (parts.length === 2) return `it names no host: write ${parts[0]}:localhost:${parts[1]}`
  return 'it has too many colons; an IPv6 address stands in brackets here'
}

function protocolOf(
  before: string | undefined,
  after: string | undefined,
): 'tcp' | 'udp' | { readonly why: string } {
  if (before !== undefined && after !== undefined) return { why: 'it names a protocol twice' }
  const named = before ?? after ?? 'tcp'
  return named === 'tcp' || named === 'udp'
    ? named
    : { why: `"${named}" can’t be forwarded: tcp and udp can` }
}

function readPort(text: string, what: string, refuse: (why: string) => Error): Port {
  const why = whyNotPort(text)
  if (why !== '') throw refuse(`"${text}", ${what}, is none: ${why}`)
  return Number(text) as Port
}

function readHost(text: string, refuse: (why: string) => Error): Address | HostName {
  if (text === '') throw refuse('a host is missing between two colons; write * to listen on all addresses')
  const bare = /^\[(.*)\]$/.exec(text)?.[1]
  if (bare !== undefined) {
    const read = readAddress(bare)
    if (typeof read === 'string' || !bare.includes(':'))
      throw refuse(`"${bare}" in the brackets is not an IPv6 address`)
    return parseAddress(bare)
  }
  const why = whyNotHostName(text)
  if (why === '') return parseHostName(text)
  if (typeof readAddress(text) !== 'string') return parseAddress(text)
  throw refuse(`"${text}" is not a host: ${why}`)
}

/** As it would be written: reads back as the same rule. */
export function formatForwardRule({ protocol, place, port, to }: ForwardRule): string {
  const at = place?.includes(':') ? `[${place}]:` : place === undefined ? '' : `${place}:`
  return `${at}${port}${protocol === 'udp' ? '/udp' : ''}:${formatEndpointSpec(to)}`
}
