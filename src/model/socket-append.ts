/**
 * Appends a socket that is a value to a table of columns: the other way round of `socketAt`. For hosts that don't read
 * bytes: machines made up for a test, and systems that tell their sockets as text.
 *
 * What is absent from the value is untold in the table, so that `socketAt` gives the same value back.
 */
import { addressBytes } from './address.ts'
import type { Endpoint } from './endpoint.ts'
import { isUnixName, type Socket } from './socket.ts'
import {
  familyCode,
  kindCode,
  protocolCode,
  type SocketColumns,
  stateCode,
  TCP_FIELDS,
  timerCode,
  UNTOLD,
  UNTOLD_BYTE,
} from './socket-columns.ts'

/**
 * Appends one row and returns its number. `peerInode`: of the unix socket at the other end, which a value doesn't
 * hold; `peer` itself says nothing for unix sockets.
 */
export function appendSocket(columns: SocketColumns, socket: Socket, peerInode = 0): number {
  const row = columns.add()
  columns.protocol[row] = protocolCode(socket.protocol)
  columns.family[row] = familyCode(socket.family)
  columns.state[row] = stateCode(socket.state)
  columns.kind[row] = kindCode(socket.kind ?? 'none')
  columns.interface[row] = socket.interface
  columns.netns[row] = socket.netns
  columns.inode[row] = socket.inode
  columns.cookie[row] = socket.cookie
  columns.cgroup[row] = socket.cgroup ?? 0n
  columns.uid[row] = socket.uid ?? UNTOLD
  columns.v6only[row] = socket.v6only === undefined ? UNTOLD_BYTE : Number(socket.v6only)
  appendEnds(columns, row, socket, peerInode)
  appendQueues(columns, row, socket)
  if (socket.timer !== undefined) {
    columns.timer[row] = timerCode(socket.timer.kind)
    columns.timerMs[row] = socket.timer.ms
    columns.retransmits[row] = socket.timer.retransmits
  }
  if (socket.tcp !== undefined) {
    const tcp = columns.tcpColumn()
    const start = row * TCP_FIELDS.length
    for (const [i, field] of TCP_FIELDS.entries()) tcp[start + i] = socket.tcp[field] ?? Number.NaN
  }
  return row
}

function appendEnds(columns: SocketColumns, row: number, { local, peer }: Socket, peerInode: number): void {
  if (isUnixName(local)) {
    if (local.path !== '') columns.names.set(row, local.path)
    if (peerInode !== 0) columns.peerInodes.set(row, peerInode)
    return
  }
  columns.localPort[row] = local.port
  columns.local.set(addressBytes(local.address), row * 16)
  if (peer === undefined || isUnixName(peer)) return
  columns.peerPort[row] = (peer as Endpoint).port
  columns.peer.set(addressBytes(peer.address), row * 16)
}

function appendQueues(
  columns: SocketColumns,
  row: number,
  { state, queue, acceptQueue, drops }: Socket,
): void {
  if (state === 'listen') {
    columns.receiveQueue[row] = acceptQueue?.length ?? UNTOLD
    columns.sendQueue[row] = acceptQueue?.limit ?? UNTOLD
    columns.drops[row] = acceptQueue?.drops ?? drops ?? UNTOLD
  } else {
    columns.receiveQueue[row] = queue?.receive ?? UNTOLD
    columns.sendQueue[row] = queue?.send ?? UNTOLD
    columns.drops[row] = drops ?? UNTOLD
  }
}
