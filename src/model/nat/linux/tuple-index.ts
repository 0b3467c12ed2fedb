/**
 * Tuples to numbers: a hash table with linear probing, in typed arrays, so that a look-up makes no object and no string.
 * A tuple is four 32-bit words; two that differ in family, protocol or zone are different.
 */
const WORDS = 5
const EMPTY = 0
const SMALLEST = 256

export class TupleIndex {
  #cells: Int32Array<ArrayBuffer> = new Int32Array(SMALLEST * WORDS)
  #mask = SMALLEST - 1
  #size = 0

  get size(): number {
    return this.#size
  }

  /** What was put under it; -1 for nothing. */
  find(source: number, destination: number, ports: number, kind: number): number {
    const cells = this.#cells
    for (let slot = hash(source, destination, ports, kind) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = slot * WORDS
      const held = cells[at]!
      if (held === EMPTY) return -1
      if (
        cells[at + 1] === source &&
        cells[at + 2] === destination &&
        cells[at + 3] === ports &&
        cells[at + 4] === kind
      )
        return held - 1
    }
  }

  /** `value`: 0 to 2³⁰. The tuple must not be there yet. */
  add(source: number, destination: number, ports: number, kind: number, value: number): void {
    if (++this.#size * 2 > this.#mask) this.#grow()
    this.#place(source, destination, ports, kind, value + 1)
  }

  #place(source: number, destination: number, ports: number, kind: number, held: number): void {
    const cells = this.#cells
    let slot = hash(source, destination, ports, kind) & this.#mask
    while (cells[slot * WORDS] !== EMPTY) slot = (slot + 1) & this.#mask
    const at = slot * WORDS
    cells[at] = held
    cells[at + 1] = source
    cells[at + 2] = destination
    cells[at + 3] = ports
    cells[at + 4] = kind
  }

  remove(source: number, destination: number, ports: number, kind: number): void {
    const cells = this.#cells
    const mask = this.#mask
    let hole = hash(source, destination, ports, kind) & mask
    for (; ; hole = (hole + 1) & mask) {
      const at = hole * WORDS
      if (cells[at] === EMPTY) return
      if (
        cells[at + 1] === source &&
        cells[at + 2] === destination &&
        cells[at + 3] === ports &&
        cells[at + 4] === kind
      )
        break
    }
    this.#size--
    // What comes after and may stand earlier moves up, so that no probe ends at the hole.
    for (let slot = (hole + 1) & mask; cells[slot * WORDS] !== EMPTY; slot = (slot + 1) & mask) {
      const at = slot * WORDS
      const home = hash(cells[at + 1]!, cells[at + 2]!, cells[at + 3]!, cells[at + 4]!) & mask
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue
      cells.copyWithin(hole * WORDS, at, at + WORDS)
      hole = slot
    }
    cells[hole * WORDS] = EMPTY
  }

  #grow(): void {
    const old = this.#cells
    const slots = (this.#mask + 1) * 2
    this.#cells = new Int32Array(slots * WORDS)
    this.#mask = slots - 1
    for (let at = 0; at < old.length; at += WORDS) {
      if (old[at] !== EMPTY) this.#place(old[at + 1]!, old[at + 2]!, old[at + 3]!, old[at + 4]!, old[at]!)
    }
  }
}

/** Multiplications and shifts that spread each word over all bits (as in MurmurHash3's finalizer). */
function hash(a: number, b: number, c: number, d: number): number {
  let h = Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 15) ^ c, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 13) ^ d, 0x27d4eb2f)
  return h ^ (h >>> 16)
}
