/**
 * For each rank of a field, which entries of a block it doesn't rule out, as rows of bits: a packet's first matching entry
 * is the first bit that is set in the rows of all its ranks. Over each 32 words stands one more word, which says which of
 * them have any bit at all.
 */
import type { Program } from './program.ts'
import { ranksOfTerm } from './region.ts'
import { ATOMS } from './universe.ts'

/** Entries of a block: 64 words, two words over them. */
export const BLOCK = 2048
const WORDS = BLOCK / 32
/** Words of a row: two that say where bits are, then the bits. */
const ROW = 2 + WORDS

/** The rows of all fields that a block's entries ask for, one after the other. */
export interface Block {
  /** Those first that tell most values apart. */
  readonly fields: Int32Array
  /** For each of these, where the row of each rank begins in `rows`. */
  readonly rowOf: readonly Int32Array[]
  readonly rows: Int32Array
}

interface FieldRows {
  readonly field: number
  readonly rowOf: Int32Array
  readonly rows: Int32Array
}

/** Of the entries `first` up to `first + BLOCK`. */
export function blockFrom(program: Program, first: number): Block {
  const { start, field, count, universe } = program
  const after = Math.min(first + BLOCK, count)
  const asked = new Set<number>()
  for (let at = start[first]!; at < start[after]!; at++) if (field[at]! < ATOMS) asked.add(field[at]!)
  const tables = [...asked].map(one => rowsOf(program, one, universe.fields[one]!.size, first, after))
  tables.sort((a, b) => b.rows.length - a.rows.length)
  const rows = new Int32Array(tables.reduce((sum, table) => sum + table.rows.length, 0))
  let filled = 0
  const rowOf = tables.map(table => {
    rows.set(table.rows, filled)
    const offset = filled
    filled += table.rows.length
    return table.rowOf.map(at => at + offset)
  })
  return { fields: Int32Array.from(tables, table => table.field), rowOf, rows }
}

/** Where an entry's bit changes, rank by rank. */
interface Toggle {
  readonly rank: number
  readonly entry: number
}

function rowsOf(program: Program, f: number, size: number, first: number, after: number): FieldRows {
  const row = new Int32Array(WORDS)
  const toggles: Toggle[] = []
  for (let e = first; e < after; e++) {
    if (program.dead[e] === 1) continue
    const entry = e - first
    const at = termOf(program, e, f)
    if (at < 0) {
      flip(row, entry)
      continue
    }
    const ranks = ranksOfTerm(program, at)
    for (let i = 0; i < ranks.length; i += 2) {
      toggles.push({ rank: ranks[i]!, entry }, { rank: ranks[i + 1]! + 1, entry })
    }
  }
  toggles.sort((a, b) => a.rank - b.rank)
  const kinds = new Set(toggles.map(({ rank }) => rank)).add(0)
  kinds.delete(size)
  const rows = new Int32Array(kinds.size * ROW)
  const rowOf = new Int32Array(size)
  let filled = -ROW
  for (let rank = 0, t = 0; rank < size; rank++) {
    const before = t
    while (t < toggles.length && toggles[t]!.rank === rank) flip(row, toggles[t++]!.entry)
    if (rank === 0 || t > before) {
      filled += ROW
      write(rows, filled, row)
    }
    rowOf[rank] = filled
  }
  return { field: f, rowOf, rows }
}

function termOf({ start, field }: Program, e: number, f: number): number {
  for (let at = start[e]!; at < start[e + 1]!; at++) if (field[at] === f) return at
  return -1
}

function flip(row: Int32Array, entry: number): void {
  row[entry >>> 5]! ^= 1 << (entry & 31)
}

function write(rows: Int32Array, at: number, row: Int32Array): void {
  rows.set(row, at + 2)
  for (let word = 0; word < WORDS; word++) if (row[word] !== 0) rows[at + (word >>> 5)]! |= 1 << (word & 31)
}
