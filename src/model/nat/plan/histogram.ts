/** How often each whole number was seen, and so which one is not passed in which share of the cases. */
export class Histogram {
  readonly #counts: number[] = []
  #seen = 0

  add(value: number): void {
    for (let at = this.#counts.length; at <= value; at++) this.#counts.push(0)
    this.#counts[value]!++
    this.#seen++
  }

  /** The least value that `share` (0 to 1) of all are no greater than; 0 where nothing was seen. */
  percentile(share: number): number {
    let left = share * this.#seen
    for (let value = 0; value < this.#counts.length; value++) {
      left -= this.#counts[value]!
      // What is left over of a whole number after so many subtractions is no more.
      if (left <= 1e-9 * this.#seen) return value
    }
    return this.#counts.length - 1
  }

  percentiles(): Percentiles {
    return {
      p50: this.percentile(0.5),
      p95: this.percentile(0.95),
      p99: this.percentile(0.99),
      most: Math.max(0, this.#counts.length - 1),
    }
  }
}

export interface Percentiles {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly most: number
}
