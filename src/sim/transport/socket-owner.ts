/** Who opened a socket of a simulated host, as whoever opens it says. */
export interface SocketOwner {
  readonly pid: number
  /** What a person would call the program. */
  readonly name: string
  /** The user; 0, who has every privilege, when left out. */
  readonly uid?: number
}

/** Of sockets that nobody said anything about: a program of root's. */
export const NOBODY_IN_PARTICULAR: SocketOwner = { pid: 1, name: 'init', uid: 0 }
