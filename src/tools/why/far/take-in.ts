/**
 * Who of the sockets of a port takes what arrives there, and where nobody does, what keeps each of them from it: its address, its
 * family, its interface. Follows the kernel's lookup (`receiversAmong`).
 */
import {
  type Address,
  familyOf,
  scopeOf,
  UNSPECIFIED_V4,
  UNSPECIFIED_V6,
  unmap,
  withoutZone,
} from '../../../model/address.ts'
import { formatEndpoint } from '../../../model/endpoint.ts'
import type { Port } from '../../../model/port.ts'
import { isUnixName, type Socket } from '../../../model/socket.ts'
import type { LinuxDialect } from '../../../model/space/dialect.ts'
import { receiversAmong } from '../../../model/space/receivers.ts'
import type { CauseCode } from '../causes/causes.ts'

export interface Arriving {
  readonly protocol: 'tcp' | 'udp'
  readonly address: Address
  readonly port: number
  readonly from: Address
  /** The device that it comes in by. */
  readonly device: string
}

export interface Unfit {
  readonly socket: Socket
  readonly code: Extract<
    CauseCode,
    'listener-loopback' | 'listener-other-address' | 'listener-other-family' | 'listener-other-device'
  >
  readonly says: string
  readonly words: Readonly<Record<string, string>>
}

/** Those that may get it: of a group that shares the place, all of them. */
export function takersOf(
  sockets: readonly Socket[],
  { protocol, address, port, from, device }: Arriving,
  deviceOf: (index: number) => string,
  dialect: LinuxDialect,
): readonly Socket[] {
  // A source port that nobody has: what arrives belongs to no connection yet.
  const arrived = {
    protocol,
    source: unmap(withoutZone(from)),
    sourcePort: 0 as Port,
    address: unmap(withoutZone(address)),
    port: port as Port,
    device,
  }
  return receiversAmong(sockets, arrived, deviceOf, dialect).map(at => sockets[at]!)
}

/** Sockets of that port that wait for somebody else. */
export function unfitOf(
  sockets: readonly Socket[],
  arriving: Arriving,
  deviceOf: (index: number) => string,
): readonly Unfit[] {
  return sockets.flatMap(socket => {
    const waits = socket.state === 'listen' || (socket.protocol === 'udp' && socket.peer === undefined)
    return waits && !isUnixName(socket.local)
      ? (why(socket, socket.local.address, arriving, deviceOf) ?? [])
      : []
  })
}

function why(
  socket: Socket,
  bound: Address,
  { address, device }: Arriving,
  deviceOf: (index: number) => string,
): Unfit | undefined {
  const local = unmap(withoutZone(bound))
  const wanted = unmap(withoutZone(address))
  const listens = isUnixName(socket.local) ? '' : formatEndpoint(socket.local)
  const words = { listens, address: wanted }
  const family = familyOf(wanted)
  const takes = familiesOf(local, socket)
  if (!takes.includes(family)) {
    const only = takes[0] === 'ipv4' ? 'IPv4' : 'IPv6'
    const says = `${listens} takes ${only} only${socket.v6only === true ? ' (IPV6_V6ONLY)' : ''}`
    return { socket, code: 'listener-other-family', says, words: { ...words, family: only } }
  }
  const isAny = local === UNSPECIFIED_V4 || local === UNSPECIFIED_V6
  if (!isAny && local !== wanted) {
    const code = scopeOf(local) === 'loopback' ? 'listener-loopback' : 'listener-other-address'
    return { socket, code, says: `it listens on ${listens}, not on ${wanted}`, words }
  }
  if (socket.interface !== 0 && deviceOf(socket.interface) !== device) {
    const only = deviceOf(socket.interface)
    const says = `${listens} is bound to ${only}, and this comes in by ${device}`
    return { socket, code: 'listener-other-device', says, words: { ...words, device: only } }
  }
  return undefined
}

function familiesOf(local: Address, { v6only }: Socket): readonly ('ipv4' | 'ipv6')[] {
  if (local === UNSPECIFIED_V6) return v6only === true ? ['ipv6'] : ['ipv6', 'ipv4']
  return [familyOf(local)]
}
