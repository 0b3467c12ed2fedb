/**
 * Reads what was set on sockets of other processes: pidfd_getfd(2) duplicates their descriptor, getsockopt(2) asks it.
 *
 * It takes the right to trace the process (PTRACE_MODE_ATTACH_REALCREDS). The duplicate is closed at once; while it is
 * open, the socket is held once more.
 */
import { type Known, known, unknown } from '../../model/known.ts'
import { type Libc, offHeap } from '../ffi.ts'
import type { SocketHolder, SocketOptions } from '../os.ts'
import type { FileTree } from './file-tree.ts'

const SOL_SOCKET = 1
const SO_REUSEADDR = 2
const SO_REUSEPORT = 15
const SO_GET_FILTER = 26
const IPPROTO_TCP = 6
const TCP_DEFER_ACCEPT = 9
const IPPROTO_IPV6 = 41
const IPV6_V6ONLY = 26
const ESRCH = 3
const EBADF = 9
const EACCES = 13
const ENOSYS = 38

export function readSocketOptions(
  libc: Libc,
  files: FileTree,
  { pid, fd, inode }: SocketHolder,
): Known<SocketOptions> {
  const process = libc.pidfd_open(pid, 0)
  if (process < 0) return unknown(libc.errno() === ENOSYS ? 'unsupported' : 'vanished')
  try {
    const duplicate = libc.pidfd_getfd(process, fd, 0)
    if (duplicate < 0) return unknown(reasonOf(libc.errno()))
    try {
      // The process may have closed it since, and opened another thing by the same number.
      if (files.link(`/proc/self/fd/${duplicate}`) !== `socket:[${inode}]`) return unknown('vanished')
      return known({
        reuseAddress: flag(libc, duplicate, SOL_SOCKET, SO_REUSEADDR) === true,
        reusePort: flag(libc, duplicate, SOL_SOCKET, SO_REUSEPORT) === true,
        v6only: flag(libc, duplicate, IPPROTO_IPV6, IPV6_V6ONLY),
        ...waitsForBytes(libc, duplicate),
        ...hasFilter(libc, duplicate),
      })
    } finally {
      libc.close(duplicate)
    }
  } finally {
    libc.close(process)
  }
}

function reasonOf(errno: number): 'vanished' | 'unsupported' | 'denied' {
  if (errno === ESRCH || errno === EBADF) return 'vanished'
  return errno === ENOSYS ? 'unsupported' : 'denied'
}

/** Null where the socket has no such option. */
function flag(libc: Libc, fd: number, level: number, name: number): boolean | null {
  const value = wholeNumber(libc, fd, level, name)
  return value === null ? null : value !== 0
}

function waitsForBytes(libc: Libc, fd: number): Pick<SocketOptions, 'deferAccept'> {
  const seconds = wholeNumber(libc, fd, IPPROTO_TCP, TCP_DEFER_ACCEPT)
  return seconds === null ? {} : { deferAccept: seconds }
}

/** With no room for its program, its length is told; of an eBPF program nothing is, but that there is one (`sk_get_filter`). */
function hasFilter(libc: Libc, fd: number): Pick<SocketOptions, 'filtered'> {
  const length = offHeap(4).fill(0)
  if (libc.getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, offHeap(4), length) < 0)
    return libc.errno() === EACCES ? { filtered: true } : {}
  return { filtered: new Int32Array(length.buffer, length.byteOffset, 1)[0] !== 0 }
}

function wholeNumber(libc: Libc, fd: number, level: number, name: number): number | null {
  const value = offHeap(4)
  const length = offHeap(4)
  new Int32Array(length.buffer, length.byteOffset, 1)[0] = 4
  if (libc.getsockopt(fd, level, name, value, length) < 0) return null
  return new Int32Array(value.buffer, value.byteOffset, 1)[0]!
}
