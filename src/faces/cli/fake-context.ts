/** For tests: a context made of strings and maps, so that commands run in-process and print nothing. */
import { fault } from '../../model/fault.ts'
import type { RemoteHost } from '../../os/open.ts'
import type { OS } from '../../os/os.ts'
import type { CliContext, HostNames, Output, Prompt } from './context.ts'
import type { ExitStatus } from './exit.ts'
import { run } from './run.ts'

export interface FakeOptions {
  /** Columns of the terminal; without it output is piped. */
  readonly terminal?: number
  readonly env?: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, string>>
  /** Names by address. No name server is ever asked. */
  readonly hostNames?: Readonly<Record<string, string>> | HostNames
  readonly os?: OS
  readonly now?: number
  readonly signal?: AbortSignal
  readonly again?: AbortSignal
  readonly platform?: string
  readonly uid?: number
  /** What is typed at each question; without it there is nobody to ask. */
  readonly answers?: readonly string[]
  /** Hosts on other machines, by URL. */
  readonly remotes?: Readonly<Record<string, RemoteHost>>
  /** What stands on standard input. */
  readonly input?: string
}

export interface FakeContext extends CliContext {
  readonly written: { readonly out: string; readonly err: string }
  readonly fileSystem: Map<string, string>
}

/** 2026-01-02T03:04:05.000Z, on a host named `harbour`. */
export function fakeContext(options: FakeOptions = {}): FakeContext {
  const out = recorder(options.terminal)
  const err = recorder(options.terminal)
  const fileSystem = new Map(Object.entries(options.files ?? {}))
  return {
    stdout: out.output,
    stderr: err.output,
    env: options.env ?? {},
    cwd: '/srv/shop',
    platform: options.platform ?? 'linux',
    processor: 'x64',
    node: '24.0.0',
    hostname: 'harbour',
    uid: options.uid ?? 1000,
    fileSystem,
    files: {
      read: path => (path instanceof URL ? readPackage(path) : (fileSystem.get(path) ?? null)),
      replace: (path, text) => void fileSystem.set(path, text),
    },
    hostNames: hostNamesOf(options.hostNames),
    signal: options.signal ?? new AbortController().signal,
    again: options.again ?? new AbortController().signal,
    prompt: options.answers === undefined ? null : answering(err.output, options.answers),
    interruption: null,
    now: () => options.now ?? Date.UTC(2026, 0, 2, 3, 4, 5),
    openOS() {
      if (options.os === undefined) throw new Error('this test gave no host')
      return Promise.resolve(options.os)
    },
    async openRemote(url) {
      const found = options.remotes?.[url]
      if (found === undefined)
        throw fault('E_REMOTE_UNREACHABLE', { place: url, login: url, why: 'the test has none' })
      return found
    },
    async *inputBytes() {
      yield Buffer.from(options.input ?? '')
    },
    readInput: async () => options.input ?? '',
    startDetached: async words => words.join(' '),
    get written() {
      return { out: out.text(), err: err.text() }
    },
  }
}

/** Runs a whole command line and gives what it wrote. */
export async function runFake(
  argv: readonly string[],
  options: FakeOptions = {},
): Promise<{
  readonly status: ExitStatus
  readonly out: string
  readonly err: string
  readonly context: FakeContext
}> {
  const context = fakeContext(options)
  const status = await run(argv, context)
  return { status, ...context.written, context }
}

function answering(to: Output, answers: readonly string[]): Prompt {
  const left = [...answers]
  return async question => {
    const answer = left.shift() ?? ''
    await to.write(`${question}${answer}\n`)
    return answer
  }
}

function hostNamesOf(told: FakeOptions['hostNames'] = {}): HostNames {
  if (isHostNames(told)) return told
  return {
    nameOf: async address => told[address] ?? null,
    async addressesOf(name) {
      const found = Object.keys(told).filter(address => told[address] === name)
      if (found.length === 0) throw Object.assign(new Error(`no address of ${name}`), { code: 'ENOTFOUND' })
      return found
    },
  }
}

const isHostNames = (told: NonNullable<FakeOptions['hostNames']>): told is HostNames =>
  typeof told.nameOf === 'function'

function recorder(terminal: number | undefined): { readonly output: Output; readonly text: () => string } {
  const chunks: Buffer[] = []
  return {
    output: {
      isTTY: terminal !== undefined,
      columns: terminal ?? Number.POSITIVE_INFINITY,
      write(chunk) {
        chunks.push(Buffer.from(chunk as string))
      },
    },
    text: () => Buffer.concat(chunks).toString('utf8'),
  }
}

/** Files of the package itself are real. */
const readPackage = (path: URL): string => process.getBuiltinModule('node:fs').readFileSync(path, 'utf8')
