/**
 * Points instead of regions: of most rules some packet taken at random shows that it is met, which is much less work than a
 * search. Where no point shows it, the search decides. The points of an entry are always the same ones.
 */
import { FirstMatch } from './first-match.ts'
import { outcomeOf } from './outcome.ts'
import type { Program } from './program.ts'
import { countRanks, nthRank } from './rank-set.ts'
import { type Region, ranksIn, within } from './region.ts'
import { ATOMS } from './universe.ts'

const POINTS = 8

export class Sampling {
  readonly #program: Program
  readonly #whole: Region
  readonly #first: FirstMatch
  readonly #ranks: Int32Array

  /** Null where rules change what later ones see: a point isn't one for long. */
  static of(program: Program, whole: Region): Sampling | null {
    return program.changes.size === 0 ? new Sampling(program, whole) : null
  }

  private constructor(program: Program, whole: Region) {
    this.#program = program
    this.#whole = whole
    this.#first = new FirstMatch(program)
    this.#ranks = new Int32Array(program.universe.fields.length)
  }

  /** A point of the entry that comes to it; null where none was found. Only `chains` are gone through. */
  reach(e: number, chains: ReadonlySet<number> | undefined): Region | null {
    const box = within(this.#program, e, this.#whole)
    if (box === null) return null
    for (let n = 0; n < POINTS; n++) {
      this.#choose(box, e * POINTS + n, n)
      if (this.#walk(0, e, box.facts, chains) === e) return this.#point(box)
    }
    return null
  }

  /** Whether some point that comes to the entry would come to another outcome without it. */
  differs(e: number, chains: ReadonlySet<number> | undefined, outcome: string): boolean {
    const box = within(this.#program, e, this.#whole)
    if (box === null) return false
    for (let n = 0; n < POINTS; n++) {
      this.#choose(box, e * POINTS + n, n)
      if (this.#walk(0, e, box.facts, chains) !== e) continue
      const next = this.#walk(e + 1, -1, box.facts, undefined)
      if (next >= 0 && outcomeOf(this.#program, next) !== outcome) return true
    }
    return false
  }

  #choose(box: Region, seed: number, n: number): void {
    let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0
    for (const field of this.#first.fields) {
      const ranks = ranksIn(box, field)
      const count = countRanks(ranks)
      state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + field) >>> 0
      this.#ranks[field] = nthRank(ranks, n === 0 ? 0 : n === 1 ? count - 1 : (state >>> 3) % count)
    }
  }

  /** The entry that the point ends at: `target`, or one that decides in its chain; -1 for none. */
  #walk(
    from: number,
    target: number,
    facts: Region['facts'],
    chains: ReadonlySet<number> | undefined,
  ): number {
    const program = this.#program
    for (let place = from; place < program.count; ) {
      const e = this.#first.find(this.#ranks, place)
      if (e < 0 || e === target) return e
      if (target >= 0 && e > target) return -1
      const passes = (chains !== undefined && !chains.has(program.chainOf[e]!)) || !this.#factsHold(e, facts)
      const to = passes ? e + 1 : program.target[e]!
      if (!passes && (to === -1 || (target < 0 && outcomeOf(program, e) !== null))) return target < 0 ? e : -1
      place = to
    }
    return -1
  }

  /** Of atoms nothing is so but what the entry in question wants. */
  #factsHold(e: number, facts: Region['facts']): boolean {
    const { start, field, low } = this.#program
    for (let at = start[e]!; at < start[e + 1]!; at++) {
      if (field[at]! >= ATOMS && (facts.get(field[at]!) ?? 0) !== low[at]) return false
    }
    return true
  }

  #point(box: Region): Region {
    const low = box.low.slice()
    for (const field of this.#first.fields) low[field] = this.#ranks[field]!
    const high = box.high.slice()
    for (const field of this.#first.fields) high[field] = this.#ranks[field]!
    const facts = new Map(this.#program.universe.atoms.map(({ id }) => [id, box.facts.get(id) ?? 0]))
    const gaps = new Map([...box.gaps].filter(([field]) => low[field] !== high[field]))
    return { ...box, low, high, gaps, facts }
  }
}
