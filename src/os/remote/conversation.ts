/**
 * Questions and answers over a link: numbers them, hands each answer to who asked, and ends all at once when the link does.
 *
 * An answer is a whole line or none, and a stream is whole when its end was told; whatever else happens is `E_REMOTE_LOST`.
 * The agent beats while it lives: after a silence it is taken for lost, so that nothing waits for ever.
 */
import { type Fault, fault, isFault } from '../../model/fault.ts'
import { FAULTS, type FaultCode } from '../../model/faults.ts'
import { type Answer, readAnswer, writeQuestion } from '../../wire/agent/agent.ts'
import type { LineReader } from './line-reader.ts'
import type { Link } from './link.ts'
import { StreamQueue } from './stream-queue.ts'

export interface Asking {
  readonly signal?: AbortSignal | undefined
  /** Number of what was opened before, which is asked. */
  readonly on?: number
}

interface Waiting {
  /** True when that was the last of it. */
  answer(answer: Answer): boolean
  fail(error: unknown): void
}

export class Conversation {
  readonly #link: Link
  readonly #waiting = new Map<number, Waiting>()
  readonly #watch: ReturnType<typeof setInterval>
  readonly #released = new Set<number>()
  #lastId = 0
  #heardAt = performance.now()
  #over: unknown

  /** `silenceMs`: without a word for so long, the agent is lost. */
  constructor(link: Link, reader: LineReader, silenceMs: number) {
    this.#link = link
    this.#watch = this.#listenForSilence(silenceMs)
    void this.#read(reader)
  }

  get place(): string {
    return this.#link.place
  }

  /** Throws the faults that the agent tells, `E_REMOTE_LOST`, `E_REMOTE_ANSWER`, and the signal's reason. */
  async ask<T>(call: string, args: readonly unknown[], { signal, on }: Asking = {}): Promise<T> {
    signal?.throwIfAborted()
    const id = this.#begin()
    return new Promise<T>((resolve, reject) => {
      const done = (): void => {
        this.#waiting.delete(id)
        signal?.removeEventListener('abort', abort)
      }
      const abort = (): void => {
        done()
        this.#link.write(writeQuestion({ kind: 'cancel', id }))
        reject(signal!.reason)
      }
      this.#waiting.set(id, {
        answer: told => {
          done()
          if (told.kind === 'value') resolve(told.value as T)
          else reject(this.#failure(told))
          return true
        },
        fail: error => {
          done()
          reject(error)
        },
      })
      signal?.addEventListener('abort', abort, { once: true })
      this.#say(id, call, args, on)
    })
  }

  /** Items as they come. Throws as `ask` does; who stops taking them cancels the rest. */
  async *stream<T>(call: string, args: readonly unknown[], { signal, on }: Asking = {}): AsyncGenerator<T> {
    signal?.throwIfAborted()
    const id = this.#begin()
    const queue = new StreamQueue<T>(count => this.#link.write(writeQuestion({ kind: 'took', id, count })))
    const abort = (): void => queue.fail(signal!.reason)
    this.#waiting.set(id, {
      answer: told => {
        if (told.kind === 'item') queue.push(told.value as T)
        else if (told.kind === 'end') queue.end()
        else queue.fail(this.#failure(told))
        return told.kind !== 'item'
      },
      fail: error => queue.fail(error),
    })
    signal?.addEventListener('abort', abort, { once: true })
    this.#say(id, call, args, on)
    try {
      yield* queue
    } finally {
      signal?.removeEventListener('abort', abort)
      if (this.#waiting.delete(id)) this.#link.write(writeQuestion({ kind: 'cancel', id }))
    }
  }

  /** Closes what was opened; where all is over, it is closed already. */
  async release(on: number): Promise<void> {
    if (this.#over === undefined && !this.#released.has(on)) {
      this.#released.add(on)
      await this.ask('close', [], { on })
    }
  }

  async close(): Promise<void> {
    this.#end(this.#lost('it was closed'))
    await this.#link.close()
  }

  /** The number of a new question. Throws why there can be none. */
  #begin(): number {
    if (this.#over !== undefined) throw this.#over
    return ++this.#lastId
  }

  #say(id: number, call: string, args: readonly unknown[], on: number | undefined): void {
    this.#link.write(writeQuestion({ kind: 'call', id, call, args, ...(on === undefined ? {} : { on }) }))
  }

  async #read(reader: LineReader): Promise<void> {
    try {
      for (;;) {
        const line = await reader.next()
        if (line === null) return this.#end(await this.#link.why(true))
        this.#heardAt = performance.now()
        const answer = readAnswer(line)
        if (answer === null || answer.kind === 'hello') {
          this.#end(this.#lost('it said something that is no answer'))
          return await this.#link.close()
        }
        if (answer.kind === 'beat') continue
        if (this.#waiting.get(answer.id)?.answer(answer) === true) this.#waiting.delete(answer.id)
      }
    } catch (error) {
      this.#end(isFault(error) ? error : this.#lost(String(error)))
      await this.#link.close()
    }
  }

  #end(why: unknown): void {
    if (this.#over !== undefined) return
    this.#over = why
    clearInterval(this.#watch)
    for (const waiting of [...this.#waiting.values()]) waiting.fail(why)
    this.#waiting.clear()
  }

  /** Time in which this process itself stood still is not held against the agent. */
  #listenForSilence(silenceMs: number): ReturnType<typeof setInterval> {
    const everyMs = silenceMs / 4
    let before = performance.now()
    const watch = setInterval(() => {
      this.#link.write(writeQuestion({ kind: 'beat' }))
      const now = performance.now()
      if (now - before > 2 * everyMs) this.#heardAt = now
      before = now
      if (now - this.#heardAt < silenceMs) return
      this.#end(this.#lost(`it has said nothing for ${Math.round(silenceMs / 1000)} s`))
      void this.#link.close()
    }, everyMs)
    watch.unref()
    return watch
  }

  #failure(told: Answer): Fault {
    if (told.kind === 'fault' && Object.hasOwn(FAULTS, told.code))
      return fault(told.code as FaultCode, told.details)
    const why =
      told.kind === 'error' ? told.message : told.kind === 'fault' ? told.code : `it said ${told.kind}`
    return fault('E_REMOTE_ANSWER', { place: this.#link.place, why })
  }

  #lost(why: string): Fault {
    return fault('E_REMOTE_LOST', { place: this.#link.place, why })
  }
}
