/**
 * The agent: answers from afar what its own host answers here, until nobody asks any more.
 *
 * It speaks `wire/agent` over two streams, its standard ones as a rule. Whoever can start it could run any program there as
 * that user, so it guards no right; it guards itself: so many questions at once, so many things open, so long a line. When its
 * input ends, all that is open is closed.
 */
import { fault, isFault } from '../../model/fault.ts'
import {
  AGENT_PROTOCOL,
  type Answer,
  Lines,
  MOST_ANSWER,
  MOST_QUESTION,
  type Question,
  readQuestion,
  writeAnswer,
} from '../../wire/agent/agent.ts'
import type { OS } from '../os.ts'
import { AgentCall } from './agent-call.ts'
import { HOST_CALLS } from './agent-calls.ts'
import { OpenThings } from './open-things.ts'

export interface AgentStreams {
  readonly input: AsyncIterable<Uint8Array>
  /** Writes all of it before it returns or resolves. Throws when nobody reads any more. */
  write(text: string): void | Promise<void>
}

export interface AgentOptions {
  /** Name and version, for whoever asks. */
  readonly program: string
  readonly uid: number | null
  /** How often it says that it lives, milliseconds. */
  readonly beatMs?: number
  /** Without a word for so long there is nobody left to serve, milliseconds. Who asks beats, too. */
  readonly deafMs?: number
}

const BEAT_MS = 5000
const DEAF_MS = 60_000
/** Questions that are being answered at the same time. */
const MOST_CALLS = 1024

/**
 * Serves until the input ends; the host is closed then. Throws `E_REMOTE_INPUT` for a line that is no question,
 * `E_REMOTE_LOST` where nobody is heard any more, and what `write` throws.
 */
export async function serveAgent(os: OS, streams: AgentStreams, options: AgentOptions): Promise<void> {
  const agent = new Agent(os, streams)
  const { beatMs = BEAT_MS, deafMs = DEAF_MS } = options
  const beat = setInterval(() => agent.beat(deafMs), beatMs)
  try {
    await agent.greet(options)
    await agent.listen(streams.input)
  } finally {
    clearInterval(beat)
    await agent.close()
  }
}

class Agent {
  readonly #os: OS
  readonly #streams: AgentStreams
  readonly #calls = new Map<number, AgentCall>()
  readonly #open = new OpenThings()
  #written: Promise<void> = Promise.resolve()
  #heardAt = performance.now()
  /** Why there is nobody left to serve. */
  #over: { readonly why: unknown } | undefined
  #leave: (() => void) | undefined

  constructor(os: OS, streams: AgentStreams) {
    this.#os = os
    this.#streams = streams
  }

  async greet({ program, uid }: AgentOptions): Promise<void> {
    const { platform, hostname, netns, clock, acts } = this.#os
    const hello = {
      protocol: AGENT_PROTOCOL,
      program,
      platform,
      hostname,
      netns,
      pid: acts.self ?? 0,
      uid,
      now: clock.now(),
      uptime: acts.filter.uptime(),
    }
    // Whatever was said before on that stream may lack the end of its line.
    await this.#write(`\n${writeAnswer({ kind: 'hello', hello })}`)
  }

  async listen(input: AsyncIterable<Uint8Array>): Promise<void> {
    const lines = new Lines(MOST_QUESTION)
    const chunks = input[Symbol.asyncIterator]()
    for (;;) {
      const chunk = await this.#next(chunks)
      if (this.#over !== undefined) throw this.#over.why
      if (chunk === undefined || chunk.done === true) return
      this.#heardAt = performance.now()
      const said = lines.push(chunk.value)
      if (said === null)
        throw fault('E_REMOTE_INPUT', { why: `a line is longer than ${MOST_QUESTION} bytes` })
      for (const line of said) this.#hear(line)
    }
  }

  #next(chunks: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array> | undefined> {
    return new Promise((resolve, reject) => {
      this.#leave = () => resolve(undefined)
      if (this.#over !== undefined) resolve(undefined)
      else chunks.next().then(resolve, reject)
    })
  }

  /** Says that it lives, and looks whether anybody else does. */
  beat(deafMs: number): void {
    void this.say({ kind: 'beat' })
    if (performance.now() - this.#heardAt < deafMs) return
    const why = `nothing was heard for ${Math.round(deafMs / 1000)} s`
    this.#end(fault('E_REMOTE_LOST', { place: 'whoever asks', why }))
  }

  #end(why: unknown): void {
    this.#over ??= { why }
    this.#leave?.()
  }

  #hear(line: string): void {
    const question = readQuestion(line)
    if (question === null) throw fault('E_REMOTE_INPUT', { why: `"${line.slice(0, 60)}"` })
    if (question.kind === 'call') void this.#answer(question)
    else if (question.kind === 'beat') return
    else if (question.kind === 'took') this.#calls.get(question.id)?.took(question.count)
    else this.#calls.get(question.id)?.cancel()
  }

  async #answer(question: Extract<Question, { kind: 'call' }>): Promise<void> {
    const { id, call, on, args } = question
    if (this.#calls.size >= MOST_CALLS) {
      const message = `${MOST_CALLS} questions are being answered already`
      return this.say({ kind: 'error', id, name: 'Error', message })
    }
    const running = new AgentCall(this.#open)
    this.#calls.set(id, running)
    try {
      const method =
        on !== undefined
          ? this.#open.method(on, call)
          : Object.hasOwn(HOST_CALLS, call)
            ? HOST_CALLS[call]!.bind(null, this.#os)
            : undefined
      if (method === undefined) throw new Error(`there is no ${call} to ask for`)
      await running.run(method, args, async (kind, value) => {
        await this.say(kind === 'end' ? { kind, id } : { kind, id, value })
      })
    } catch (error) {
      if (!running.signal.aborted) await this.say(failure(id, error))
    } finally {
      this.#calls.delete(id)
    }
  }

  /** One line after the other, in the order in which they are said. */
  async say(answer: Answer): Promise<void> {
    const line = writeAnswer(answer)
    if (line.length > MOST_ANSWER && 'id' in answer) {
      const message = `the answer has ${line.length} characters, more than anybody reads`
      return this.#write(writeAnswer({ kind: 'error', id: answer.id, name: 'RangeError', message }))
    }
    return this.#write(line)
  }

  #write(text: string): Promise<void> {
    const writing = this.#written.then(() => this.#streams.write(text))
    // Nobody reads any more: there is nobody left to serve, and nothing to say about it.
    this.#written = writing.catch(error => this.#end(error))
    return this.#written
  }

  async close(): Promise<void> {
    for (const call of this.#calls.values()) call.cancel()
    await this.#open.close()
    await this.#os.close()
  }
}

function failure(id: number, error: unknown): Answer {
  if (isFault(error)) return { kind: 'fault', id, code: error.code, details: error.details }
  const { name, message, code } = error as NodeJS.ErrnoException
  return { kind: 'error', id, name, message, ...(typeof code === 'string' ? { code } : {}) }
}
