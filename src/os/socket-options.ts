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
  /** TCP_DEFER_ACCEPT of a listener: seconds that it waits for the first bytes, 0 for not at all. Absent where it isn't told. */
  readonly deferAccept?: number
  /** A filter of its own decides which packets it gets (SO_ATTACH_FILTER, SO_ATTACH_BPF). Absent where it isn't told. */
  readonly filtered?: boolean
}
