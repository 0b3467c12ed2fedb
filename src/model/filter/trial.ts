/**
 * A change of the packet filter on trial: what our table was, what it became, and until when somebody has to say that
 * they can still get in. It is a value that is written to disk whole, and read again by another process.
 */

export interface Trial {
  readonly id: string
  /** Identity of the boot: the rules of another one are gone. */
  readonly boot: string
  /** `armed`: the change may have been made or not. `applied`: it has been. */
  readonly phase: 'armed' | 'applied'
  /** What was done, in a line: `apply rules.nft`. */
  readonly what: string
  /** The table as it was; null where there was none. It is the way back. */
  readonly before: string | null
  /** When it was begun, milliseconds since 1970. For people: nothing is decided by it. */
  readonly begunAt: number
  /** How long there is to confirm it, milliseconds. */
  readonly windowMs: number
  /** When it ends unless it is confirmed, milliseconds of the machine's monotonic clock since boot. */
  readonly deadline: number
  /** Who began it. */
  readonly by: TrialAuthor
  /**
   * TCP connections that stood when the change had been made, by the kernel's cookie: a confirmation over one of them
   * shows nothing, since an established connection often passes where a new one doesn't.
   */
  readonly connections: readonly string[]
  /** What is to be kept over a reboot once it is confirmed; absent when nothing is. */
  readonly persist?: true
}

export interface TrialAuthor {
  readonly pid: number
  readonly uid: number
  /** Where they sat: `192.0.2.7:50000`, `console tty1`, `a place that can’t be told`. */
  readonly from: string
}

/** How a trial ended. */
export interface TrialEnd {
  readonly id: string
  readonly what: string
  readonly outcome: 'confirmed' | 'rolled-back' | 'not-applied'
  readonly reason: TrialReason
  /** Milliseconds since 1970. */
  readonly endedAt: number
  readonly by: TrialAuthor
}

/**
 * | reason | it ended because |
 * |---|---|
 * | `asked` | somebody confirmed it, or asked for the way back |
 * | `deadline` | nobody confirmed it in time |
 * | `unwatched` | its watchdog was killed |
 * | `told-to-end` | its watchdog was told to end, as at a shutdown |
 * | `refused` | the kernel did not take the change |
 */
export const TRIAL_REASONS = ['asked', 'deadline', 'unwatched', 'told-to-end', 'refused'] as const
export type TrialReason = (typeof TRIAL_REASONS)[number]

/** A file's text as a trial, or null for what is none: half written, or of another program. */
export function parseTrial(text: string): Trial | null {
  const found = objectOf(text)
  if (found === null) return null
  const { id, boot, phase, what, before, begunAt, windowMs, deadline, by, connections, persist } = found
  const whole =
    typeof id === 'string' &&
    typeof boot === 'string' &&
    (phase === 'armed' || phase === 'applied') &&
    typeof what === 'string' &&
    (before === null || typeof before === 'string') &&
    [begunAt, windowMs, deadline].every(Number.isFinite) &&
    isAuthor(by) &&
    Array.isArray(connections) &&
    connections.every(one => typeof one === 'string') &&
    (persist === undefined || persist === true)
  return whole ? (found as unknown as Trial) : null
}

/** The same of how one ended. */
export function parseTrialEnd(text: string): TrialEnd | null {
  const found = objectOf(text)
  if (found === null) return null
  const { id, what, outcome, reason, endedAt, by } = found
  const whole =
    typeof id === 'string' &&
    typeof what === 'string' &&
    (outcome === 'confirmed' || outcome === 'rolled-back' || outcome === 'not-applied') &&
    (TRIAL_REASONS as readonly unknown[]).includes(reason) &&
    Number.isFinite(endedAt) &&
    isAuthor(by)
  return whole ? (found as unknown as TrialEnd) : null
}

function objectOf(text: string): Record<string, unknown> | null {
  try {
    const found: unknown = JSON.parse(text)
    return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : null
  } catch {
    // No JSON: cut off, or somebody else's.
    return null
  }
}

function isAuthor(value: unknown): boolean {
  const { pid, uid, from } = (value ?? {}) as Partial<Record<keyof TrialAuthor, unknown>>
  return Number.isInteger(pid) && Number.isInteger(uid) && typeof from === 'string'
}
