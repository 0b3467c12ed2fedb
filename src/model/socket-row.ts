/**
 * One row of a socket table as a value, for those few sockets that somebody asks about.
 *
 * What the source did not tell, and what doesn't apply to that kind of socket, is absent from the value.
 */
import { type Address, addressFromBytes, withZone } from './address.ts'
import { whyNotZone } from './address-read.ts'
import type { Endpoint } from './endpoint.ts'
import type { Port } from './port.ts'
import { FAMILIES, type IpFamily, SOCKET_PROTOCOLS } from './protocol.ts'
import {
  SOCKET_STATES,
  type Socket,
  type TcpNumbers,
  TIMER_KINDS,
  UNIX_KINDS,
  type UnixName,
} from './socket.ts'
import { type SocketColumns, TCP_FIELDS, UNTOLD, UNTOLD_BYTE } from './socket-columns.ts'

/** The name of the interface with that index, or undefined when there is none (any more). */
export type InterfaceName = (index: number) => string | undefined

/**
 * The socket of that row. With `interfaceName`, link-local addresses of sockets bound to an interface get its
 * name as their zone, or its index where the name is unknown or can't be written as a zone.
 */
export function socketAt(columns: SocketColumns, row: number, interfaceName?: InterfaceName): Socket {
  if (!(row >= 0 && row < columns.length)) throw new RangeError(`row ${row} of ${columns.length}`)
  const family = FAMILIES[columns.family[row]!]!
  const ends = family === 'unix' ? unixEnds(columns, row) : ipEnds(columns, row, family, interfaceName)
  return {
    protocol: SOCKET_PROTOCOLS[columns.protocol[row]!]!,
    family,
    state: SOCKET_STATES[columns.state[row]!]!,
    ...ends,
    interface: columns.interface[row]!,
    netns: columns.netns[row]!,
    inode: columns.inode[row]!,
    cookie: columns.cookie[row]!,
    ...defined({
      kind: kindAt(columns, row),
      uid: told(columns.uid[row]!),
      v6only: v6onlyAt(columns, row, family === 'ipv6'),
      ...queuesAt(columns, row),
      timer: timerAt(columns, row),
      cgroup: columns.cgroup[row] === 0n ? undefined : columns.cgroup[row],
      tcp: tcpAt(columns, row),
    }),
  }
}

interface Ends {
  readonly local: Endpoint | UnixName
  readonly peer?: Endpoint | UnixName
}

function ipEnds(columns: SocketColumns, row: number, family: IpFamily, interfaceName?: InterfaceName): Ends {
  const zone = interfaceName === undefined ? undefined : zoneFor(columns.interface[row]!, interfaceName)
  const endAt = (addresses: Uint8Array, ports: Uint16Array): Endpoint => ({
    address: zoned(addressFromBytes(addresses, row * 16, family), zone),
    port: ports[row]! as Port,
  })
  const local = endAt(columns.local, columns.localPort)
  const listens = SOCKET_STATES[columns.state[row]!] === 'listen'
  if (listens || (columns.peerPort[row] === 0 && allZero(columns.peer, row))) return { local }
  return { local, peer: endAt(columns.peer, columns.peerPort) }
}

function zoneFor(index: number, interfaceName: InterfaceName): string | undefined {
  if (index === 0) return undefined
  const name = interfaceName(index)
  return name === undefined || whyNotZone(name) !== '' ? String(index) : name
}

/** Link-local unicast and multicast need a zone (RFC 4007 section 6); a global address has none to show. */
const zoned = (address: Address, zone: string | undefined): Address =>
  zone !== undefined && /^(?:fe[89ab].|ff.2):/.test(address) ? withZone(address, zone) : address

function unixEnds(columns: SocketColumns, row: number): Ends {
  const local = { path: columns.names.get(row) ?? '' }
  const inode = columns.peerInodes.get(row)
  const peer = inode === undefined ? -1 : columns.inode.subarray(0, columns.length).indexOf(inode)
  return peer === -1 ? { local } : { local, peer: { path: columns.names.get(peer) ?? '' } }
}

function kindAt(columns: SocketColumns, row: number): Socket['kind'] | undefined {
  const kind = UNIX_KINDS[columns.kind[row]!]
  return kind === 'none' ? undefined : kind
}

function v6onlyAt(columns: SocketColumns, row: number, ipv6: boolean): boolean | undefined {
  const v6only = columns.v6only[row]!
  return ipv6 && v6only !== UNTOLD_BYTE && allZero(columns.local, row) ? v6only === 1 : undefined
}

function queuesAt(
  columns: SocketColumns,
  row: number,
): Partial<Pick<Socket, 'queue' | 'acceptQueue' | 'drops'>> {
  const receive = told(columns.receiveQueue[row]!)
  const send = told(columns.sendQueue[row]!)
  const drops = told(columns.drops[row]!)
  if (SOCKET_STATES[columns.state[row]!] === 'listen') {
    return receive === undefined
      ? {}
      : { acceptQueue: { length: receive, ...defined({ limit: send, drops }) } }
  }
  const queue = receive === undefined || send === undefined ? undefined : { receive, send }
  return defined({ queue, drops })
}

function timerAt(columns: SocketColumns, row: number): Socket['timer'] | undefined {
  const kind = TIMER_KINDS[columns.timer[row]!]!
  if (kind === 'none') return undefined
  return { kind, ms: columns.timerMs[row]!, retransmits: columns.retransmits[row]! }
}

function tcpAt(columns: SocketColumns, row: number): TcpNumbers | undefined {
  if (columns.tcp === null) return undefined
  const start = row * TCP_FIELDS.length
  const numbers: Record<string, number> = {}
  for (const [i, field] of TCP_FIELDS.entries()) {
    const value = columns.tcp[start + i]!
    if (!Number.isNaN(value)) numbers[field] = value
  }
  return Object.keys(numbers).length === 0 ? undefined : numbers
}

const told = (cell: number): number | undefined => (cell === UNTOLD ? undefined : cell)

function allZero(addresses: Uint8Array, row: number): boolean {
  for (let i = row * 16; i < row * 16 + 16; i++) if (addresses[i] !== 0) return false
  return true
}

/** The object without its undefined fields: absent and undefined are different things here. */
function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}
