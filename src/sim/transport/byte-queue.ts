/** Bytes in order, put in at one end and taken at the other, and looked at in between: TCP's buffers. */

/** Smaller pieces are put together, so that a program that writes byte by byte doesn't make a list of bytes. */
const SMALL = 2048

export class ByteQueue {
  #pieces: Uint8Array[] = []
  /** Of the first piece, how much is gone. */
  #gone = 0
  /** How many of the last piece's bytes were filled, where it has room for more. */
  #room: { piece: Uint8Array; filled: number } | null = null
  length = 0

  /** Takes a copy: whoever has the bytes may change them afterwards. */
  putCopy(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    const room = this.#room
    if (room !== null && room.piece.length - room.filled >= bytes.length) {
      room.piece.set(bytes, room.filled)
      room.filled += bytes.length
      this.#pieces[this.#pieces.length - 1] = room.piece.subarray(0, room.filled)
    } else if (bytes.length < SMALL && this.length > 0) {
      const piece = new Uint8Array(SMALL)
      piece.set(bytes)
      this.#room = { piece, filled: bytes.length }
      this.#pieces.push(piece.subarray(0, bytes.length))
    } else {
      this.#room = null
      this.#pieces.push(bytes.slice())
    }
    this.length += bytes.length
  }

  /** Keeps the bytes themselves. */
  put(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#room = null
    this.#pieces.push(bytes)
    this.length += bytes.length
  }

  /** Bytes from the middle, which stay; no copy where they lie in one piece. */
  slice(offset: number, length: number): Uint8Array {
    let at = 0
    let skip = offset + this.#gone
    while (skip >= this.#pieces[at]!.length) skip -= this.#pieces[at++]!.length
    const first = this.#pieces[at]!
    if (skip + length <= first.length) return first.subarray(skip, skip + length)
    const joined = new Uint8Array(length)
    for (let filled = 0; filled < length; skip = 0) {
      const part = this.#pieces[at++]!.subarray(skip, skip + length - filled)
      joined.set(part, filled)
      filled += part.length
    }
    return joined
  }

  /** Lets go of so many bytes, at most all. */
  drop(bytes: number): void {
    this.length -= bytes
    let left = bytes + this.#gone
    let whole = 0
    while (whole < this.#pieces.length && left >= this.#pieces[whole]!.length)
      left -= this.#pieces[whole++]!.length
    if (whole > 0) this.#pieces.splice(0, whole)
    this.#gone = left
    if (this.#pieces.length === 0) this.#room = null
  }

  /** Up to so many bytes, which are gone from here; a new array, the caller's own. */
  take(most: number): Uint8Array {
    const size = Math.min(most, this.length)
    if (size === 0) return new Uint8Array(0)
    const taken = this.slice(0, size).slice()
    this.drop(size)
    return taken
  }
}
