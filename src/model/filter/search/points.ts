/** Single packets of a region, to try before it is taken apart: always the same ones for the same region. */
import type { Program } from './program.ts'
import { countRanks, nthRank } from './rank-set.ts'
import { overlaps, type Region, ranksIn } from './region.ts'

/** The first is of least ranks, the second of greatest, the others are mixed. */
export function pointOf({ universe }: Program, region: Region, n: number): Region {
  const low = region.low.map(() => 0)
  let state = Math.imul(n + 1, 0x9e3779b1) >>> 0
  for (let field = 0; field < universe.fields.length; field++) {
    const [least, most] = [region.low[field]!, region.high[field]!]
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + field) >>> 0
    if (n === 0 || least === most) low[field] = least
    else if (n === 1) low[field] = most
    else {
      const ranks = ranksIn(region, field)
      low[field] = nthRank(ranks, (state >>> 3) % countRanks(ranks))
    }
  }
  return { ...region, low, high: low, gaps: NO_GAPS }
}

const NO_GAPS: Region['gaps'] = new Map()
const POINTS = 6

/** A point of the region that no entry of these takes away or leads elsewhere; null where none was hit on. */
export function untouchedPoint(program: Program, order: readonly number[], region: Region): Region | null {
  for (let n = 0; n < POINTS; n++) {
    const point = pointOf(program, region, n)
    if (!order.some(e => overlaps(program, e, point))) return point
  }
  return null
}
