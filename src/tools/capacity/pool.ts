/**
 * A pool of something that runs out, how full it is, how long it lasts, and why it is short, if it is.
 */
import { type Forecast, withinNoiseOf } from '../../model/capacity/capacity.ts'
import type { Finding, Severity } from '../../model/finding.ts'
import type { Known } from '../../model/known.ts'

export const POOL_KINDS = [
  'tcp-destination',
  'tcp-bound',
  'udp',
  'range',
  'reserved',
  'time-wait',
  'orphans',
  'close-wait',
  'accept-queue',
  'accept-drops',
  'conntrack',
  'descriptors',
  'files',
] as const
export type PoolKind = (typeof POOL_KINDS)[number]

export interface Pool {
  readonly kind: PoolKind
  /** What it is, for a person: `tcp 10.0.0.7 > 10.0.0.8:443`. */
  readonly pool: string
  readonly used: number
  /** How much there is in all; with a reason where the system doesn't say, or nothing limits it. */
  readonly usable: Known<number>
  /** Null where nothing came while it was looked at. */
  readonly forecast: Forecast | null
  /** Who uses it, most first. */
  readonly users: readonly string[]
  readonly cause: Finding | null
  /** What to change, first things first; empty without a cause. */
  readonly steps: readonly string[]
}

export interface Cause {
  readonly code: string
  readonly severity: Severity
  readonly says: string
  readonly evidence: Finding['evidence']
  readonly certainty?: Finding['certainty']
  readonly disprovedBy?: string
  readonly steps: readonly [string, ...string[]]
}

export function poolOf(pool: Omit<Pool, 'cause' | 'steps'>, cause: Cause | null): Pool {
  if (cause === null) return { ...pool, cause: null, steps: [] }
  const { steps, certainty = 'proven', ...rest } = cause
  return { ...pool, steps, cause: { ...rest, certainty, subject: pool.pool, remedy: steps[0] } }
}

/** Used share, from 0 on; a pool without room is full. */
export const fillOf = (used: number, usable: number): number => (usable <= 0 ? 1 : used / usable)

/** Full, or so near to it that chance decides. */
export const isShort = (used: number, usable: number): boolean =>
  used > 0 && (fillOf(used, usable) >= 0.9 || withinNoiseOf(used, usable))

/** A forecast on fewer connections than this is a guess, and no reason to wake anybody. */
const ENOUGH = 10
const SOON = 600

export const endsSoon = (forecast: Forecast | null, came: number): boolean =>
  forecast !== null && came >= ENOUGH && forecast.seconds <= SOON

export const percent = (used: number, usable: number): string => `${Math.round(fillOf(used, usable) * 100)} %`
