/** What many tell and one reads, in the order in which it was told; who tells waits while too much is unread. */
export class Funnel<T> implements AsyncIterable<T> {
  readonly #atMost: number
  readonly #kept: T[] = []
  readonly #tellers: (() => void)[] = []
  #ended = false
  #wake = (): void => {}

  constructor(atMost: number) {
    this.#atMost = atMost
  }

  tell(one: T): Promise<void> {
    if (this.#ended) return Promise.resolve()
    this.#kept.push(one)
    this.#wake()
    if (this.#kept.length <= this.#atMost) return Promise.resolve()
    return new Promise(resolve => this.#tellers.push(resolve))
  }

  /** After what is kept nothing comes, and nobody waits any more. */
  end(): void {
    this.#ended = true
    for (const told of this.#tellers.splice(0)) told()
    this.#wake()
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    while (true) {
      while (this.#kept.length > 0) {
        yield this.#kept.shift()!
        if (this.#kept.length <= this.#atMost) this.#tellers.shift()?.()
      }
      if (this.#ended) return
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }
}
