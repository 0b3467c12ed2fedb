/** The lines that come by a link, one reader after the other: who greets hands on to who talks. */
import { fault } from '../../model/fault.ts'
import { Lines } from '../../wire/agent/agent.ts'
import type { Link } from './link.ts'

export class LineReader {
  readonly #link: Link
  readonly #chunks: AsyncIterator<Uint8Array>
  readonly #lines: Lines
  #ready: readonly string[] = []
  #at = 0

  /** `most`: bytes that a line may have. */
  constructor(link: Link, most: number) {
    this.#link = link
    this.#chunks = link.input[Symbol.asyncIterator]()
    this.#lines = new Lines(most)
  }

  /** A whole line, or null at the end: what came after the last one was half a line, and is none. Throws `E_REMOTE_LOST`. */
  async next(): Promise<string | null> {
    while (this.#at >= this.#ready.length) {
      const chunk = await this.#chunks.next()
      if (chunk.done === true) return null
      const lines = this.#lines.push(chunk.value)
      if (lines === null)
        throw fault('E_REMOTE_LOST', {
          place: this.#link.place,
          why: 'it said more at once than anybody reads',
        })
      this.#ready = lines
      this.#at = 0
    }
    return this.#ready[this.#at++]!
  }
}
