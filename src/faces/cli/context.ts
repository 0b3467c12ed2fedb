/**
 * What a command may touch of the outside: two outputs, the environment, a few files, the clock, the host.
 *
 * Commands get a `CliContext` as `this` and never reach for `process`; a test hands them one made of arrays
 * and the in-memory host. `process-context.ts` makes the real one.
 */
import type { RemoteHost, RemoteOptions } from '../../os/open.ts'
import type { OS } from '../../os/os.ts'
import type { TraceNet } from '../../tools/trace/trace.ts'
import type { ExitStatus } from './exit.ts'

export interface CliContext {
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** As Node names it: `linux`, `darwin`, `win32`. */
  readonly platform: string
  /** Kind of processor, as Node names it: `x64`. */
  readonly processor: string
  /** Version of Node. */
  readonly node: string
  readonly hostname: string
  /** Who we are; null where users have no numbers. */
  readonly uid: number | null
  readonly files: Files
  readonly hostNames: HostNames
  /** All of standard input, as text; empty at a terminal, where nobody is made to type it. */
  readInput(): Promise<string>
  /** Standard input as it comes. Instead of `readInput`, never beside it. */
  inputBytes(): AsyncIterable<Uint8Array>
  /** Aborts at the first SIGINT or SIGTERM; the second one ends the process at once. */
  readonly signal: AbortSignal
  /** Aborts at the second one. Whoever asks for it takes the second one's end away: it is the third that ends the process. */
  readonly again: AbortSignal
  /** Asks the person at the terminal; null where there is none, and nobody may be asked. */
  readonly prompt: Prompt | null
  /** The status to exit with after such a signal, else null. */
  readonly interruption: ExitStatus | null
  /** Milliseconds since 1970. */
  now(): number
  /** The host that this command asks. Each call opens one; who opens closes. */
  openOS(): Promise<OS>
  /** A host on another machine, `ssh://ops@web`. Who opens closes. */
  openRemote(url: string, options?: RemoteOptions): Promise<RemoteHost>
  /** The program that answers on other machines, where it isn't found by its name. */
  readonly agentCommand?: string
  /** The other machine that this command is asked of, and by what. */
  readonly remote?: Pick<RemoteHost, 'place' | 'through'>
  /** All of a simulated network, where no host of it was named: what is asked is asked of all. */
  readonly network?: TraceNet
  /** The one host of it that was named. */
  readonly host?: { readonly net: TraceNet; readonly name: string }
  /** Runs this command once more with other words, detached from us, and gives the first line that it writes. */
  startDetached(words: readonly string[]): Promise<string>
}

/** Writes a question and gives what was typed, without the end of the line; empty at the end of input. */
export type Prompt = (question: string) => Promise<string>

export interface Output {
  /** A terminal that a person looks at. */
  readonly isTTY: boolean
  /** Width in columns; `Infinity` where nothing limits it. */
  readonly columns: number
  /**
   * Writes all of the chunk before it returns or resolves, so that a slow reader slows the writer.
   * Throws `OutputClosed` when nobody reads any more.
   */
  write(chunk: string | Uint8Array): void | Promise<void>
}

/** Names of hosts as this system resolves them: its own file first, then a name server. */
export interface HostNames {
  /** The name of an address; null where it has none. */
  nameOf(address: string): Promise<string | null>
  /** The addresses of a name, at least one. Throws what the system says, with its `code`. */
  addressesOf(name: string): Promise<readonly string[]>
}

export interface Files {
  /** The text of a file; null where there is none or it may not be read. */
  read(path: string | URL): string | null
  /** Puts a file in place whole or not at all, making the folders above it. Throws what the system says. */
  replace(path: string, text: string): void
}
