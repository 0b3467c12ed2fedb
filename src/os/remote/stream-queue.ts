/** Items of a stream between who is told them and who takes them, in order. What was taken is told, so that more may come. */

export class StreamQueue<T> implements AsyncIterable<T> {
  readonly #took: (count: number) => void
  readonly #items: T[] = []
  #ended = false
  #error: { readonly why: unknown } | undefined
  #wake: (() => void) | undefined

  constructor(took: (count: number) => void) {
    this.#took = took
  }

  push(item: T): void {
    if (this.#ended || this.#error !== undefined) return
    this.#items.push(item)
    this.#wake?.()
  }

  /** After what has come. */
  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  /** At once: half a stream is none. */
  fail(why: unknown): void {
    if (this.#ended) return
    this.#error ??= { why }
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      if (this.#error !== undefined) throw this.#error.why
      if (this.#items.length > 0) {
        const item = this.#items.shift()!
        if (!this.#ended) this.#took(1)
        yield item
        continue
      }
      if (this.#ended) return
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
      this.#wake = undefined
    }
  }
}
