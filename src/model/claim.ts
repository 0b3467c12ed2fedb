/** A claim on ports: who wants or has them, and until when. What is noted beside it is in `tools/bind`. */

export interface Claim {
  readonly first: number
  /** How many ports, from `first` on. */
  readonly count: number
  /**
   * `pending`: its maker is still looking whether somebody else claims the same. `held`: a lease.
   * `past`: was one; claims nothing, and remembers which port a name had.
   */
  readonly state: ClaimState
  /** 16 hexadecimal digits made of project, branch and name; zeros where it has no name. */
  readonly key: string
  /** Null: no process, time alone ends it. */
  readonly holder: ClaimHolder | null
  /** Milliseconds since 1970; null: its holder alone ends it. */
  readonly expiresAt: number | null
  /** Milliseconds since 1970. */
  readonly madeAt: number
  /** Letters and digits that no other claim has. */
  readonly nonce: string
}

export type ClaimState = 'pending' | 'held' | 'past'

/** A process, told apart from those that have its number after it. */
export interface ClaimHolder {
  readonly pid: number
  /** Its start as the system counts it; on Linux, clock ticks since boot. */
  readonly start: number
  /** The space that pids are counted in: inode of the pid namespace, 0 where there is only one. */
  readonly space: number
}

export const NO_KEY = '0000000000000000'

export const overlaps = (a: Pick<Claim, 'first' | 'count'>, b: Pick<Claim, 'first' | 'count'>): boolean =>
  a.first < b.first + b.count && b.first < a.first + a.count
