/** One question that the agent answers: by a value, or by a stream that waits for its items to be taken. */
import { STREAM_WINDOW } from '../../wire/agent/agent.ts'
import type { OpenThings } from './open-things.ts'

/** What answers a question: with the call, for its signal and what it opens, then the arguments. */
export type AgentMethod = (call: AgentCall, ...args: never[]) => Promise<unknown> | AsyncIterable<unknown>

type Tell = (kind: 'value' | 'item' | 'end', value?: unknown) => Promise<void>

export class AgentCall {
  readonly #stop = new AbortController()
  readonly #things: OpenThings
  readonly #opened: number[] = []
  #room = STREAM_WINDOW
  #wake: (() => void) | undefined
  #leave: (() => void) | undefined

  constructor(things: OpenThings) {
    this.#things = things
  }

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  /** The options of a question with its signal. */
  with<T extends object>(options?: T): T & { readonly signal: AbortSignal } {
    return { ...options!, signal: this.signal }
  }

  /** Keeps something open that can be asked by its number. */
  keep(methods: Readonly<Record<string, AgentMethod>>, close: () => Promise<void>): number {
    const number = this.#things.add(methods, close)
    this.#opened.push(number)
    return number
  }

  took(count: number): void {
    this.#room += count
    this.#wake?.()
  }

  cancel(): void {
    this.#stop.abort()
    this.#wake?.()
    this.#leave?.()
  }

  /** What was opened for somebody who no longer waits is closed again. */
  async run(method: AgentMethod, args: readonly unknown[], tell: Tell): Promise<void> {
    const answer = method(this, ...(args as never[]))
    if (!(Symbol.asyncIterator in answer)) {
      const value = await answer
      if (this.signal.aborted) for (const number of this.#opened) await this.#things.end(number)
      else await tell('value', value)
      return
    }
    const items = answer[Symbol.asyncIterator]()
    for (;;) {
      const next = await this.#next(items)
      if (next === 'left') {
        // It may be waiting for what never comes, so nobody waits for it.
        void Promise.resolve(items.return?.()).catch(() => undefined)
        return
      }
      if (next.done === true) return tell('end')
      await tell('item', next.value)
      this.#room--
      while (this.#room <= 0 && !this.signal.aborted)
        await new Promise<void>(resolve => {
          this.#wake = resolve
        })
    }
  }

  /** The next item, or that nobody waits for it any more. */
  #next<T>(items: AsyncIterator<T>): Promise<IteratorResult<T> | 'left'> {
    return new Promise((resolve, reject) => {
      this.#leave = () => resolve('left')
      if (this.signal.aborted) resolve('left')
      else items.next().then(resolve, reject)
    })
  }
}
