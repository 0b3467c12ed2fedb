/** A link over the standard streams of a program that runs here: ssh, or an agent of this machine. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { type Fault, fault } from '../../model/fault.ts'
import type { Link } from './link.ts'

export interface Ended {
  /** Exit status, or the signal's name; null where it never ran. */
  readonly status: number | string | null
  /** The last of what it wrote to its standard error. */
  readonly said: string
}

export interface SubprocessOptions {
  readonly place: string
  readonly login: string
  /**
   * It stays in our own process group, and so at our terminal, where it may ask. Otherwise it has one of its own, which ends as a
   * whole: what ssh starts to get there (ProxyCommand) doesn't always end with ssh.
   */
  readonly interactive?: boolean
  /** What the end of it comes to, in words. */
  readonly explain: (ended: Ended, talking: boolean) => Fault
}

/** How long it may take to end by itself once its input has; then to heed SIGTERM, by which ssh ends what it started, too. */
const GRACE_MS = 500
const LAST_GRACE_MS = 3000
const MOST_SAID = 16_384

/** Never throws: a program that isn't there is told by `why`. */
export async function openSubprocess(
  [program, ...args]: readonly string[],
  { place, login, explain, interactive = false }: SubprocessOptions,
): Promise<Link> {
  const { spawn } = await import('node:child_process')
  const child = spawn(program!, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: !interactive })
  const ended = watch(child)
  let missing: Error | undefined
  child.once('error', error => {
    missing = error
  })
  // EPIPE and ECONNRESET: the end is told by its output, and by its status.
  for (const stream of child.stdio) stream?.on('error', () => {})
  return {
    place,
    login,
    input: bytesOf(child),
    write(text) {
      if (child.stdin.writable) child.stdin.write(text)
    },
    async why(talking) {
      const how = await ended
      return missing === undefined
        ? explain(how, talking)
        : fault('E_REMOTE_CLIENT', { program: program!, why: missing.message }, { cause: missing })
    },
    async close() {
      child.stdin.end()
      child.stdout.destroy()
      const timers = [
        setTimeout(() => kill(child, 'SIGTERM', interactive), GRACE_MS),
        setTimeout(() => kill(child, 'SIGKILL', interactive), LAST_GRACE_MS),
      ]
      await ended
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

/** While it hasn't been waited for, its pid is its own, and so is the group of that number. */
function kill(child: ChildProcessWithoutNullStreams, signal: NodeJS.Signals, alone: boolean): void {
  if (alone || child.pid === undefined || process.platform === 'win32') child.kill(signal)
  else if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, signal)
}

/** A pipe that breaks has ended: whoever reads sees that the last line lacks its end. */
async function* bytesOf(child: ChildProcessWithoutNullStreams): AsyncGenerator<Uint8Array> {
  try {
    yield* child.stdout as AsyncIterable<Uint8Array>
  } catch {
    return
  }
}

function watch(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  let said = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    said = (said + text).slice(-MOST_SAID)
  })
  return new Promise(resolve => {
    let status: Ended['status'] = null
    const done = (): void => resolve({ status, said })
    child.once('error', done)
    child.once('exit', (code, signal) => {
      status = code ?? signal
      // Something else may hold its standard error open (a master of shared connections, ControlPersist).
      setTimeout(done, 500).unref()
    })
    child.once('close', done)
  })
}
