/**
 * A socket as the library hands it out and JSON prints it: every fact by name, what doesn't apply absent, what
 * isn't known null beside its reason. Secrets in command lines are masked.
 */

import type { ExposureLevel } from '../../model/exposure.ts'
import type { Container, NoOwnerReason } from '../../model/owner.ts'
import type { Family, SocketProtocol } from '../../model/protocol.ts'
import {
  isUnixName,
  type Socket,
  type SocketState,
  type TcpNumbers,
  type TimerKind,
} from '../../model/socket.ts'
import { socketAt } from '../../model/socket-row.ts'
import type { SocketTable } from './table.ts'

export interface SocketItem {
  readonly protocol: SocketProtocol
  readonly family: Family
  readonly state: SocketState
  readonly local: EndItem
  readonly peer?: EndItem
  /** Unix sockets: stream, datagram or seqpacket. */
  readonly kind?: string
  /** Name of the interface that the socket is bound to. */
  readonly interface?: string
  readonly netns: { readonly inode: number; readonly name: string | null; readonly self: boolean }
  readonly inode: number
  /** 64 bits in decimal; absent where the source tells none. */
  readonly cookie?: string
  readonly uid?: number
  readonly user?: string
  /** Null when none can be named: then `ownersUnknown` says why. */
  readonly owners: readonly OwnerItem[] | null
  readonly ownersUnknown?: NoOwnerReason
  /** What hidden owners run in, as the socket's control group tells. */
  readonly unit?: string
  readonly container?: Container
  readonly service?: { readonly name: string; readonly source: string }
  readonly exposure?: ExposureLevel
  readonly v6only?: boolean
  readonly queue?: { readonly receive: number; readonly send: number }
  readonly acceptQueue?: { readonly length: number; readonly limit?: number; readonly drops?: number }
  readonly drops?: number
  readonly timer?: { readonly kind: TimerKind; readonly ms: number; readonly retransmits: number }
  readonly tcp?: TcpNumbers
}

export type EndItem = { readonly address: string; readonly port: number } | { readonly path: string }

export interface OwnerItem {
  readonly pid: number
  /** Descriptor number. */
  readonly fd: number
  /** Null when the process exited while it was looked at. */
  readonly name: string | null
  readonly command: string | null
  /** Null when it may not be read. */
  readonly cwd: string | null
  /** RFC 3339, UTC. */
  readonly startedAt: string | null
  readonly unit?: string
  readonly container?: Container
  /** From the parent up to pid 1. */
  readonly parents: readonly { readonly pid: number; readonly name: string }[]
}

/** What a port is called and who says so; a lookup of the registry. */
export type ServiceNames = (
  port: number,
  protocol: SocketProtocol,
) => { readonly name: string; readonly source: string } | null

/** What the facts of a table must have ready before its items are made. */
export const ITEM_NEEDS = {
  owners: true,
  parents: true,
  exposure: true,
  userNames: true,
  groups: true,
  namespaces: true,
  commands: true,
} as const

/** The item of one row. The table's facts must have been prepared for it (`ITEM_NEEDS`). */
export function itemAt(table: SocketTable, row: number, services: ServiceNames): SocketItem {
  const { columns, facts } = table
  const netns = columns.netns[row]!
  const socket = socketAt(columns, row, index => facts.interfaceName(index, netns))
  const exposure = facts.exposure(row)
  const device =
    socket.interface === 0
      ? undefined
      : (facts.interfaceName(socket.interface, netns) ?? `#${socket.interface}`)
  const user = socket.uid === undefined ? undefined : facts.userName(socket.uid)
  const namespace = facts.namespace(netns)
  const service = serviceOf(socket, services)
  return {
    protocol: socket.protocol,
    family: socket.family,
    state: socket.state,
    local: endItem(socket.local),
    ...(socket.peer === undefined ? {} : { peer: endItem(socket.peer) }),
    ...(socket.kind === undefined ? {} : { kind: socket.kind }),
    ...(device === undefined ? {} : { interface: device }),
    netns: { inode: netns, name: namespace?.name ?? null, self: netns === table.own },
    inode: socket.inode,
    ...(socket.cookie === 0n ? {} : { cookie: String(socket.cookie) }),
    ...(socket.uid === undefined ? {} : { uid: socket.uid }),
    ...(user === undefined ? {} : { user }),
    ...ownersAt(table, row),
    ...groupAt(table, row),
    ...(service ? { service } : {}),
    ...(exposure === null ? {} : { exposure: exposure.level }),
    ...(socket.v6only === undefined ? {} : { v6only: socket.v6only }),
    ...(socket.queue === undefined ? {} : { queue: socket.queue }),
    ...(socket.acceptQueue === undefined ? {} : { acceptQueue: socket.acceptQueue }),
    ...(socket.drops === undefined || socket.protocol === 'tcp' ? {} : { drops: socket.drops }),
    ...(socket.timer === undefined ? {} : { timer: socket.timer }),
    ...(socket.tcp === undefined ? {} : { tcp: socket.tcp }),
  }
}

export const endItem = (end: Socket['local']): EndItem =>
  isUnixName(end) ? { path: end.path } : { address: end.address, port: end.port }

function ownersAt(table: SocketTable, row: number): Pick<SocketItem, 'owners' | 'ownersUnknown'> {
  const reason = table.facts.noOwner(row)
  if (reason !== null) return { owners: null, ownersUnknown: reason }
  const holders = table.owners?.of(table.columns.inode[row]!) ?? []
  return { owners: holders.map(({ pid, fd }) => ownerItem(table, pid, fd)) }
}

/** Only for sockets without a known owner: else the owners say it themselves. */
function groupAt({ facts }: SocketTable, row: number): Pick<SocketItem, 'unit' | 'container'> {
  if (facts.noOwner(row) === null) return {}
  const group = facts.group(row)
  return {
    ...(group?.unit === undefined ? {} : { unit: group.unit }),
    ...(group?.container === undefined ? {} : { container: group.container }),
  }
}

function ownerItem({ facts }: SocketTable, pid: number, fd: number): OwnerItem {
  const process = facts.process(pid)
  if (process === null) return { pid, fd, name: null, command: null, cwd: null, startedAt: null, parents: [] }
  return {
    pid,
    fd,
    name: process.name,
    command: facts.command(process),
    cwd: process.cwd.known ? process.cwd.value : null,
    startedAt: new Date(process.startedAt).toISOString(),
    ...(process.unit === undefined ? {} : { unit: process.unit }),
    ...(process.container === undefined ? {} : { container: process.container }),
    parents: facts.parents(pid).map(({ pid: parent, name }) => ({ pid: parent, name })),
  }
}

/** The lower port of a connection is the one that names a service; a listener has only its own. */
export function serviceOf(
  { protocol, local, peer }: Socket,
  services: ServiceNames,
): SocketItem['service'] | null {
  if (isUnixName(local) || protocol === 'raw') return null
  const port = peer === undefined || isUnixName(peer) ? local.port : Math.min(local.port, peer.port)
  return port === 0 ? null : services(port, protocol)
}
