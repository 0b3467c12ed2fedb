/**
 * Two programs against each other, in turns: A B A B …, so that whatever else the machine does befalls both. What is
 * compared are medians; the range of the single pairs tells how much to believe it.
 */
import { type Command, time } from './run.ts'

export interface Pairs {
  /** Milliseconds, in the order in which they were run. */
  readonly ours: readonly number[]
  readonly theirs: readonly number[]
}

/** One turn of each is thrown away, to warm the caches; a program that ends with another status ends it all. */
export function runPairs(
  ours: Command,
  theirs: Command,
  pairs: number,
  output: string,
  [ourStatus, theirStatus]: readonly [number, number] = [0, 0],
): Pairs {
  const times = { ours: [] as number[], theirs: [] as number[] }
  for (let i = -1; i < pairs; i++) {
    const [mine, other] = [
      time(ours, output, process.env, ourStatus),
      time(theirs, output, process.env, theirStatus),
    ]
    if (i < 0) continue
    times.ours.push(mine)
    times.theirs.push(other)
  }
  return times
}

export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return {
    median: (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2,
    least: sorted[0]!,
    most: sorted.at(-1)!,
  }
}

/** Ours to theirs: of the medians, and of each pair. */
export function ratioOf({ ours, theirs }: Pairs): Spread {
  const { least, most } = spreadOf(ours.map((ms, i) => ms / theirs[i]!))
  return { median: spreadOf(ours).median / spreadOf(theirs).median, least, most }
}

/** What ours takes more than theirs, milliseconds: of the medians, and of each pair. */
export function excessOf({ ours, theirs }: Pairs): Spread {
  const { least, most } = spreadOf(ours.map((ms, i) => ms - theirs[i]!))
  return { median: spreadOf(ours).median - spreadOf(theirs).median, least, most }
}
