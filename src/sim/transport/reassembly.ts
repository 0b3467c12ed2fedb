/** What came before its turn: pieces of the stream behind a gap, in the order of their numbers, none overlapping. */
import { distance, isBefore, plus } from './sequence.ts'

interface Piece {
  readonly sequence: number
  readonly data: Uint8Array
}

export class Reassembly {
  #pieces: Piece[] = []
  /** Bytes held. */
  length = 0

  /** Of what is held already the first copy counts (RFC 9293 section 3.10.7.4 leaves it open; Linux keeps it, too). */
  add(sequence: number, data: Uint8Array): void {
    let [start, rest] = [sequence, data]
    let at = 0
    while (rest.length > 0) {
      const held = this.#pieces[at]
      if (held === undefined || !isBefore(held.sequence, plus(start, rest.length))) {
        this.#insert(at, { sequence: start, data: rest })
        return
      }
      const end = plus(held.sequence, held.data.length)
      if (isBefore(start, held.sequence)) {
        const front = rest.subarray(0, distance(held.sequence, start))
        this.#insert(at++, { sequence: start, data: front })
      }
      // Past what is held, or nothing of it is new.
      const known = Math.min(rest.length, Math.max(0, distance(end, start)))
      rest = rest.subarray(known)
      start = plus(start, known)
      at++
    }
  }

  #insert(at: number, piece: Piece): void {
    this.#pieces.splice(at, 0, piece)
    this.length += piece.data.length
  }

  /** The piece whose turn it is, cut to what is new; undefined while the gap is open. */
  next(wanted: number): Uint8Array | undefined {
    for (let first = this.#pieces[0]; first !== undefined; first = this.#pieces[0]) {
      if (isBefore(wanted, first.sequence)) return undefined
      this.#pieces.shift()
      this.length -= first.data.length
      const known = distance(wanted, first.sequence)
      if (known < first.data.length) return first.data.subarray(known)
    }
    return undefined
  }
}
