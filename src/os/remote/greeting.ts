/**
 * Waits until the other end says who it is. Login scripts may say what they like before that: lines that are no greeting are
 * passed over, up to a limit of patience.
 */
import { fault } from '../../model/fault.ts'
import { AGENT_PROTOCOL, type Hello, readAnswer } from '../../wire/agent/agent.ts'
import type { LineReader } from './line-reader.ts'
import type { Link } from './link.ts'
import { SHELL_READY } from './start-script.ts'

export interface GreetingOptions {
  readonly timeoutMs: number
  readonly signal?: AbortSignal
  /** The word by which the shell of the start script is told from everything else. */
  readonly nonce: string
}

export type Greeting =
  | { readonly kind: 'agent'; readonly hello: Hello }
  /** No agent is there, and a shell waits to be asked. */
  | { readonly kind: 'shell'; readonly shell: ShellGreeting }

export interface ShellGreeting {
  /** As uname(1) has it: `Linux`. */
  readonly system: string
  readonly uid: number | null
  /** Milliseconds since 1970. */
  readonly now: number
  /** How the agent did not start. */
  readonly why: string
}

/** Lines that may come before. */
const MOST_LINES = 2000

/**
 * Throws the link's own fault where it ends before, `E_REMOTE_TIMEOUT`, `E_REMOTE_VERSION`, and the signal's reason. The link is
 * closed then.
 */
export async function greet(link: Link, reader: LineReader, options: GreetingOptions): Promise<Greeting> {
  const { timeoutMs, signal, nonce } = options
  let late = false
  const timer = setTimeout(() => {
    late = true
    void link.close()
  }, timeoutMs)
  const abort = (): void => void link.close()
  signal?.addEventListener('abort', abort, { once: true })
  if (signal?.aborted) abort()
  try {
    const greeting = await listen(reader, nonce)
    signal?.throwIfAborted()
    if (late || greeting === 'endless') {
      const why = late ? 'nothing that greets came' : 'it says much, and nothing that greets'
      throw fault('E_REMOTE_TIMEOUT', { ...placed(link), seconds: timeoutMs / 1000, why })
    }
    if (greeting === null) throw await link.why(false)
    if (greeting.kind === 'agent' && greeting.hello.protocol !== AGENT_PROTOCOL) {
      const { program, protocol: theirs } = greeting.hello
      throw fault('E_REMOTE_VERSION', { place: link.place, program, theirs, ours: AGENT_PROTOCOL })
    }
    return greeting
  } catch (error) {
    await link.close()
    throw error
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

async function listen(reader: LineReader, nonce: string): Promise<Greeting | null | 'endless'> {
  for (let count = 0; count < MOST_LINES; count++) {
    const line = await reader.next()
    if (line === null) return null
    const told = readAnswer(line)
    if (told?.kind === 'hello') return { kind: 'agent', hello: told.hello }
    const ready = `${SHELL_READY} ${nonce} `
    if (line.startsWith(ready)) return { kind: 'shell', shell: shellGreeting(line.slice(ready.length)) }
  }
  return 'endless'
}

function shellGreeting(told: string): ShellGreeting {
  const [, system = 'unknown', uid, seconds, why = told] = /^(\S+) (\d+) (\d+) (.*)$/.exec(told) ?? []
  return {
    system,
    uid: uid === undefined ? null : Number(uid),
    now: seconds === undefined ? Date.now() : Number(seconds) * 1000,
    why,
  }
}

const placed = ({ place, login }: Link) => ({ place, login })
