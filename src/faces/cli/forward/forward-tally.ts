/** What all of it came to, for the line at the end. */
import type { RelayEvent } from '../../../tools/forward/forward.ts'
import { counted } from '../render/counted.ts'

export class ForwardTally {
  #open = 0
  #opened = 0
  #failed = 0
  #refused = 0
  #forth = 0
  #back = 0

  get open(): number {
    return this.#open
  }

  count(event: RelayEvent): void {
    if (event.kind === 'opened') {
      this.#open++
      this.#opened++
    } else if (event.kind === 'closed') {
      if (this.#open > 0) this.#open--
      this.#forth += event.forth
      this.#back += event.back
    } else if (event.kind === 'failed') this.#failed++
    else if (event.kind === 'refused') this.#refused++
  }

  get says(): string {
    const others = [
      ...(this.#failed > 0 ? [`${this.#failed} failed`] : []),
      ...(this.#refused > 0 ? [`${this.#refused} refused`] : []),
    ]
    const bytes = `${this.#forth} bytes forth and ${this.#back} back`
    return [counted(this.#opened, 'connection'), ...others, bytes].join(', ')
  }
}
