/**
 * When a pool of ports is full, from what it holds now and what comes and goes.
 *
 * Connections come at an even rate; each lives for a time (exponential with a mean, none at all, or without end), and
 * of those that end a share lingers in TIME_WAIT. What lingers already goes when its timer says. In the limits this is
 * t = H ln((N* − N0) / (N* − R)) for exponential holds without lingering, t = R/λ for a pool that fills from empty with
 * connections that only linger, and t = (R − N0)/λ for a leak. It is a fluid: it knows of no chance.
 */
import { sustainableRate } from './steady-state.ts'

/** TIME_WAIT lasts so many seconds on Linux (`TCP_TIMEWAIT_LEN`, include/net/tcp.h); no setting changes it. */
export const TIME_WAIT_SECONDS = 60

export interface Filling {
  /** Ports there are. */
  readonly usable: number
  /** Ports of connections that are open now. */
  readonly open: number
  /** Seconds until each of the lingering ones goes, in rising order. */
  readonly lingering: readonly number[]
  /** Connections a second. */
  readonly rate: number
  /** Mean life of a connection in seconds; `Infinity` where none ends. */
  readonly lifetime: number
  /** Which share of them lingers here after its end, 0 to 1. */
  readonly lingerShare: number
  /** For how many seconds; 60. */
  readonly linger?: number
}

/** Seconds of port that a connection costs, its lingering included. */
export const holdOf = ({ lifetime, lingerShare, linger = TIME_WAIT_SECONDS }: Filling): number =>
  lifetime + lingerShare * linger

/** Ports held after `seconds`, if there were no limit. */
export function heldAfter(filling: Filling, seconds: number): number {
  const { lingering, lingerShare, linger = TIME_WAIT_SECONDS } = filling
  const ended = endedAfter(filling, seconds) - endedAfter(filling, seconds - linger)
  return openAfter(filling, seconds) + lingerShare * ended + (lingering.length - goneBy(lingering, seconds))
}

function openAfter({ open, rate, lifetime }: Filling, seconds: number): number {
  if (lifetime === Number.POSITIVE_INFINITY) return open + rate * seconds
  if (lifetime === 0) return seconds === 0 ? open : 0
  const steady = rate * lifetime
  return steady + (open - steady) * Math.exp(-seconds / lifetime)
}

const endedAfter = (filling: Filling, seconds: number): number =>
  seconds <= 0 ? 0 : filling.open + filling.rate * seconds - openAfter(filling, seconds)

/** How many of a rising list are not above a value. */
function goneBy(lingering: readonly number[], seconds: number): number {
  let [from, to] = [0, lingering.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (lingering[middle]! <= seconds) from = middle + 1
    else to = middle
  }
  return from
}

/** Steps of the search: what is over sooner than a step is missed. */
const STEPS = 4000

/**
 * Seconds until all ports are held, 0 where they are; `Infinity` when it doesn't come to that.
 */
export function secondsLeft(filling: Filling): number {
  const { usable, open, lingering, rate, lifetime, linger = TIME_WAIT_SECONDS } = filling
  if (open + lingering.length >= usable) return 0
  if (rate <= 0) return Number.POSITIVE_INFINITY
  const horizon =
    lifetime === Number.POSITIVE_INFINITY
      ? (usable - open) / rate + linger
      : 2 * linger + lifetime * (settled(filling) + 1)
  const step = horizon / STEPS
  for (let i = 1; i <= STEPS; i++)
    if (heldAfter(filling, i * step) >= usable) return crossing(filling, (i - 1) * step, i * step)
  return Number.POSITIVE_INFINITY
}

/** Lifetimes until an exponential is as near to its end as the limit is, and so no longer matters. */
function settled(filling: Filling): number {
  const steady = filling.rate * holdOf(filling)
  const gap = Math.abs(steady - filling.usable) / Math.max(steady, filling.open, 1)
  return 5 - Math.log(Math.max(gap, 1e-6))
}

function crossing(filling: Filling, before: number, after: number): number {
  let [from, to] = [before, after]
  for (let i = 0; i < 40; i++) {
    const middle = (from + to) / 2
    if (heldAfter(filling, middle) >= filling.usable) to = middle
    else from = middle
  }
  return to
}

/** Whether the pool fills for good, even when nothing that it holds now counts: the rate is more than it bears. */
export const isBeyond = (filling: Filling): boolean =>
  filling.rate > sustainableRate(filling.usable, holdOf(filling))
