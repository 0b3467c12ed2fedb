/** Runs a program that only reads, and tells what it wrote: no shell, a list of arguments, a deadline, plain English. */

export interface Ran {
  readonly status: number | 'missing' | 'timeout' | 'signal'
  readonly out: string
  readonly err: string
}

const PLACES = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const TIMEOUT_MS = 15_000
/** A hundred thousand rules are some fifty million bytes of JSON. */
const MOST_BYTES = 512 * 1024 * 1024

/** Rejects with the signal's reason, and in no other case. Times that programs print are in UTC. */
export async function runProgram(argv: readonly string[], signal?: AbortSignal): Promise<Ran> {
  const { execFile } = await import('node:child_process')
  const [program, ...args] = argv
  const options = {
    env: { PATH: PLACES, LC_ALL: 'C', TZ: 'UTC' },
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL' as const,
    maxBuffer: MOST_BYTES,
    ...(signal === undefined ? {} : { signal }),
  }
  return new Promise((resolve, reject) => {
    execFile(program!, args, options, (error, out, err) => {
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
