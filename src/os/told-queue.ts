/** What is told to one reader, in order: kept up to a bound, beyond which it is counted and not kept. */
export class ToldQueue<T> implements AsyncIterable<T> {
  readonly #atMost: number
  readonly #lost: ((count: number) => T) | null
  #kept: T[] = []
  #missed = 0
  #ended = false
  #wake = (): void => {}

  /** `lost`: how the reader learns that so many were not kept; null where they are simply not there. */
  constructor(atMost: number, lost: ((count: number) => T) | null = null) {
    this.#atMost = atMost
    this.#lost = lost
  }

  /** Whether it was kept. */
  tell(one: T): boolean {
    if (this.#ended) return false
    if (this.#kept.length >= this.#atMost) {
      this.#missed++
      return false
    }
    if (this.#missed > 0 && this.#lost !== null) this.#kept.push(this.#lost(this.#missed))
    this.#missed = 0
    this.#kept.push(one)
    this.#wake()
    return true
  }

  /** After what is kept nothing comes. */
  end(): void {
    if (this.#missed > 0 && this.#lost !== null) this.#kept.push(this.#lost(this.#missed))
    this.#ended = true
    this.#wake()
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    while (true) {
      const some = this.#kept
      this.#kept = []
      yield* some
      if (this.#kept.length > 0) continue
      if (this.#ended) return
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }
}
