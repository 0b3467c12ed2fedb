/** What has to wait, the earliest first: a binary heap. Of two at one time, the one that came first. */
export class Later<T> {
  readonly #entries: { readonly at: number; readonly order: number; readonly what: T }[] = []
  #order = 0

  get length(): number {
    return this.#entries.length
  }

  /** When the earliest is due; Infinity with none. */
  get at(): number {
    return this.#entries[0]?.at ?? Number.POSITIVE_INFINITY
  }

  add(at: number, what: T): void {
    const entries = this.#entries
    const entry = { at, order: this.#order++, what }
    let i = entries.length
    entries.push(entry)
    while (i > 0) {
      const above = (i - 1) >> 1
      if (!isBefore(entry, entries[above]!)) break
      entries[i] = entries[above]!
      i = above
    }
    entries[i] = entry
  }

  /** Takes the earliest; there is one. */
  take(): T {
    const entries = this.#entries
    const first = entries[0]!
    const last = entries.pop()!
    if (entries.length === 0) return first.what
    let i = 0
    while (true) {
      let below = 2 * i + 1
      if (below >= entries.length) break
      if (below + 1 < entries.length && isBefore(entries[below + 1]!, entries[below]!)) below++
      if (!isBefore(entries[below]!, last)) break
      entries[i] = entries[below]!
      i = below
    }
    entries[i] = last
    return first.what
  }
}

interface Entry {
  readonly at: number
  readonly order: number
}

const isBefore = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)
