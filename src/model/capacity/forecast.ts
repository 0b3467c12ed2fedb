/**
 * How long a pool lasts, as a person may rely on it: a best guess, the interval that chance leaves, and what was
 * assumed.
 *
 * Rate and lifetime are counted, and a count of n is uncertain by its root. The interval takes both at 95 %: the
 * soonest end has the higher rate and the longer life.
 */
import { type Filling, holdOf, secondsLeft, TIME_WAIT_SECONDS } from './time-left.ts'

export interface Observation {
  readonly usable: number
  readonly open: number
  readonly lingering: readonly number[]
  /** Connections that came in the time that was looked at, and that time in seconds. */
  readonly came: number
  readonly seconds: number
  /** Connections that ended in it, and those that linger of them. */
  readonly ended: number
  readonly lingered: number
  /** Mean number of open connections in it. */
  readonly meanOpen: number
  /** Seconds for which a closed connection keeps its port; 60. */
  readonly linger?: number
}

export interface Forecast {
  /** Connections a second. */
  readonly rate: number
  /** Seconds of port that each costs; `Infinity` where none was seen to end. */
  readonly hold: number
  /** Until all ports are held; `Infinity` for never. */
  readonly seconds: number
  readonly soonest: number
  readonly latest: number
  /** How many connections succeed until then. */
  readonly connections: number
  readonly assumes: readonly string[]
}

/** 95 % of a normal distribution lie within so many standard deviations. */
const SURE = 1.96

/** Null where nothing came: then nothing can be said but what is free. */
export function forecastOf(seen: Observation): Forecast | null {
  const { usable, open, lingering, came, seconds, ended, lingered, meanOpen } = seen
  if (came <= 0 || seconds <= 0) return null
  const filling: Filling = {
    usable,
    open,
    lingering,
    rate: came / seconds,
    lifetime: lifetimeOf(seen, ended),
    lingerShare: ended === 0 ? 0 : Math.min(1, lingered / ended),
    linger: seen.linger ?? TIME_WAIT_SECONDS,
  }
  const error = SURE * Math.sqrt(came)
  const endings = SURE * Math.sqrt(ended)
  const left = secondsLeft(filling)
  const soonest = secondsLeft({
    ...filling,
    rate: (came + error) / seconds,
    lifetime: lifetimeOf(seen, ended - endings),
  })
  const latest = secondsLeft({
    ...filling,
    rate: Math.max(0, came - error) / seconds,
    lifetime: lifetimeOf(seen, ended + endings),
  })
  return {
    rate: filling.rate,
    hold: holdOf(filling),
    seconds: left,
    soonest: Math.min(left, soonest),
    latest: Math.max(left, latest),
    connections: left * filling.rate,
    assumes: assumptionsOf(filling, came, seconds, meanOpen),
  }
}

/** Of a steady stream, by Little's law: open at once, divided by how many end a second. */
function lifetimeOf({ meanOpen, seconds }: Observation, ended: number): number {
  if (meanOpen <= 0) return 0
  return ended <= 0 ? Number.POSITIVE_INFINITY : (meanOpen * seconds) / ended
}

function assumptionsOf(
  { lifetime, lingerShare, linger = TIME_WAIT_SECONDS }: Filling,
  came: number,
  seconds: number,
  meanOpen: number,
): string[] {
  const counted = `the rate stays as it was: ${Math.round(came)} connections in ${seconds.toFixed(1)} s`
  const life =
    lifetime === Number.POSITIVE_INFINITY
      ? 'no connection ends, as none was seen to'
      : meanOpen <= 0
        ? 'connections end at once'
        : `a connection lives for ${lifetime.toFixed(1)} s on average`
  const after =
    lifetime === Number.POSITIVE_INFINITY
      ? []
      : [
          `${Math.round(lingerShare * 100)} % of them are closed here first, and keep their port for ${linger} s more`,
        ]
  return [counted, life, ...after]
}
