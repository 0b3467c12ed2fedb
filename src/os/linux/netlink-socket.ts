/**
 * One netlink socket: send a request, read the answer chunk by chunk.
 *
 * A socket belongs for ever to the network namespace it was opened in, so a descriptor opened elsewhere
 * (`namespace-doors.ts`) reads that namespace from here.
 */
import { type DumpProgress, type Views, viewsOf } from '../../wire/netlink.ts'
import { type Libc, offHeap } from '../ffi.ts'
import type { NetlinkSource } from './sources.ts'

const AF_NETLINK = 16
const SOCK_RAW = 3
const SOCK_CLOEXEC = 0o2000000
export const NETLINK_ROUTE = 0
export const NETLINK_SOCK_DIAG = 4
export const NETLINK_NETFILTER = 12

/** The kernel fills at most 32 KiB an answer (netlink_recvmsg, max_recvmsg_len); room for oversized ones. */
const CHUNK = 64 * 1024

const EINTR = 4

export class NetlinkSocket implements NetlinkSource {
  readonly #libc: Libc
  readonly fd: number
  readonly #bytes: Buffer
  readonly #views: Views

  constructor(libc: Libc, fd: number) {
    this.#libc = libc
    this.fd = fd
    this.#bytes = offHeap(CHUNK)
    this.#views = viewsOf(this.#bytes)
  }

  /** Opens one in our own namespace; the errno when the kernel says no. */
  static open(libc: Libc, protocol: number): NetlinkSocket | { readonly errno: number } {
    const fd = libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol)
    return fd < 0 ? { errno: libc.errno() } : new NetlinkSocket(libc, fd)
  }

  /** Sends a request and hands each chunk of the answer to `read`, until it says that it was the last. */
  dump(
    request: Uint8Array,
    read: (views: Views, length: number) => DumpProgress,
  ): Omit<DumpProgress, 'done'> {
    const message = offHeap(request.length)
    message.set(request)
    if (this.#libc.send(this.fd, message, request.length, 0) < 0) {
      return { errno: this.#libc.errno(), interrupted: false }
    }
    let interrupted = false
    for (;;) {
      const length = this.#libc.recv(this.fd, this.#bytes, CHUNK, 0)
      if (length < 0) {
        const errno = this.#libc.errno()
        if (errno === EINTR) continue
        return { errno, interrupted }
      }
      const progress = read(this.#views, length)
      interrupted ||= progress.interrupted
      if (progress.done) return { errno: progress.errno, interrupted }
      if (length === 0) return { errno: 0, interrupted: true }
    }
  }

  close(): void {
    this.#libc.close(this.fd)
  }
}
