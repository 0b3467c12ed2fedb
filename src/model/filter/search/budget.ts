/** How much work a question may take before the answer is "unknown". Counted in pieces of regions, not in time. */
export class Budget {
  #left: number
  spent = false

  constructor(steps: number) {
    this.#left = steps
  }

  /** Takes one step, or says that there is none left. */
  step(): boolean {
    if (this.#left <= 0) {
      this.spent = true
      return false
    }
    this.#left--
    return true
  }

  get left(): number {
    return this.#left
  }

  /** A part of what is left, which is used up with it. */
  share(steps: number): Budget {
    const part = Math.min(steps, this.#left)
    return new Share(part, this)
  }

  take(steps: number): void {
    this.#left -= steps
  }
}

class Share extends Budget {
  readonly #whole: Budget

  constructor(steps: number, whole: Budget) {
    super(steps)
    this.#whole = whole
  }

  override step(): boolean {
    const may = super.step()
    if (may) this.#whole.take(1)
    return may
  }
}
