/**
 * Which ports the system may choose. Where the search begins is chance, so the answer is a set: every port that some
 * beginning leads to, and whether some beginning finds none.
 *
 * A search goes over one parity of the range first, then over the other, wrapping round at the end. The width of a range
 * with an odd number of ports is rounded down, and so each search leaves one end out (Linux `__inet_hash_connect`,
 * `inet_csk_find_open_port`).
 */

export interface Choice {
  /** Those that some beginning leads to. */
  readonly ports: ReadonlySet<number>
  /** Some beginning, or every one, leads to none. */
  readonly canFail: boolean
  /** The one that was drawn, where one was (`draw-port.ts`). */
  readonly drawn?: number
}

export const NO_CHOICE: Choice = { ports: new Set(), canFail: true }

/** connect() begins with the parity of the range's lower end. `everyPort`: it goes over both at once. */
export function chooseForConnect(
  low: number,
  high: number,
  everyPort: boolean,
  free: (port: number) => boolean,
): Choice {
  if (everyPort) return among([portsFrom(low, high, 1).filter(free)])
  const count = high - low + 1
  if (count === 1) return among([[low].filter(free)])
  const first = walks(low, count, 0)
  const second = walks(low, count, 1)
  return among(first.map(walk => firstNonEmpty(walk.filter(free), () => second[0]!.filter(free))))
}

/**
 * bind() to port 0 begins with the other parity; and with SO_REUSEADDR in the lower half of a range of four ports or more.
 */
export function chooseForBind(
  low: number,
  high: number,
  lowerHalfFirst: boolean,
  free: (port: number) => boolean,
): Choice {
  const count = high - low + 1
  if (!lowerHalfFirst || count < 4) return bindSegment(low, count, free)
  const half = (count >> 2) << 1
  const lower = bindSegment(low, half, free)
  if (!lower.canFail) return lower
  const upper = bindSegment(low + half, count - half, free)
  return { ports: new Set([...lower.ports, ...upper.ports]), canFail: upper.canFail }
}

function bindSegment(low: number, count: number, free: (port: number) => boolean): Choice {
  if (count === 1) return among([[low].filter(free)])
  const first = walks(low, count, 1)[0]!.filter(free)
  if (first.length > 0) return among([first])
  return among(walks(low, count, 0).map(walk => walk.filter(free)))
}

/**
 * What a search over the ports of one parity visits, for each kind of beginning: all of them, but of the parity that
 * has both ends of an odd range all but one end.
 */
function walks(low: number, count: number, parity: 0 | 1): number[][] {
  const rounded = count & ~1
  const visited = portsFrom(low + parity, low + count - 1, 2)
  if (rounded === count || parity === 1) return [visited]
  const withoutTop = visited.slice(0, -1)
  return rounded > 2 ? [withoutTop, visited.slice(1)] : [withoutTop]
}

/** From `low` to `high`, both included. */
export const portsFrom = (low: number, high: number, step: number): number[] =>
  Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, i) => low + i * step)

const firstNonEmpty = (ports: number[], other: () => number[]): number[] =>
  ports.length > 0 ? ports : other()

/** Each set is what one kind of beginning leads to. */
function among(sets: readonly number[][]): Choice {
  return { ports: new Set(sets.flat()), canFail: sets.some(set => set.length === 0) }
}
