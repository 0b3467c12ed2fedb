/**
 * The first entry that a packet may match, from a place on: by rows of bits (`bit-rows.ts`). The packet is given as a rank
 * for each field; what is unknown rules nothing out, and atoms don't either.
 */
import { BLOCK, type Block, blockFrom } from './bit-rows.ts'
import type { Program } from './program.ts'

export const UNKNOWN = -1

export class FirstMatch {
  readonly #program: Program
  readonly #blocks: readonly Block[]
  /** Fields that some entry asks for. */
  readonly fields: readonly number[]
  readonly #at: Int32Array

  constructor(program: Program) {
    const blocks: Block[] = []
    for (let first = 0; first < program.count; first += BLOCK) blocks.push(blockFrom(program, first))
    this.#program = program
    this.#blocks = blocks
    this.fields = [...new Set(blocks.flatMap(block => [...block.fields]))]
    this.#at = new Int32Array(this.fields.length)
  }

  /** -1 for none. */
  find(ranks: Int32Array, from: number): number {
    const at = this.#at
    const { count, dead } = this.#program
    for (let b = Math.floor(from / BLOCK); b < this.#blocks.length; b++) {
      const { fields, rowOf, rows } = this.#blocks[b]!
      let used = 0
      for (let i = 0; i < fields.length; i++) {
        const rank = ranks[fields[i]!]!
        if (rank !== UNKNOWN) at[used++] = rowOf[i]![rank]!
      }
      const start = b * BLOCK
      const lowest = Math.max(0, from - start)
      for (let half = lowest >>> 10; half < 2; half++) {
        let words = half === lowest >>> 10 ? -1 << ((lowest >>> 5) & 31) : -1
        for (let i = 0; i < used && words !== 0; i++) words &= rows[at[i]! + half]!
        if (words === 0) continue
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
