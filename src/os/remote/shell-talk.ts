/**
 * Questions to a shell on another machine, one after the other, and the answers between their frames.
 *
 * An answer is whole or none: it ends with the nonce, twice. A shell that says nothing for too long is lost, as it has no beat.
 */
import { fault } from '../../model/fault.ts'
import type { LineReader } from './line-reader.ts'
import type { Link } from './link.ts'

export interface ShellAnswer {
  readonly out: readonly string[]
  /** Exit status of what was run; `missing` where there is no such program. */
  readonly status: number | 'missing'
  readonly err: string
}

export class ShellTalk {
  readonly #link: Link
  readonly #reader: LineReader
  readonly #nonce: string
  readonly #patienceMs: number
  #last: Promise<unknown> = Promise.resolve()
  #over: unknown

  /** `patienceMs`: how long one answer may take. */
  constructor(link: Link, reader: LineReader, nonce: string, patienceMs: number) {
    this.#link = link
    this.#reader = reader
    this.#nonce = nonce
    this.#patienceMs = patienceMs
  }

  get place(): string {
    return this.#link.place
  }

  /** For each folder that `list` tells: the lines after it. */
  get nonce(): string {
    return this.#nonce
  }

  /** No word may have a space in it, or begin with a hyphen where it is a path. Throws `E_REMOTE_LOST`. */
  ask(kind: string, words: readonly string[]): Promise<ShellAnswer> {
    const answer = this.#last.then(() => this.#askNow(kind, words))
    this.#last = answer.catch(() => undefined)
    return answer
  }

  async #askNow(kind: string, words: readonly string[]): Promise<ShellAnswer> {
    if (this.#over !== undefined) throw this.#over
    const timer = setTimeout(() => {
      const why = `it has not answered for ${Math.round(this.#patienceMs / 1000)} s`
      this.#over ??= fault('E_REMOTE_LOST', { place: this.place, why })
      void this.#link.close()
    }, this.#patienceMs)
    try {
      this.#link.write(`${kind} ${words.join(' ')}\n`)
      const out = await this.#until(
        line => line.startsWith(`${this.#nonce} `) && /^\d+$|^missing$/.test(this.#rest(line)),
      )
      const err = await this.#until(line => line === this.#nonce)
      const status = this.#rest(out.last)
      return {
        out: out.lines,
        status: status === 'missing' ? 'missing' : Number(status),
        err: err.lines.join('\n'),
      }
    } catch (error) {
      this.#over ??= error
      await this.#link.close()
      throw this.#over
    } finally {
      clearTimeout(timer)
    }
  }

  #rest(line: string): string {
    return line.slice(this.#nonce.length + 1)
  }

  async #until(ends: (line: string) => boolean): Promise<{ lines: readonly string[]; last: string }> {
    const lines: string[] = []
    for (;;) {
      const line = await this.#reader.next()
      if (line === null) throw this.#over ?? (await this.#link.why(true))
      if (ends(line)) return { lines, last: line }
      lines.push(line)
    }
  }

  async close(): Promise<void> {
    this.#over ??= fault('E_REMOTE_LOST', { place: this.place, why: 'it was closed' })
    await this.#link.close()
  }
}
