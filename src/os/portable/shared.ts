/**
 * One answer for all who ask while it is being found. It is given up when nobody waits for it any more.
 */
export class Shared<Answer> {
  readonly #find: (signal: AbortSignal) => Promise<Answer>
  #current: Current<Answer> | null = null

  constructor(find: (signal: AbortSignal) => Promise<Answer>) {
    this.#find = find
  }

  /** Rejects with the signal's reason as soon as it aborts. */
  async ask(signal?: AbortSignal): Promise<Answer> {
    signal?.throwIfAborted()
    const current = this.#current ?? this.#start()
    current.waiting++
    try {
      return await (signal === undefined ? current.answer : untilAborted(current.answer, signal))
    } finally {
      current.waiting--
      if (current.waiting === 0) {
        current.stop.abort()
        if (this.#current === current) this.#current = null
      }
    }
  }

  #start(): Current<Answer> {
    const stop = new AbortController()
    const answer = this.#find(stop.signal)
    const current = { answer, stop, waiting: 0 }
    const end = (): void => {
      if (this.#current === current) this.#current = null
    }
    answer.then(end, end)
    this.#current = current
    return current
  }
}

interface Current<Answer> {
  readonly answer: Promise<Answer>
  readonly stop: AbortController
  waiting: number
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
