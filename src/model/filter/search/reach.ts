/**
 * Which packets of a region come as far as an entry, and match it: the region, less what earlier entries take away.
 * Taken away piece by piece, deepest first, so that the first piece that is left is told at once, and a proof that
 * nothing is left is the search that came to its end.
 */
import type { Budget } from './budget.ts'
import { overlapIndexOf } from './overlap-index.ts'
import { untouchedPoint } from './points.ts'
import type { Program } from './program.ts'
import { afterChanges, isCovered, overlaps, type Region, split, within, withRanks } from './region.ts'
import { ATOMS } from './universe.ts'

export interface ReachOptions {
  /** The entry that comes first. */
  readonly from?: number
  /** Entries of this base chain and of those that surely come before it; others are passed over. */
  readonly chains?: ReadonlySet<number>
  /** All entries that overlap the region and lie between, in their order, where somebody knows them already. */
  readonly among?: readonly number[]
  /** Gets the entries that took something away. */
  readonly takers?: Set<number>
}

/** Entries in the way, beyond which points are tried first. */
const MANY = 16

/** The regions are disjoint, but for a first one that is a single point. Ends early when the budget is spent: then it says so (`budget.spent`). */
export function* reaching(
  program: Program,
  target: number,
  region: Region,
  budget: Budget,
  { from = 0, chains, among, takers }: ReachOptions = {},
): Generator<Region> {
  const begin = program.changes.size === 0 ? within(program, target, region) : region
  if (begin === null || program.dead[target] === 1) return
  const { order, places } = inTheWay(program, from, target, begin, chains, among)
  // A point that nothing touches is soon found where much is left, and a search through thousands of holes is long.
  if (program.changes.size === 0 && order.length > MANY) {
    const point = untouchedPoint(program, order, begin)
    if (point !== null) yield point
  }
  const stack: { region: Region; k: number }[] = [{ region: begin, k: 0 }]
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    if (!budget.step()) return
    const piece = top.region
    let { k } = top
    while (k < order.length && !overlaps(program, order[k]!, piece)) k++
    if (k === order.length) {
      const arrived = within(program, target, piece)
      if (arrived !== null) yield arrived
      continue
    }
    const e = order[k]!
    takers?.add(e)
    const to = program.target[e]!
    const goesOn = to !== -1 && to <= target
    const { outside, inside } = split(program, e, piece, goesOn)
    if (goesOn && inside !== null) {
      const changes = program.changes.get(e)
      const next = changes === undefined ? inside : afterChanges(inside, e, changes)
      stack.push({ region: next, k: places(to, k) })
    }
    for (let i = outside.length - 1; i >= 0; i--) stack.push({ region: outside[i]!, k: k + 1 })
  }
}

/**
 * Entries that may keep packets from the target. Those that nobody skips and that end a packet's way here come first,
 * the widest before the others: in which order they take away makes no difference but to the work.
 */
function inTheWay(
  program: Program,
  from: number,
  target: number,
  region: Region,
  chains: ReadonlySet<number> | undefined,
  among: readonly number[] | undefined,
): { order: readonly number[]; places: (to: number, k: number) => number } {
  const found =
    among === undefined || program.changes.size > 0
      ? candidates(program, from, target, loosened(program, region))
      : among.filter(e => e >= from && e < target && overlaps(program, e, region))
  const alone = program.changes.size === 0 ? taker(program, found, target, region, chains) : -1
  if (alone >= 0) return { order: [alone], places: () => 1 }
  const kept: number[] = []
  let next = target
  for (let i = found.length - 1; i >= 0; i--) {
    const e = found[i]!
    if (chains !== undefined && !chains.has(program.chainOf[e]!)) continue
    const to = program.target[e]!
    const takes = to === -1 || to > target || program.changes.has(e)
    // Skipping over nothing that matters is nothing.
    if (!takes && to <= next) continue
    kept.push(e)
    next = e
  }
  kept.reverse()
  const free: number[] = []
  const rest: number[] = []
  let spanned = 0
  for (const e of kept) {
    const to = program.target[e]!
    const takes = to === -1 || to > target
    if (takes && e >= spanned) free.push(e)
    else rest.push(e)
    if (!takes) spanned = program.changes.has(e) ? Number.POSITIVE_INFINITY : Math.max(spanned, to)
  }
  if (free.length > 1) {
    const shares = Float64Array.from(free, e => shareOf(program, e, region))
    const byShare = Array.from(shares.keys()).sort((a, b) => shares[b]! - shares[a]!)
    for (const [i, e] of byShare.map(place => free[place]!).entries()) free[i] = e
  }
  const order = rest.length === 0 ? free : [...free, ...rest]
  const places = (to: number, k: number): number => {
    let place = Math.max(k + 1, free.length)
    while (place < order.length && order[place]! < to) place++
    return place
  }
  return { order, places }
}

/** The first of the entries that nobody skips, and that takes the whole region; -1 for none. */
export function taker(
  program: Program,
  among: readonly number[],
  target: number,
  region: Region,
  chains?: ReadonlySet<number>,
): number {
  let spanned = 0
  for (const e of among) {
    const to = program.target[e]!
    if (to !== -1 && to <= target) {
      if (to > spanned && to > e + 1) spanned = to
      continue
    }
    if (
      e >= spanned &&
      (chains === undefined || chains.has(program.chainOf[e]!)) &&
      isCovered(program, e, region)
    )
      return e
  }
  return -1
}

/** Entries from `from` up to `target` that overlap the region. */
export function candidates(program: Program, from: number, target: number, region: Region): number[] {
  const [one, two] = program.dense
  const found: number[] = []
  // What a field has become isn't what the columns are about.
  if (region.now.size > 0 || program.count === 0 || program.universe.fields.length === 0) {
    for (let e = from; e < target; e++)
      if (program.dead[e] === 0 && overlaps(program, e, region)) found.push(e)
    return found
  }
  const index = overlapIndexOf(program)
  if (index !== null) {
    index.each(region, from, target, e => {
      if (overlaps(program, e, region)) found.push(e)
    })
    return found
  }
  const [low1, high1, low2, high2] = [one.low, one.high, two.low, two.high]
  const [least1, most1] = [region.low[one.field]!, region.high[one.field]!]
  const [least2, most2] = [region.low[two.field]!, region.high[two.field]!]
  for (let e = from; e < target; e++) {
    if (low1[e]! > most1 || high1[e]! < least1 || low2[e]! > most2 || high2[e]! < least2) continue
    if (overlaps(program, e, region)) found.push(e)
  }
  return found
}

/** With every field that some entry changes as wide as can be: what it will be isn't known yet. */
function loosened(program: Program, region: Region): Region {
  if (program.changes.size === 0) return region
  let loose: Region = { ...region, now: new Map() }
  const { fields } = program.universe
  const changing = new Set([...program.changes.values()].flat().map(({ field }) => field))
  for (const field of changing) {
    if (field < ATOMS) loose = withRanks(loose, field, [0, fields[field]!.size - 1])
    else {
      const facts = new Map(loose.facts)
      facts.delete(field)
      loose = { ...loose, facts }
    }
  }
  return loose
}

/** How much of the region an entry takes, roughly. */
function shareOf({ start, field, low, high }: Program, e: number, region: Region): number {
  let share = 1
  for (let at = start[e]!; at < start[e + 1]!; at++) {
    const f = field[at]!
    if (f >= ATOMS) share /= 2
    else {
      const [least, most] = [region.low[f]!, region.high[f]!]
      const common = Math.min(high[at]!, most) - Math.max(low[at]!, least) + 1
      share *= common / (most - least + 1)
    }
  }
  return share
}
