/**
 * Which of the sockets that a table tells gets what arrives: a connection by its four ends before listeners, datagrams by the best
 * score (`demux-listener.ts`, `demux-datagram.ts`).
 *
 * A table doesn't tell SO_REUSEPORT. Sockets that have the same place can only be there by it, so they are taken to share; and
 * which of them gets it is chance to us.
 */
import { type Address, unmap } from '../address.ts'
import { isUnixName, type Socket } from '../socket.ts'
import { type Datagram, receiversOf } from './demux-datagram.ts'
import { listenersFor, shareGroup } from './demux-listener.ts'
import type { LinuxDialect } from './dialect.ts'
import { exactKey, localV4, localV6 } from './local-address.ts'
import { newSocket, type SpaceSocket } from './space-socket.ts'

export interface Arrived extends Datagram {
  readonly protocol: 'tcp' | 'udp'
}

/** Indexes of those that may get it; none where nobody does. `deviceOf`: the name of an interface by its index. */
export function receiversAmong(
  sockets: readonly Socket[],
  arrived: Arrived,
  deviceOf: (index: number) => string,
  dialect: LinuxDialect,
): readonly number[] {
  const spaces = sockets.flatMap((one, i) => spaceSocketOf(one, i, deviceOf))
  const own = spaces.filter(one => one.protocol === arrived.protocol && one.num === arrived.port)
  const found = arrived.protocol === 'tcp' ? ofSegment(own, arrived) : ofDatagram(own, arrived, dialect)
  return found.flatMap(one => (one === null ? [] : [one.id]))
}

function ofSegment(own: readonly SpaceSocket[], arrived: Arrived): readonly SpaceSocket[] {
  const { source, sourcePort, address, device } = arrived
  const connected = own.filter(
    one =>
      one.remote?.address === source &&
      one.remote.port === sourcePort &&
      exactKey(one.local) === address &&
      (one.device === null || one.device === device),
  )
  if (connected.length > 0) return connected.slice(0, 1)
  const listening = own.filter(({ state }) => state === 'listen')
  return listenersFor(arrived, listening, one => groupOf(listening, one))
}

function ofDatagram(
  own: readonly SpaceSocket[],
  arrived: Arrived,
  dialect: LinuxDialect,
): readonly (SpaceSocket | null)[] {
  const key = (one: SpaceSocket): string =>
    `${exactKey(one.local)} ${one.num} ${one.remote!.address} ${one.remote!.port}`
  const connected = own.filter(({ remote }) => remote !== null)
  return receiversOf(
    {
      byPort: own,
      byAddress: own,
      groups: {
        membersOf: one => groupOf(own, one),
        hasConnections: one => groupOf(own, one)?.some(({ remote }) => remote !== null) === true,
      },
      fourTuples: connected.map(one => [one, key(one)] as const),
      v6Peers: new Map(
        connected.flatMap(one => (one.family === 'ipv6' ? [[one, one.remote!.address] as const] : [])),
      ),
    },
    arrived,
    dialect,
  )
}

/** Undefined of a socket that is alone at its place. */
function groupOf(all: readonly SpaceSocket[], one: SpaceSocket): readonly SpaceSocket[] | undefined {
  const group = all.filter(other => other === one || shareGroup({ ...one, reusePort: true }, other))
  return group.length > 1 ? group : undefined
}

function spaceSocketOf(socket: Socket, id: number, deviceOf: (index: number) => string): SpaceSocket[] {
  const { protocol, family, state, local, peer } = socket
  if (protocol !== 'tcp' && protocol !== 'udp') return []
  if (family === 'unix' || isUnixName(local) || (peer !== undefined && isUnixName(peer))) return []
  const space = newSocket(id, protocol, family, socket.uid ?? 0)
  const bare = withoutZone(local.address)
  space.local = family === 'ipv4' ? localV4(bare) : localV6(bare)
  space.v6only = socket.v6only ?? false
  space.device = socket.interface ? deviceOf(socket.interface) : null
  space.num = local.port
  space.sport = local.port
  // Of a group, as far as others have the same place.
  space.reusePort = true
  space.state = state === 'listen' ? 'listen' : peer === undefined ? 'close' : 'established'
  if (peer !== undefined) space.remote = { address: unmap(withoutZone(peer.address)), port: peer.port }
  return [space]
}

const withoutZone = (address: Address): Address => address.split('%')[0] as Address
