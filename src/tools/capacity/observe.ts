/**
 * What came and went of a group of connections between two looks, as a forecast needs it.
 *
 * Connections are told apart by the kernel's cookie, which they keep in TIME_WAIT; without cookies by their port.
 * TIME_WAIT remembers further back than the first look: its timers say when each was closed.
 */
import { type Observation, TIME_WAIT_SECONDS } from '../../model/capacity/capacity.ts'
import { stateCode } from '../../model/socket-columns.ts'
import type { Look } from './look.ts'

const TIME_WAIT = stateCode('time-wait')
/** Further back the rate may have been another. */
const MEMORY_SECONDS = 10
const MOSTLY = 0.9

export interface Change {
  readonly observation: Observation
  /** How many came in the time that was looked at. */
  readonly came: number
}

export function observe(
  now: Look,
  rows: readonly number[],
  before: Look,
  rowsBefore: readonly number[],
  usable: number,
  linger: number = TIME_WAIT_SECONDS,
): Change {
  const was = statesOf(before, rowsBefore)
  const is = statesOf(now, rows)
  const seconds = now.at - before.at
  const counted = { seconds, ...countsOf(was, is) }
  const lingering = remaining(now, rows)
  const open = [...is.values()].filter(lingers => !lingers).length
  // What connect() would take again is as good as gone.
  const kept = lingering.map(left => left - (TIME_WAIT_SECONDS - linger)).filter(left => left > 0)
  const remembered = counted.lingered >= MOSTLY * counted.ended ? rememberedOf(lingering) : null
  const best = remembered !== null && remembered.came > counted.came ? remembered : counted
  return {
    came: best.came,
    observation: {
      usable,
      open,
      lingering: kept,
      linger,
      ...best,
      meanOpen: (open + counted.openBefore) / 2,
    },
  }
}

/**
 * What came and what ended. A connection that came and ended between the looks shows only if it lingers here: by the
 * share that lingers of those that ended, or, where few do, by how many of the older ones are still there.
 */
function countsOf(was: ReadonlyMap<bigint, boolean>, is: ReadonlyMap<bigint, boolean>) {
  let [openBefore, endedOld, lingeredOld, openNew, lingeredNew] = [0, 0, 0, 0, 0]
  for (const [key, lingered] of was) {
    if (lingered) continue
    openBefore++
    const lingers = is.get(key)
    if (lingers !== false) endedOld++
    if (lingers === true) lingeredOld++
  }
  for (const [key, lingers] of is) {
    if (was.has(key)) continue
    if (lingers) lingeredNew++
    else openNew++
  }
  const share = endedOld === 0 ? 1 : lingeredOld / endedOld
  const endedNew =
    share >= 0.5 ? lingeredNew / share : openNew * (unseenFactor(endedOld / openBefore, openBefore) - 1)
  return {
    openBefore,
    came: openNew + endedNew,
    ended: endedOld + endedNew,
    lingered: lingeredOld + lingeredNew,
  }
}

/**
 * Of connections with exponential lives, how many came for each that is left after a time in which the share `ended` of
 * the older ones ended: −ln(1 − q) / q.
 */
function unseenFactor(ended: number, of: number): number {
  const q = Math.min(ended, 1 - 1 / (2 * of))
  return q <= 0 ? 1 : -Math.log(1 - q) / q
}

/** Whether each connection lingers, by its identity. */
function statesOf({ table: { columns } }: Look, rows: readonly number[]): Map<bigint, boolean> {
  return new Map(
    rows.map(row => [
      columns.cookie[row] || BigInt(columns.localPort[row]!),
      columns.state[row] === TIME_WAIT,
    ]),
  )
}

/** Whether a row still keeps its port from connect(), which takes some out of TIME_WAIT after `linger` seconds. */
export const keepsPort = ({ table: { columns } }: Look, row: number, linger: number): boolean =>
  columns.state[row] !== TIME_WAIT || columns.timerMs[row]! / 1000 > TIME_WAIT_SECONDS - linger

/** Seconds until each that lingers goes, in rising order. */
const remaining = ({ table: { columns } }: Look, rows: readonly number[]): number[] =>
  rows
    .filter(row => columns.state[row] === TIME_WAIT)
    .map(row => columns.timerMs[row]! / 1000)
    .sort((a, b) => a - b)

function rememberedOf(lingering: readonly number[]) {
  if (lingering.length === 0) return null
  const oldest = TIME_WAIT_SECONDS - lingering[0]!
  const seconds = Math.min(MEMORY_SECONDS, oldest)
  if (seconds <= 0) return null
  const came = lingering.filter(left => left >= TIME_WAIT_SECONDS - seconds).length
  return { came, ended: came, lingered: came, seconds }
}
