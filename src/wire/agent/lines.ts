/** A stream of bytes as lines of UTF-8, whatever chunks it comes in. What has no end yet is no line. */

export class Lines {
  readonly #most: number
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  #kept: Uint8Array[] = []
  #keptBytes = 0

  /** `most`: bytes that a line may have. */
  constructor(most: number) {
    this.#most = most
  }

  /** Whether something has come that is no whole line. */
  get unfinished(): boolean {
    return this.#keptBytes > 0
  }

  /** The lines that a chunk ends, without their ends; null once a line is too long. */
  push(chunk: Uint8Array): readonly string[] | null {
    const lines: string[] = []
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      if (this.#keptBytes + end - start > this.#most) return null
      lines.push(this.#line(chunk.subarray(start, end)))
      start = end + 1
    }
    const rest = chunk.subarray(start)
    if (rest.length > 0) {
      // Who reads may use its buffer again.
      this.#kept.push(rest.slice())
      this.#keptBytes += rest.length
    }
    return this.#keptBytes > this.#most ? null : lines
  }

  #line(last: Uint8Array): string {
    if (this.#kept.length === 0) return this.#decoder.decode(last)
    const whole = new Uint8Array(this.#keptBytes + last.length)
    let at = 0
    for (const part of this.#kept) {
      whole.set(part, at)
      at += part.length
    }
    whole.set(last, at)
    this.#kept = []
    this.#keptBytes = 0
    return this.#decoder.decode(whole)
  }
}

const NEWLINE = 10
