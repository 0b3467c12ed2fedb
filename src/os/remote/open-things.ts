/** What the agent holds open for who asks: attempts, sockets, listeners, each with a number and the questions that it takes. */
import type { AgentMethod } from './agent-call.ts'

interface Thing {
  readonly methods: Readonly<Record<string, AgentMethod>>
  close(): Promise<void>
}

/** Each holds a descriptor or some; a process has 1024 as a rule. */
const MOST = 512

export class OpenThings {
  readonly #things = new Map<number, Thing>()
  #last = 0

  /** Throws where there are too many. What can be asked to `close` is forgotten with it. */
  add(methods: Readonly<Record<string, AgentMethod>>, close: () => Promise<void>): number {
    if (this.#things.size >= MOST) {
      void close()
      throw new Error(`${MOST} things are open already`)
    }
    const number = ++this.#last
    this.#things.set(number, { methods: { close: () => this.end(number), ...methods }, close })
    return number
  }

  method(number: number, call: string): AgentMethod | undefined {
    const methods = this.#things.get(number)?.methods
    return methods !== undefined && Object.hasOwn(methods, call) ? methods[call] : undefined
  }

  async end(number: number): Promise<void> {
    const thing = this.#things.get(number)
    this.#things.delete(number)
    await thing?.close()
  }

  /** One that can't be closed keeps no other open. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#things.keys()].map(number => this.end(number)))
  }
}
