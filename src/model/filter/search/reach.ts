/**
 * Which packets of a region come as far as an entry, and match it: the region, less what earlier entries take away.
 * Taken away piece by piece, deepest first, so that the first piece that is left is told at once, and a proof that
 * nothing is left is the search that came to its end.
 */
import type { Budget } from './budget.ts'
import type { Program } from './program.ts'
import { afterChanges, overlaps, type Region, split, within, withRanks } from './region.ts'
import { ATOMS } from './universe.ts'

export interface ReachOptions {
  /** The entry that comes first. */
  readonly from?: number
  /** Entries of this base chain and of those that surely come before it; others are passed over. */
  readonly chains?: ReadonlySet<number>
  /** Gets the entries that took something away. */
  readonly takers?: Set<number>
}

/** The regions are disjoint. Ends early when the budget is spent: then it says so (`budget.spent`). */
export function* reaching(
  program: Program,
  target: number,
  region: Region,
  budget: Budget,
  { from = 0, chains, takers }: ReachOptions = {},
): Generator<Region> {
  const begin = program.changes.size === 0 ? within(program, target, region) : region
  if (begin === null || program.dead[target] === 1) return
  const { order, places } = inTheWay(program, from, target, begin, chains)
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
): { order: readonly number[]; places: (to: number, k: number) => number } {
  const found = candidates(program, from, target, loosened(program, region))
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
    const sizes = new Map(free.map(e => [e, shareOf(program, e, region)]))
    free.sort((a, b) => sizes.get(b)! - sizes.get(a)!)
  }
  const order = rest.length === 0 ? free : [...free, ...rest]
  const places = (to: number, k: number): number => {
    let place = Math.max(k + 1, free.length)
    while (place < order.length && order[place]! < to) place++
    return place
  }
  return { order, places }
}

/** Entries from `from` up to `target` that overlap the region. */
export function candidates(program: Program, from: number, target: number, region: Region): number[] {
  const { start, field, low, high, set, dead } = program
  const { low: least, high: most, gaps, now } = region
  const simple = gaps.size === 0 && now.size === 0
  const found: number[] = []
  next: for (let e = from; e < target; e++) {
    const begin = start[e]!
    const end = start[e + 1]!
    for (let at = begin; at < end; at++) {
      const f = field[at]!
      if (f < ATOMS && now.size === 0 && (low[at]! > most[f]! || high[at]! < least[f]!)) continue next
    }
    if (dead[e] === 1) continue
    if (simple) {
      let whole = true
      for (let at = begin; at < end; at++) if (set[at] !== null || field[at]! >= ATOMS) whole = false
      if (whole) {
        found.push(e)
        continue
      }
    }
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
