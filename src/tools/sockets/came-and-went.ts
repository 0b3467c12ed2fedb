/**
 * Connections that came and went between two readings of the table, known by their end alone.
 *
 * They are judged by the request as the connections that they were, whatever state they ended in. Who held them can't be
 * known any more; nor can their user, where the host tells none of what has ended (Linux tells 0 for user and inode:
 * `sock_diag_broadcast_destroy`). A filter that asks for what isn't known is undecided, so that it doesn't match.
 */
import { isUnixName, type Socket, type SocketState, type TcpNumbers } from '../../model/socket.ts'
import { appendSocket } from '../../model/socket-append.ts'
import { SocketColumns } from '../../model/socket-columns.ts'
import type { OS } from '../../os/os.ts'
import { TableFacts } from './facts.ts'
import { endItem, type ServiceNames, type SocketItem, serviceOf } from './item.ts'
import type { TableRequest } from './table.ts'

export interface BriefConnection {
  readonly socket: SocketItem
  /** The numbers of a TCP connection at its end. */
  readonly final?: TcpNumbers
}

/** Those of the ended sockets that were connections, and that the request asks for. */
export async function cameAndWent(
  os: OS,
  ended: readonly Socket[],
  request: TableRequest,
  services: ServiceNames,
): Promise<BriefConnection[]> {
  const connections = ended.filter(socket => isAsked(socket, request, os.netns))
  const columns = new SocketColumns()
  for (const socket of connections) appendSocket(columns, asItWas(socket))
  const rows = Uint32Array.from(connections.keys())
  return Array.from(await matching(os, columns, rows, request), row => connections[row]!).map(socket => ({
    socket: itemOf(socket, os.netns, services),
    ...(socket.tcp === undefined ? {} : { final: socket.tcp }),
  }))
}

async function matching(
  os: OS,
  columns: SocketColumns,
  rows: Uint32Array,
  { filter }: TableRequest,
): Promise<Uint32Array> {
  if (filter === undefined || rows.length === 0) return rows
  const facts = new TableFacts(os, columns, null, null)
  const candidates = filter.candidates(columns, rows)
  await facts.prepare(candidates, filter.needs)
  return filter.judge(columns, candidates, facts).matched
}

function isAsked(
  { protocol, family, local, peer, netns }: Socket,
  request: TableRequest,
  own: number,
): boolean {
  if (isUnixName(local) || peer === undefined || isUnixName(peer)) return false
  return (
    (request.netns ?? [own]).includes(netns) &&
    request.protocols?.includes(protocol) !== false &&
    request.families?.includes(family) !== false &&
    request.states?.includes(stateOf(protocol)) !== false &&
    (request.localPort ?? local.port) === local.port &&
    (request.peerPort ?? peer.port) === peer.port
  )
}

const stateOf = (protocol: Socket['protocol']): SocketState =>
  protocol === 'udp' ? 'connected' : 'established'

function asItWas({ uid, ...socket }: Socket): Socket {
  const state = stateOf(socket.protocol)
  if (socket.inode === 0) return { ...socket, state, inode: NOT_TOLD }
  return { ...socket, state, ...(uid === undefined ? {} : { uid }) }
}

/** It had an inode, but which? 0 would say that no process held it. */
const NOT_TOLD = 0xffffffff

function itemOf(socket: Socket, own: number, services: ServiceNames): SocketItem {
  const service = serviceOf(socket, services)
  return {
    protocol: socket.protocol,
    family: socket.family,
    state: stateOf(socket.protocol),
    local: endItem(socket.local),
    ...(socket.peer === undefined ? {} : { peer: endItem(socket.peer) }),
    netns: { inode: socket.netns, name: null, self: socket.netns === own },
    inode: socket.inode,
    ...(socket.cookie === 0n ? {} : { cookie: String(socket.cookie) }),
    owners: null,
    ownersUnknown: 'vanished',
    ...(service ? { service } : {}),
  }
}
