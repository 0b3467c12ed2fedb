/**
 * A port that the system chooses, drawn: the walk of `choose-port.ts` from one beginning, up to the first port that is free.
 * For hosts that live; what could have been drawn is `choose-port.ts`.
 *
 * `draw` gives a number from 0 up to and without 1 for each walk. Null: that walk finds none.
 */
import { type Choice, NO_CHOICE } from './choose-port.ts'

export type Draw = () => number

type IsFree = (port: number) => boolean

/** `__inet_hash_connect`: the parity of the lower end, then the other; `everyPort`: both at once. */
export function drawForConnect(
  low: number,
  high: number,
  everyPort: boolean,
  free: IsFree,
  draw: Draw,
): number | null {
  const count = high - low + 1
  if (everyPort) return walk(low, high, count, Math.floor(draw() * count), 1, free)
  const rounded = roundedOf(count)
  const offset = Math.floor(draw() * rounded) & ~1
  const first = walk(low, high, rounded, offset, 2, free)
  if (first !== null || rounded === 1) return first
  return walk(low, high, rounded, offset + 1, 2, free)
}

/** `inet_csk_find_open_port`: the other parity first; `lowerHalfFirst` as there. */
export function drawForBind(
  low: number,
  high: number,
  lowerHalfFirst: boolean,
  free: IsFree,
  draw: Draw,
): number | null {
  const count = high - low + 1
  if (!lowerHalfFirst || count < 4) return drawInSegment(low, high, free, draw)
  const half = low + ((count >> 2) << 1)
  return drawInSegment(low, half - 1, free, draw) ?? drawInSegment(half, high, free, draw)
}

function drawInSegment(low: number, high: number, free: IsFree, draw: Draw): number | null {
  const rounded = roundedOf(high - low + 1)
  const offset = Math.floor(draw() * rounded) | 1
  return walk(low, high, rounded, offset, 2, free) ?? walk(low, high, rounded, offset - 1, 2, free)
}

/** Any port of the range (UDP, `udp_lib_get_port`). */
export const drawAny = (low: number, high: number, free: IsFree, draw: Draw): number | null =>
  walk(low, high, high - low + 1, Math.floor(draw() * (high - low + 1)), 1, free)

/** What was drawn, where a set of all possible choices is asked for. */
export const drawnChoice = (port: number | null): Choice =>
  port === null ? NO_CHOICE : { ports: new Set([port]), canFail: false, drawn: port }

/** The width that a walk wraps by: even, but for a single port. */
const roundedOf = (count: number): number => (count > 1 ? count & ~1 : count)

function walk(
  low: number,
  high: number,
  width: number,
  offset: number,
  step: 1 | 2,
  free: IsFree,
): number | null {
  for (let walked = 0, port = low + offset; walked < width; walked += step, port += step) {
    if (port > high) port -= width
    if (free(port)) return port
  }
  return null
}
