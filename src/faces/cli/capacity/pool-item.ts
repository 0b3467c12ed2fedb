/** A pool as JSON, and what is to come of it in a word. */
import type { Pool } from '../../../tools/capacity/capacity.ts'

export const OUTLOOKS = ['full', 'foretold', 'lasts', 'quiet', 'not-foretold'] as const
/**
 * `foretold`: it will be full at the time that is told. `lasts`: never, at this rate. `quiet`: nothing came while it
 * was looked at. `not-foretold`: a pool of a sort whose end isn't foretold.
 */
export type Outlook = (typeof OUTLOOKS)[number]

export function outlookOf({ kind, used, usable, forecast }: Pool): Outlook {
  if (usable.known && used > 0 && used >= usable.value) return 'full'
  if (kind !== 'tcp-destination' && kind !== 'tcp-bound') return 'not-foretold'
  if (forecast === null) return 'quiet'
  return Number.isFinite(forecast.seconds) ? 'foretold' : 'lasts'
}

/** `at`: when it was looked at, milliseconds since 1970; times left count from then. */
export function poolItem(pool: Pool, at: number): object {
  const { kind, used, usable, forecast, users, cause, steps } = pool
  const outlook = outlookOf(pool)
  return {
    at: new Date(at).toISOString(),
    pool: pool.pool,
    kind,
    used,
    usable: usable.known ? usable.value : null,
    ...(usable.known ? {} : { usableUnknown: usable.reason }),
    outlook,
    ratePerSecond: rounded(forecast?.rate ?? (outlook === 'quiet' ? 0 : null)),
    holdSeconds: rounded(forecast?.hold ?? null),
    exhaustedInSeconds: outlook === 'full' ? 0 : rounded(forecast?.seconds ?? null),
    soonestSeconds: outlook === 'full' ? 0 : rounded(forecast?.soonest ?? null),
    latestSeconds: outlook === 'full' ? 0 : rounded(forecast?.latest ?? null),
    connectionsLeft: outlook === 'full' ? 0 : whole(forecast?.connections ?? null),
    assumes: forecast?.assumes ?? [],
    users,
    cause,
    remedy: cause?.remedy ?? null,
    steps,
  }
}

/** Null for what isn't there, and for never. */
const rounded = (value: number | null): number | null =>
  value === null || !Number.isFinite(value) ? null : Math.round(value * 1000) / 1000
const whole = (value: number | null): number | null =>
  value === null || !Number.isFinite(value) ? null : Math.floor(value)
