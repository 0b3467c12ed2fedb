/**
 * The interface of the package wait-on, over our own waiting: `import waitOn from 'portolan/wait-on'`.
 *
 * Different from it: it gives up after 60 s unless told otherwise (`timeout: Infinity` waits for ever), a page is there
 * with a status of 200 to 399 without following anything, `localhost` is tried at ::1 and 127.0.0.1 both, pages are
 * always asked for with GET, and the error says why. Options that speak of HTTP clients (headers, auth, proxies) are
 * refused instead of ignored.
 */
import { fault } from '../model/fault.ts'
import { openOS } from '../os/open.ts'
import { WAIT_TIMEOUT_MS, waitFor } from '../tools/wait/wait.ts'

export interface WaitOnOptions {
  /** `http://`, `http-get://`, `https-get://`, `tcp:`, `socket:`, `file:`, or a path. */
  readonly resources: readonly string[]
  /** Milliseconds: 60,000; `Infinity` for ever. */
  readonly timeout?: number
  /** Milliseconds between two looks, at most: 250. */
  readonly interval?: number
  /** Milliseconds before the first look: 0. */
  readonly delay?: number
  /** Milliseconds that it must stay so: 750. */
  readonly window?: number
  /** Wait until they are gone. */
  readonly reverse?: boolean
  readonly signal?: AbortSignal
}

const KNOWN: ReadonlySet<string> = new Set([
  ...['resources', 'timeout', 'interval', 'delay', 'window', 'reverse', 'signal'],
  // Said by many and without consequence here: what is printed, how much at once, the time of a single try.
  ...['log', 'verbose', 'simultaneous', 'tcpTimeout', 'httpTimeout', 'strictSSL'],
])
/** The longest that a timer can hold: 24 days (setTimeout). */
const FOR_EVER_MS = 2 ** 31 - 1

/** Throws `E_WAIT_TARGET`, and `E_WAIT_TIMEOUT` with the reason; with a callback, hands them to it. */
export default function waitOn(options: WaitOnOptions): Promise<void>
export default function waitOn(options: WaitOnOptions, done: (error?: Error) => void): void
export default function waitOn(
  options: WaitOnOptions,
  done?: (error?: Error) => void,
): Promise<void> | undefined {
  const waited = waitForAll(options)
  if (done === undefined) return waited
  waited.then(
    () => done(),
    (error: Error) => done(error),
  )
  return undefined
}

async function waitForAll(options: WaitOnOptions): Promise<void> {
  const {
    resources,
    timeout = WAIT_TIMEOUT_MS,
    interval = 250,
    delay = 0,
    window = 750,
    reverse,
    signal,
  } = options
  const odd = Object.keys(options).find(key => !KNOWN.has(key))
  if (odd !== undefined)
    throw fault('E_WAIT_TARGET', { text: odd, why: 'this option of wait-on is not supported here' })
  if (!Array.isArray(resources) || resources.length === 0)
    throw fault('E_WAIT_TARGET', { text: 'resources', why: 'it is no list of what to wait for' })
  const os = await openOS()
  try {
    const cancel = signal === undefined ? {} : { signal }
    if (delay > 0) await os.clock.sleep(delay, signal)
    const timeoutMs = Math.min(timeout, FOR_EVER_MS)
    const { targets } = await waitFor(os, resources.map(targetOf), {
      ...cancel,
      timeoutMs,
      intervalMs: interval,
      stableMs: window,
      free: reverse ?? false,
    })
    const late = targets.find(({ ready }) => !ready)
    if (late === undefined) return
    const seconds = Math.round(late.waitedMs / 100) / 10
    throw fault('E_WAIT_TIMEOUT', { seconds, target: late.target.text, why: late.reason.says })
  } finally {
    await os.close()
  }
}

/** What has no scheme is a file; `http://unix:SOCKET:PATH` is not read. */
const targetOf = (resource: string): string =>
  /^(?:https?-get|https?|tcp|socket|file|unix):/.test(resource) ? resource : `file:${resource}`
