/** Runs a program and tells what it wrote: no shell, a list of arguments, a deadline, plain English, an environment of its own. */

export interface Ran {
  readonly status: number | 'missing' | 'timeout' | 'signal'
  readonly out: string
  readonly err: string
}

export interface RunOptions {
  readonly signal?: AbortSignal
  /** Milliseconds, after which it is killed. */
  readonly timeoutMs?: number
  /** Of what it writes. */
  readonly mostBytes?: number
  /** Where programs are looked for, folders with colons between: the system's without it. */
  readonly path?: string
  /** Beside `PATH` and `LC_ALL`, all that it gets. */
  readonly env?: Readonly<Record<string, string>>
}

const PLACES = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const TIMEOUT_MS = 15_000
/** A hundred thousand rules are some fifty million bytes of JSON. */
const MOST_BYTES = 512 * 1024 * 1024

/** Rejects with the signal's reason, and in no other case. */
export async function runProgram(
  argv: readonly string[],
  { signal, timeoutMs = TIMEOUT_MS, mostBytes = MOST_BYTES, path = PLACES, env = {} }: RunOptions = {},
): Promise<Ran> {
  const { execFile } = await import('node:child_process')
  const [program, ...args] = argv
  const settings = {
    env: { ...env, PATH: path, LC_ALL: 'C' },
    timeout: timeoutMs,
    killSignal: 'SIGKILL' as const,
    maxBuffer: mostBytes,
    ...(signal === undefined ? {} : { signal }),
  }
  return new Promise((resolve, reject) => {
    execFile(program!, args, settings, (error, out, err) => {
      if (signal?.aborted) reject(signal.reason)
      else resolve({ status: statusOf(error), out, err })
    })
  })
}

function statusOf(error: (Error & { code?: unknown; killed?: boolean }) | null): Ran['status'] {
  if (error === null) return 0
  if (error.code === 'ENOENT' || error.code === 'EACCES') return 'missing'
  if (error.killed === true) return 'timeout'
  return typeof error.code === 'number' ? error.code : 'signal'
}
