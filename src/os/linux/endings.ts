/**
 * Sockets as they are destroyed: the kernel multicasts each dying TCP and UDP socket with its last numbers.
 *
 * Everybody may listen (SKNLGRP_INET_TCP_DESTROY and its three sisters, include/uapi/linux/sock_diag.h). Groups are
 * joined by bind(2); the socket is polled, because a netlink descriptor can't be given to the event loop.
 */
import { protocolCode, SocketColumns } from '../../model/socket-columns.ts'
import { viewsOf } from '../../wire/netlink.ts'
import { decodeInetDiag } from '../../wire/sock-diag.ts'
import { type Libc, offHeap } from '../ffi.ts'
import { noEndings } from '../no-endings.ts'
import { NETLINK_SOCK_DIAG, NetlinkSocket } from './netlink-socket.ts'
import type { Sources } from './sources.ts'

/** TCP v4, UDP v4, TCP v6, UDP v6. */
const ALL_GROUPS = 0b1111
const MSG_DONTWAIT = 0x40
const SOL_NETLINK = 270
const NETLINK_NO_ENOBUFS = 5
const POLL_MS = 200

/** Until the signal; ends at once, with a note, where the kernel can't be listened to. */
export async function* readEndings(
  { ffi, clock }: Sources,
  netns: number,
  signal: AbortSignal,
): AsyncIterable<SocketColumns> {
  const socket = 'missing' in ffi ? ffi.missing : join(ffi.libc)
  if (typeof socket === 'string' || 'missing' in ffi) {
    yield* noEndings('netlink', String(socket), 'Look more often, or install the optional dependency koffi.')
    return
  }
  try {
    const bytes = offHeap(64 * 1024)
    const views = viewsOf(bytes)
    while (!signal.aborted) {
      const columns = new SocketColumns(64)
      for (;;) {
        const length = ffi.libc.recv(socket.fd, bytes, bytes.length, MSG_DONTWAIT)
        if (length <= 0) break
        decodeInetDiag(views, length, columns, { protocol: protocolCode('tcp'), netns, mixed: true })
      }
      if (columns.length > 0) yield columns
      try {
        await clock.sleep(POLL_MS, signal)
      } catch {
        return
      }
    }
  } finally {
    socket.close()
  }
}

/** A netlink socket that has joined the groups, or why there is none. */
function join(libc: Libc): NetlinkSocket | string {
  const socket = NetlinkSocket.open(libc, NETLINK_SOCK_DIAG)
  if ('errno' in socket) return `the kernel refused a netlink socket (errno ${socket.errno})`
  const address = offHeap(12).fill(0, 0, 12)
  address.writeUInt16LE(16, 0) // AF_NETLINK; host order, which is little endian wherever this runs
  address.writeUInt32LE(ALL_GROUPS, 8)
  if (libc.bind(socket.fd, address, 12) < 0) {
    const errno = libc.errno()
    socket.close()
    return `the kernel has no destroy events (errno ${errno})`
  }
  const on = offHeap(4)
  on.writeUInt32LE(1, 0)
  libc.setsockopt(socket.fd, SOL_NETLINK, NETLINK_NO_ENOBUFS, on, 4)
  return socket
}
