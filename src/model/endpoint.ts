/**
 * Endpoints: an address and a port; and endpoint specs, what a person types to name one.
 *
 * The parser is our own because others guess: Node's `net.SocketAddress.parse` reads `192.0.2.1:80` as port 0,
 * and takes `127.1:81`, `0x7f.1:81` and `user@192.0.2.1:81`. Here every text has one reading or none.
 */
import { type Address, familyOf, isAddress, parseAddress } from './address.ts'
import { readAddress } from './address-read.ts'
import { fault } from './fault.ts'
import { type HostName, parseHostName, whyNotHostName } from './host-name.ts'
import { type Port, whyNotPort } from './port.ts'
import { isProtocol, type Protocol } from './protocol.ts'

export interface Endpoint {
  readonly address: Address
  readonly port: Port
}

/** What a person types: the protocol may be left open, and so may the host. */
export interface EndpointSpec {
  readonly protocol?: Protocol
  /** Absent: any address, or this host, as the question has it. */
  readonly host?: Address | HostName
  readonly port: Port
}

/** Gives the port of a service name, or undefined when it knows no such name. */
export type PortName = (name: string, protocol?: Protocol) => Port | undefined

/** Whether the host of a spec is an address, not a name. */
export const isHostAddress = (host: Address | HostName): host is Address => isAddress(host)

/** `192.0.2.1:80`, `[::1]:80`, `[fe80::1%eth0]:80`. */
export const formatEndpoint = ({ address, port }: Endpoint): string =>
  familyOf(address) === 'ipv6' ? `[${address}]:${port}` : `${address}:${port}`

/** Equal for equal endpoints: a map key. */
export const endpointKey: (endpoint: Endpoint) => string = formatEndpoint

/** `tcp/[::1]:80`, `localhost:80`, `sctp/80`, `:80`: reads back as the same spec. */
export function formatEndpointSpec({ protocol, host, port }: EndpointSpec): string {
  if (host === undefined && protocol !== undefined) return `${protocol}/${port}`
  const place = host?.includes(':') ? `[${host}]` : (host ?? '')
  return `${protocol === undefined ? '' : `${protocol}/`}${place}:${port}`
}

/**
 * Reads `host:port`, `192.0.2.1:80`, `[::1]:80`, `:80`, `*:80`, `80`, each also after `tcp/` or `tcp://`. With
 * `names`, a service name may stand for the port after a colon: `db:postgresql`, `:https`. Throws
 * `E_ENDPOINT_SYNTAX`, which says why.
 */
export function parseEndpoint(text: string, names?: PortName): EndpointSpec {
  const refuse = (why: string) => fault('E_ENDPOINT_SYNTAX', { text, why })
  const odd = whyOdd(text)
  if (odd !== '') throw refuse(odd)
  const scheme = /^(?:([^/[\]]*?):\/\/|([^/[\]]*)\/)/.exec(text)
  const protocol = scheme === null ? undefined : (scheme[1] ?? scheme[2]!)
  const rest = scheme === null ? text : text.slice(scheme[0].length)
  if (protocol !== undefined && !isProtocol(protocol))
    throw refuse(whyNotProtocol(protocol, rest, scheme![1] !== undefined))
  if (rest.includes('/'))
    throw refuse('something stands after the port, as in a URL; an endpoint ends with its port')
  const halves = split(rest)
  if (typeof halves === 'string') throw refuse(halves)
  const port = readPort(halves.port, halves.colon ? names : undefined, protocol)
  if (typeof port === 'string') throw refuse(port)
  const host = readHost(halves)
  if (typeof host === 'object') throw refuse(host.why)
  return { ...(protocol === undefined ? {} : { protocol }), ...(host === undefined ? {} : { host }), port }
}

interface Halves {
  readonly host: string
  readonly bracketed: boolean
  readonly colon: boolean
  readonly port: string
}

