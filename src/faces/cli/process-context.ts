/**
 * The context of a real run: the only file that touches `process`.
 *
 * Output goes to the descriptors themselves: to make `process.stdout` costs more than to answer
 * `ports name 443`. Where a descriptor would block (EAGAIN) Node's own stream takes over.
 */
import type { OS } from '../../os/os.ts'
import type { CliContext, Files, HostNames, Output } from './context.ts'
import { EXIT, type ExitStatus, OutputClosed } from './exit.ts'

type Stream = typeof process.stdout | typeof process.stderr

export function processContext(): CliContext {
  const fs = process.getBuiltinModule('node:fs')
  let controller: AbortController | undefined
  let second: AbortController | undefined
  let interruption: ExitStatus | null = null

  const end = (status: ExitStatus): void => {
    interruption = status
    controller?.abort()
  }
  const listen = (): AbortController => {
    const made = new AbortController()
    process.once('SIGINT', () => end(EXIT.interrupted))
    process.once('SIGTERM', () => end(EXIT.terminated))
    return made
  }
  const listenAgain = (): AbortController => {
    const made = new AbortController()
    let heard = interruption === null ? 0 : 1
    const count = (): void => {
      heard++
      if (heard < 2) return
      process.off('SIGINT', count).off('SIGTERM', count)
      made.abort()
    }
    process.on('SIGINT', count).on('SIGTERM', count)
    return made
  }

  return {
    stdout: descriptor(fs, 1, () => process.stdout),
    stderr: descriptor(fs, 2, () => process.stderr),
    env: process.env,
    get cwd() {
      return process.cwd()
    },
    platform: process.platform,
    processor: process.arch,
    node: process.versions.node,
    get uid() {
      return process.getuid?.() ?? null
    },
    get hostname() {
      return process.getBuiltinModule('node:os').hostname()
    },
    files: files(fs),
    hostNames,
    get signal() {
      controller ??= listen()
      return controller.signal
    },
    get again() {
      second ??= listenAgain()
      return second.signal
    },
    get prompt() {
      const { isatty } = process.getBuiltinModule('node:tty')
      if (!isatty(0) || !isatty(2)) return null
      return async (question: string) =>
        (await import('./prompt.ts')).prompt(question, () => end(EXIT.interrupted))
    },
    get interruption() {
      return interruption
    },
    now: () => Date.now(),
    openOS: async (): Promise<OS> => (await import('../../os/open.ts')).openOS(),
    openRemote: async (...asked) => (await import('../../os/open.ts')).openRemote(...asked),
    startDetached,
    readInput,
    inputBytes: () => process.stdin,
  }
}

async function readInput(): Promise<string> {
  if (process.getBuiltinModule('node:tty').isatty(0)) return ''
  const { text } = await import('node:stream/consumers')
  return text(process.stdin)
}

/** Empty where it ends without a word. */
async function startDetached(words: readonly string[]): Promise<string> {
  const { spawn } = await import('node:child_process')
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, ...words], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  child.unref()
  let said = ''
  for await (const chunk of child.stdout) {
    said += String(chunk)
    if (said.includes('\n')) break
  }
  return said.split('\n', 1)[0]!
}

/** Ends the process. All output has been written by now, so nothing is lost. */
export const exitProcess = (status: ExitStatus): never => process.exit(status)

function descriptor(fs: typeof import('node:fs'), fd: 1 | 2, stream: () => Stream): Output {
  let tty: boolean | undefined
  let viaStream = false

  const slowly = (bytes: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      const out = stream()
      if (!viaStream) out.on('error', () => {})
      viaStream = true
      out.write(bytes, error => (error ? reject(closedOr(error)) : resolve()))
    })

  return {
    get isTTY() {
      tty ??= isCharacterDevice(fs, fd) && process.getBuiltinModule('node:tty').isatty(fd)
      return tty
    },
    get columns() {
      return this.isTTY ? stream().columns || 80 : Number.POSITIVE_INFINITY
    },
    write(chunk) {
      if (chunk.length === 0) return
      let rest: Uint8Array = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
      if (viaStream) return slowly(rest)
      while (rest.length > 0) {
        try {
          rest = rest.subarray(fs.writeSync(fd, rest))
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return slowly(rest)
          throw closedOr(error)
        }
      }
    },
  }
}

/** EPIPE: the reader closed a pipe; ECONNRESET: a socket, with something unread in it. EIO: the terminal was hung up. */
function closedOr(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code
  return code === 'EPIPE' || code === 'ECONNRESET' || code === 'EIO'
    ? new OutputClosed('nobody reads this output', { cause: error })
    : error
}

function isCharacterDevice(fs: typeof import('node:fs'), fd: number): boolean {
  try {
    const status = fs.fstatSync(fd)
    // To load node:tty is 3 ms; on Linux devices of major number 1 (/dev/null) are no terminals (devices.txt).
    return status.isCharacterDevice() && !(process.platform === 'linux' && status.rdev >> 8 === 1)
  } catch {
    return false
  }
}

const hostNames: HostNames = {
  async nameOf(address) {
    const { lookupService } = await import('node:dns/promises')
    try {
      const { hostname } = await lookupService(address, 0)
      return hostname === address ? null : hostname
    } catch {
      return null
    }
  },
  async addressesOf(name) {
    const { lookup } = await import('node:dns/promises')
    return (await lookup(name, { all: true })).map(({ address }) => address)
  },
}

function files(fs: typeof import('node:fs')): Files {
  return {
    read(path) {
      // Most are not there, and to look costs a tenth of an exception.
      if (!fs.existsSync(path)) return null
      try {
        return fs.readFileSync(path, 'utf8')
      } catch {
        return null
      }
    },
    replace(path, text) {
      const { dirname } = process.getBuiltinModule('node:path')
      fs.mkdirSync(dirname(path), { recursive: true })
      const draft = `${path}.${process.pid}.new`
      try {
        fs.writeFileSync(draft, text)
        fs.renameSync(draft, path)
      } catch (error) {
        fs.rmSync(draft, { force: true })
        throw error
      }
    },
  }
}
