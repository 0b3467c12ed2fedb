/** What was set on a socket that a process holds. Interfaces only. */

/** A descriptor, and which socket it is believed to be. */
export interface SocketHolder {
  readonly pid: number
  readonly fd: number
  readonly inode: number
}

export interface SocketOptions {
  /** SO_REUSEADDR, as it is now: it can be set and cleared at any time. */
  readonly reuseAddress: boolean
  /** SO_REUSEPORT. */
  readonly reusePort: boolean
  /** IPV6_V6ONLY; null for sockets of another family. */
  readonly v6only: boolean | null
}
