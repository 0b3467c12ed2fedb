/**
 * The first entry that a packet may match, from a place on: by rows of bits (`bit-rows.ts`). The packet is given as a rank
 * for each field; what is unknown rules nothing out, and atoms don't either.
 */
import { BLOCK, type Block, blockFrom } from './bit-rows.ts'
import type { Program } from './program.ts'

export const UNKNOWN = -1

/** Numbers of a record: where the row begins, and the two words over it that say where it has bits. */
const RECORD = 3
/** Of a field that no entry of the block asks for: its row rules nothing out. */
const NO_ROW = -1

export class FirstMatch {
  readonly #program: Program
  readonly #blocks: readonly Block[]
  /** Fields that some entry asks for, those first that tell most values apart. */
  readonly fields: readonly number[]
  /** For each field, each of its ranks and each block a record: what is asked of all blocks stands side by side. */
  readonly #records: Int32Array
  /** Where the records of each field begin. */
  readonly #begin: Int32Array
  /** Of the packet in question: where the records of its ranks begin, and the rows of one block. */
  readonly #base: Int32Array
  readonly #at: Int32Array

  constructor(program: Program) {
    const blocks: Block[] = []
    for (let first = 0; first < program.count; first += BLOCK) blocks.push(blockFrom(program, first))
    this.#program = program
    this.#blocks = blocks
    const { fields } = program.universe
    const asked = new Set(blocks.flatMap(block => [...block.fields]))
    this.fields = [...asked].sort((a, b) => fields[b]!.size - fields[a]!.size)
    this.#begin = new Int32Array(this.fields.length)
    this.#base = new Int32Array(this.fields.length)
    this.#at = new Int32Array(this.fields.length)
    const length = this.fields.reduce((sum, field) => sum + fields[field]!.size * blocks.length * RECORD, 0)
    this.#records = new Int32Array(length)
    let filled = 0
    for (const [i, field] of this.fields.entries()) {
      this.#begin[i] = filled
      for (let rank = 0; rank < fields[field]!.size; rank++)
        for (const block of blocks) {
          this.#write(filled, block, field, rank)
          filled += RECORD
        }
    }
  }

  #write(to: number, { fields, rowOf, rows }: Block, field: number, rank: number): void {
    const own = fields.indexOf(field)
    const row = own < 0 ? NO_ROW : rowOf[own]![rank]!
    this.#records[to] = row
    this.#records[to + 1] = row === NO_ROW ? -1 : rows[row]!
    this.#records[to + 2] = row === NO_ROW ? -1 : rows[row + 1]!
  }

  /** -1 for none. */
  find(ranks: Int32Array, from: number): number {
    const at = this.#at
    const base = this.#base
    const records = this.#records
    const { count, dead } = this.#program
    const blocks = this.#blocks.length
    let known = 0
    for (let i = 0; i < this.fields.length; i++) {
      const rank = ranks[this.fields[i]!]!
      if (rank !== UNKNOWN) base[known++] = this.#begin[i]! + rank * blocks * RECORD
    }
    for (let b = Math.floor(from / BLOCK); b < blocks; b++) {
      const { rows } = this.#blocks[b]!
      let used = -1
      const start = b * BLOCK
      const lowest = Math.max(0, from - start)
      for (let half = lowest >>> 10; half < 2; half++) {
        let words = half === lowest >>> 10 ? -1 << ((lowest >>> 5) & 31) : -1
        for (let i = 0; i < known && words !== 0; i++) words &= records[base[i]! + b * RECORD + 1 + half]!
        if (words === 0) continue
        if (used < 0) {
          used = 0
          for (let i = 0; i < known; i++) {
            const row = records[base[i]! + b * RECORD]!
            if (row !== NO_ROW) at[used++] = row
          }
        }
        // Where rules are wide, most words have bits in every row, of different entries: read one after the other, the two
        // rows that tell most apart first, they are passed over faster than by asking for the next one that has any.
        const first = half * 32 + (31 - Math.clz32(words & -words))
        const last = half * 32 + (31 - Math.clz32(words))
        const [one, two] = [at[0]! + 2, at[used > 1 ? 1 : 0]! + 2]
        for (let word = first; word <= last; word++) {
          let bits = used === 0 ? -1 : rows[one + word]! & rows[two + word]!
          if (bits === 0) continue
          if (word === lowest >>> 5) bits &= -1 << (lowest & 31)
          for (let i = 2; i < used && bits !== 0; i++) bits &= rows[at[i]! + 2 + word]!
          for (; bits !== 0; bits &= bits - 1) {
            const e = start + word * 32 + (31 - Math.clz32(bits & -bits))
            if (e >= count) return -1
            if (dead[e] === 0) return e
          }
        }
      }
    }
    return -1
  }
}
