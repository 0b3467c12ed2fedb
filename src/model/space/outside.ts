/**
 * What the model leaves alone, each by its name. None of it is a question of who holds which port: routing by device,
 * and what the kernel does with sockets that were used for both families.
 */
import { isMapped } from '../address.ts'
import { exactKey } from './local-address.ts'
import type { Action } from './program.ts'
import { PROTOCOL_RULES } from './protocol-rules.ts'
import type { PortSpace } from './space.ts'
import type { SpaceSocket } from './space-socket.ts'
import { deviceOf, sourceFor } from './surroundings.ts'
import { MOST_SOCKETS_OF_A_PORT } from './udp.ts'

export const OUTSIDE = {
  'no-such-socket': 'the action names a socket that the program has closed or never made',
  'other-family': 'an address of the family that the socket does not speak',
  'mixed-families': 'an IPv6 TCP socket that once tried an IPv4 conversation keeps the plumbing of that',
  'not-local': 'a destination that is none of the namespace’s own addresses: routing decides',
  'leaves-by-device': 'a socket bound to a device talks to an address of another device: routing decides',
  'loopback-leaves': 'IPv6 between ::1 and an address of a device: no such packet is accepted',
  'device-of-a-conversation':
    'a connected TCP socket is tied to a device that its addresses are not of: nothing it says arrives',
  'half-bound':
    'an IPv6 socket bound to a mapped address talks to a real IPv6 address, or the other way round',
  'port-zero': 'a conversation with port 0',
  'too-many-datagram-sockets':
    'more than ten UDP sockets on a port: the kernel takes a way that depends on hashes',
  'datagram-shutdown': 'shutdown of a datagram socket stops it from talking',
  'not-a-datagram-socket': 'a datagram sent through a TCP socket',
  'unjudged-conversation':
    'conversations of SCTP and DCCP, whose sources say other than TCP’s and which no kernel has judged',
} as const

export type OutsideName = keyof typeof OUTSIDE

const CONVERSES: ReadonlySet<Action['do']> = new Set(['connect', 'accept', 'send', 'disconnect', 'shutdown'])

export function whyOutside(space: PortSpace, action: Action): OutsideName | null {
  if (action.do === 'socket') return space.socket(action.id) === undefined ? null : 'no-such-socket'
  const socket = space.socket(action.id)
  if (socket === undefined) return 'no-such-socket'
  if (CONVERSES.has(action.do) && PROTOCOL_RULES[socket.protocol].unjudged !== null)
    return 'unjudged-conversation'
  switch (action.do) {
    case 'device':
      return losesConversation(space, socket, action.device) ? 'device-of-a-conversation' : null
    case 'accept':
      return space.socket(action.as) === undefined ? null : 'no-such-socket'
    case 'bind':
      return otherFamily(socket, action.address) ?? tooMany(space, socket, action.port)
    case 'listen':
      return socket.spokeV4 && socket.family === 'ipv6' ? 'mixed-families' : null
    case 'shutdown':
      return socket.protocol === 'udp' ? 'datagram-shutdown' : null
    case 'send':
      if (socket.protocol !== 'udp') return 'not-a-datagram-socket'
      return talk(space, socket, action) ?? tooMany(space, socket, 0)
    case 'connect':
      return talk(space, socket, action) ?? tooMany(space, socket, 0)
    default:
      return null
  }
}

function otherFamily(socket: SpaceSocket, address: string): OutsideName | null {
  return address.includes(':') === (socket.family === 'ipv6') ? null : 'other-family'
}

function tooMany(space: PortSpace, socket: SpaceSocket, port: number): OutsideName | null {
  if (socket.protocol !== 'udp' || socket.num !== 0) return null
  const counts = new Map<number, number>()
  for (const { num } of space.udp.byPort) counts.set(num, (counts.get(num) ?? 0) + 1)
  const most = port === 0 ? Math.max(0, ...counts.values()) : (counts.get(port) ?? 0)
  return most >= MOST_SOCKETS_OF_A_PORT ? 'too-many-datagram-sockets' : null
}

function talk(
  space: PortSpace,
  socket: SpaceSocket,
  action: Extract<Action, { do: 'connect' | 'send' }>,
): OutsideName | null {
  const family = otherFamily(socket, action.address)
  if (family !== null) return family
  if (typeof action.port !== 'number' && space.socket(action.port.of) === undefined) return 'no-such-socket'
  const { address: destination, mapped, port, device } = space.target(socket, action)
  if (port === 0) return 'port-zero'
  if (socket.protocol === 'tcp' && socket.spokeV4) return 'mixed-families'
  if (mapped && socket.v6only) return null
  if (isHalfBound(socket, mapped)) return 'half-bound'
  if (device === null) return 'not-local'
  const own = exactKey(socket.local)
  const source = own === '0.0.0.0' || own === '::' ? sourceFor(destination) : own
  if (destination.includes(':') && (source === '::1') !== (destination === '::1')) return 'loopback-leaves'
  return leavesByDevice(space, socket, device, source, port) ? 'leaves-by-device' : null
}

function isHalfBound({ family, local, remote }: SpaceSocket, mapped: boolean): boolean {
  if (family === 'ipv4' || local.v6 === null || local.v6 === '::') return false
  if (remote !== null && remote.address.includes(':') === mapped) return true
  return isMapped(local.v6) !== mapped
}

function losesConversation({ surroundings }: PortSpace, socket: SpaceSocket, device: string | null): boolean {
  if (device === null || socket.protocol === 'udp' || socket.remote === null || socket.state === 'close')
    return false
  return [exactKey(socket.local), socket.remote.address].some(one => deviceOf(surroundings, one) !== device)
}

/** Either side is bound to a device that the other's address is not of. */
function leavesByDevice(
  space: PortSpace,
  socket: SpaceSocket,
  there: string,
  source: string,
  port: number,
): boolean {
  const { surroundings } = space
  const here = deviceOf(surroundings, source)
  if (socket.device !== null && (socket.device !== there || socket.device !== here)) return true
  if (socket.protocol === 'udp') return false
  return here !== there && space.tcp.table.listeners.some(one => one.num === port && one.device === there)
}
