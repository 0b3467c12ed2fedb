/**
 * Runs a program of the system and gives what it wrote.
 *
 * Never through a shell, always with a list of arguments, a deadline and an environment of its own: text comes in
 * English, times in UTC, and a program is only looked for where the system keeps its own, so that nobody's folder can
 * put another in its place.
 */
import { execFile } from 'node:child_process'
import { fault } from '../../model/fault.ts'

export interface Tool {
  /** A name to look for in the system's folders, or a path. */
  readonly command: string
  /** Put before all other arguments. */
  readonly arguments?: readonly string[]
  /** 15,000 when left out. */
  readonly timeoutMs?: number
}

const PLACES = '/usr/sbin:/usr/bin:/sbin:/bin'
const ENVIRONMENT = { PATH: PLACES, LC_ALL: 'C', TZ: 'UTC' }
const TIMEOUT_MS = 15_000
/** A hundred thousand sockets are some ten million bytes. */
const MOST_BYTES = 256 * 1024 * 1024

/**
 * What the tool wrote. Many tools say with status 1 that they found nothing, or not all: that is no failure as long as
 * they don't complain without any output. Throws E_TOOL_MISSING, E_TOOL_TIMEOUT, E_TOOL_FAILED, and the signal's reason.
 */
export function runTool(tool: Tool, args: readonly string[], signal?: AbortSignal): Promise<Buffer> {
  const { command, arguments: before = [], timeoutMs = TIMEOUT_MS } = tool
  const all = [...before, ...args]
  const name = command.slice(command.lastIndexOf('/') + 1)
  const options = {
    env: ENVIRONMENT,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: MOST_BYTES,
    encoding: 'buffer',
    ...(signal === undefined ? {} : { signal }),
  } as const
  return new Promise((resolve, reject) => {
    const run = { tool: name, command: [command, ...all].join(' ') }
    execFile(command, all, options, (error, stdout, stderr) => {
      const said = stderr.toString('utf8').trim().split('\n', 1)[0]!
      if (error === null) resolve(stdout)
      else if (signal?.aborted) reject(signal.reason)
      else if (error.code === 'ENOENT' || error.code === 'EACCES') {
        const why = error.code === 'ENOENT' ? 'not found' : 'it may not be run'
        const places = command.includes('/') ? command : PLACES.replaceAll(':', ', ')
        reject(fault('E_TOOL_MISSING', { tool: name, why, places }, { cause: error }))
      } else if (error.killed && error.signal === 'SIGKILL') {
        reject(fault('E_TOOL_TIMEOUT', { ...run, seconds: timeoutMs / 1000 }, { cause: error }))
      } else if (error.code === 1 && (stdout.length > 0 || said === '')) resolve(stdout)
      else reject(fault('E_TOOL_FAILED', { ...run, why: said || whyOf(error) }, { cause: error }))
    })
  })
}

const whyOf = ({ code, signal }: { code?: string | number | null; signal?: string | null }): string =>
  signal ? `it was ended by ${signal}` : `status ${code}`