/** Takes host and port apart, or says why that can't be done in one way only. */
function split(text: string): Halves | string {
  if (text === '') return 'nothing stands after the protocol'
  if (text.startsWith('[')) {
    const close = text.indexOf(']')
    if (close === -1) return 'the bracket is not closed'
    const after = text.slice(close + 1)
    if (after === '') return `it has no port: write ${text}:PORT`
    if (after[0] !== ':') return `"${after}" stands between the bracket and the port`
    return { host: text.slice(1, close), bracketed: true, colon: true, port: after.slice(1) }
  }
  const colon = text.lastIndexOf(':')
  if (colon !== text.indexOf(':')) return whyColons(text, text.slice(0, colon), text.slice(colon + 1))
  if (colon !== -1)
    return { host: text.slice(0, colon), bracketed: false, colon: true, port: text.slice(colon + 1) }
  if (
    text === '*' ||
    typeof readAddress(text) !== 'string' ||
    (/[a-z]/i.test(text) && whyNotHostName(text) === '')
  ) {
    return `it has no port: write ${text}:PORT`
  }
  return { host: '', bracketed: false, colon: false, port: text }
}

/** Several colons and no brackets. */
function whyColons(whole: string, head: string, port: string): string {
  const asAddress = typeof readAddress(whole) !== 'string'
  const asEndpoint = typeof readAddress(head) !== 'string' && whyNotPort(port) === ''
  if (asAddress && asEndpoint) {
    return `it is either [${head}]:${port} or the address ${whole} without a port: write brackets, [${head}]:${port} or [${whole}]:PORT`
  }
  if (asAddress) return `it has no port: write [${whole}]:PORT`
  if (asEndpoint) return `an IPv6 address stands in brackets here: write [${head}]:${port}`
  return /^[0-9a-f.:]+$/i.test(whole)
    ? 'it has several colons, and no IPv6 address in brackets before the last'
    : 'it has several colons; an endpoint has one, before the port'
}

function readPort(text: string, names: PortName | undefined, protocol: Protocol | undefined): Port | string {
  const why = whyNotPort(text)
  if (why === '') return Number(text) as Port
  if (text === '') return 'no port stands after the colon'
  const named = /[a-z]/i.test(text) ? names?.(text, protocol) : undefined
  if (named !== undefined) return named
  if (names !== undefined && /^[a-z][a-z0-9-]*$/i.test(text)) return `no service is called "${text}"`
  return `"${text}" is not a port: ${why}`
}

function readHost({ host, bracketed }: Halves): Address | HostName | undefined | { why: string } {
  if (bracketed) {
    if (host === '') return { why: 'nothing stands in the brackets' }
    const why = readAddress(host)
    if (typeof why === 'string') return { why: `"${host}" in the brackets is not an IPv6 address: ${why}` }
    return host.includes(':')
      ? parseAddress(host)
      : { why: `brackets are for IPv6: write ${host} without them` }
  }
  if (host === '' || host === '*') return undefined
  const name = whyNotHostName(host)
  if (name === '') return parseHostName(host)
  const address = readAddress(host)
  if (typeof address !== 'string') return parseAddress(host)
  return {
    why: /^[\d.]+$|(?:^|\.)0x/i.test(host)
      ? `"${host}" is not an address: ${address}`
      : `"${host}" is not a host: ${name}`,
  }
}

function whyOdd(text: string): string {
  if (text === '') return 'it is empty'
  if (text.trim() !== text) return 'it has spaces around it'
  if (text.replace(/\[.*\]/, '').includes('@')) return 'a user name has no place in an endpoint'
  return /\s/.test(text) ? 'it has a space in it' : ''
}

function whyNotProtocol(protocol: string, rest: string, scheme: boolean): string {
  if (isProtocol(protocol.toLowerCase())) return `the protocol is written ${protocol.toLowerCase()}`
  if (isProtocol(rest)) return `the protocol comes first: write ${rest}/${protocol}`
  if (scheme) return `it is a URL, and "${protocol}" is no transport protocol: write host:port`
  if (protocol === '') return 'nothing stands before the "/"'
  if (/[:.]/.test(protocol)) return 'something stands after the port; an endpoint ends with its port'
  return `"${protocol}" is not a transport protocol: tcp, udp, sctp and dccp are`
}
