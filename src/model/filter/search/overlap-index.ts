/**
 * Which entries of a program may overlap a region, as bits: the ranks of its two dense fields are cut into buckets, and for
 * each bucket, each pair of buckets, each four and so on there is a row with a bit for every entry that reaches into it.
 * A region lies in one or two neighbours of some size, so a few rows put together leave few entries to look at.
 */
import type { Dense, Program } from './program.ts'
import type { Region } from './region.ts'

const LEVELS = 6
const BUCKETS = 1 << LEVELS
/** Below, looking at each entry is as quick; above, rows would take too much memory (tens of megabytes). */
const LEAST_ENTRIES = 512
const MOST_ENTRIES = 1 << 17

const indexes = new WeakMap<Program, OverlapIndex | null>()

/** Null where each entry is looked at instead. */
export function overlapIndexOf(program: Program): OverlapIndex | null {
  let index = indexes.get(program)
  if (index === undefined) {
    const { count } = program
    index = count < LEAST_ENTRIES || count > MOST_ENTRIES ? null : new OverlapIndex(program)
    indexes.set(program, index)
  }
  return index
}

/** Two rows of a tree, which are one and the same where a region lies in a single node. */
interface Rows {
  readonly one: number
  readonly other: number
}

class OverlapIndex {
  readonly #words: number
  readonly #trees: readonly [Tree, Tree]

  constructor({ count, dense, universe }: Program) {
    this.#words = (count + 31) >>> 5
    const tree = (column: Dense): Tree =>
      new Tree(column, count, universe.fields[column.field]!.size, this.#words)
    this.#trees = [tree(dense[0]), tree(dense[1])]
  }

  /** Calls back for every entry from `from` up to `target` that may overlap, ascending; some of them don't. */
  each(region: Region, from: number, target: number, tell: (e: number) => void): void {
    const [a, b] = this.#trees
    const [rowsA, rowsB] = [a.rowsOf(region), b.rowsOf(region)]
    const end = (target + 31) >>> 5
    for (let word = from >>> 5; word < end; word++) {
      let bits =
        (a.bits[rowsA.one + word]! | a.bits[rowsA.other + word]!) &
        (b.bits[rowsB.one + word]! | b.bits[rowsB.other + word]!)
      for (; bits !== 0; bits &= bits - 1) {
        const e = word * 32 + (31 - Math.clz32(bits & -bits))
        if (e >= target) return
        if (e >= from) tell(e)
      }
    }
  }
}

class Tree {
  /** Rows one after the other: node 1 is all ranks, nodes 2n and 2n + 1 are the halves of node n. */
  readonly bits: Int32Array
  readonly #field: number
  readonly #words: number
  /** Ranks of a bucket, as a power of two. */
  readonly #shift: number

  constructor({ field, low, high }: Dense, count: number, size: number, words: number) {
    this.#field = field
    this.#words = words
    this.#shift = Math.max(0, 32 - Math.clz32(Math.max(0, size - 1)) - LEVELS)
    this.bits = new Int32Array(2 * BUCKETS * words)
    for (let e = 0; e < count; e++) {
      // A dead entry's range is empty.
      if (low[e]! > high[e]! || low[e]! >= size) continue
      const [first, last] = [this.#leaf(low[e]!), this.#leaf(Math.min(size - 1, high[e]!))]
      const [word, bit] = [e >>> 5, 1 << (e & 31)]
      for (let from = first, to = last; from > 0; from >>>= 1, to >>>= 1)
        for (let node = from; node <= to; node++) this.bits[node * words + word]! |= bit
    }
  }

  #leaf(rank: number): number {
    return BUCKETS + (rank >>> this.#shift)
  }

  rowsOf({ low, high }: Region): Rows {
    let [one, other] = [this.#leaf(low[this.#field]!), this.#leaf(high[this.#field]!)]
    for (; other - one > 1; one >>>= 1) other >>>= 1
    return { one: one * this.#words, other: other * this.#words }
  }
}
