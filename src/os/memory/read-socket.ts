/** From the text of a described socket to its protocol and ends. */
import { familyOf, scopeOf, zoneOf } from '../../model/address.ts'
import { type Endpoint, isHostAddress, parseEndpoint } from '../../model/endpoint.ts'
import { type Family, SOCKET_PROTOCOLS, type SocketProtocol } from '../../model/protocol.ts'
import { SOCKET_STATES, type Socket, type SocketState, type UnixName } from '../../model/socket.ts'
import type { SocketDescription } from './description.ts'

export interface ReadSocket {
  readonly state: SocketState
  readonly protocol: SocketProtocol
  readonly family: Family
  readonly local: Endpoint | UnixName
  readonly peer?: Endpoint | UnixName
  /** The zone of the local address, which is the name of an interface. */
  readonly zone?: string
}

/** Throws a TypeError, or the fault of an endpoint, where the description can't be read. */
export function readSocket(description: SocketDescription): ReadSocket {
  const said = SOCKET_STATES.filter(state => description[state] !== undefined)
  if (said.length !== 1) {
    throw new TypeError(`a socket has one state, as in { listen: 'tcp 0.0.0.0:80' }; here are ${said.length}`)
  }
  const state = said[0]!
  const text = description[state]!
  const [, protocol, ends] = /^(\w+)(?: (.*))?$/s.exec(text) ?? []
  if (!isSocketProtocol(protocol)) {
    throw new TypeError(`"${text}" does not begin with ${SOCKET_PROTOCOLS.join(', ')} and a blank`)
  }
  if (protocol === 'unix') return { state, protocol, family: 'unix', local: { path: ends ?? '' } }
  const [local, peer, more] = (ends ?? '').split(' > ').map(readEnd)
  if (local === undefined || more !== undefined) throw new TypeError(`"${text}" has not one end or two`)
  if (peer !== undefined && familyOf(peer.address) !== familyOf(local.address)) {
    throw new TypeError(`"${text}" has ends of two families`)
  }
  const zone = zoneOf(local.address)
  return {
    state,
    protocol,
    family: familyOf(local.address),
    local,
    ...(peer === undefined ? {} : { peer }),
    ...(zone === undefined ? {} : { zone }),
  }
}

const isSocketProtocol = (text: string | undefined): text is SocketProtocol =>
  (SOCKET_PROTOCOLS as readonly (string | undefined)[]).includes(text)

function readEnd(text: string): Endpoint {
  const { host, port } = parseEndpoint(text)
  if (host === undefined || !isHostAddress(host)) {
    throw new TypeError(`"${text}" needs an address before its port, as in 0.0.0.0:80 or [::]:80`)
  }
  return { address: host, port }
}

/** States in which the kernel keeps a socket that no process holds. */
const UNHELD: ReadonlySet<SocketState> = new Set([
  'time-wait',
  'syn-recv',
  'fin-wait-1',
  'fin-wait-2',
  'closing',
  'last-ack',
])

/** Whether a process could hold a descriptor of a socket in that state, which then has an inode. */
export const canBeHeld = (state: SocketState): boolean => !UNHELD.has(state)

/** What a socket has that nobody has described. */
export function defaultsOf({ state, protocol, local }: ReadSocket): Partial<Socket> {
  if (protocol === 'unix') return { kind: 'stream', ...idle(state, 0) }
  const wildcard = 'address' in local && scopeOf(local.address) === 'unspecified'
  return {
    ...(wildcard && familyOf(local.address) === 'ipv6' ? { v6only: false } : {}),
    ...(state === 'time-wait' ? { timer: { kind: 'time-wait', ms: 60_000, retransmits: 0 } } : {}),
    ...idle(state, 511),
  }
}

const idle = (state: SocketState, limit: number): Pick<Socket, 'queue' | 'acceptQueue'> =>
  state === 'listen' ? { acceptQueue: { length: 0, limit } } : { queue: { receive: 0, send: 0 } }
