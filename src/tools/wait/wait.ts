/**
 * Wait: until ports are listened on, pages are served, files and sockets are there; or until they are gone.
 *
 * Answers for each target whether it came, how long that took, and why not where it didn't. Looks again when a socket
 * of the port ends, where the host tells that, and else after pauses that grow to a bound. Doesn't judge what a server
 * serves, but for the status of a page: 200 to 399 is there.
 */
import type { OS } from '../../os/os.ts'
import { type Attempt, attempt, attemptGone, type WaitReason } from './attempt.ts'
import { parseWaitTarget, type WaitTarget } from './target.ts'
import { nextLook, type Wake, wakeOf } from './wake.ts'

export type { WaitReason } from './attempt.ts'
export { parseWaitTarget, type WaitTarget } from './target.ts'

export interface WaitOptions {
  /** Milliseconds for all of them together: 60,000. */
  readonly timeoutMs?: number
  /** The longest pause between two looks, milliseconds: 500. */
  readonly intervalMs?: number
  /** For so long it must stay as it is wanted, milliseconds: 0. */
  readonly stableMs?: number
  /** Wait until it is gone: the port free, the file away. */
  readonly free?: boolean
  readonly signal?: AbortSignal
}

export interface WaitResult {
  /** All of them came. */
  readonly ready: boolean
  readonly targets: readonly TargetResult[]
}

export interface TargetResult {
  readonly target: WaitTarget
  readonly ready: boolean
  /** What was seen last. */
  readonly reason: WaitReason
  readonly waitedMs: number
  readonly attempts: number
}

/** What is waited for has changed, or has come, or the time is over. */
export type WaitEvent =
  | { readonly type: 'waiting'; readonly target: WaitTarget; readonly reason: WaitReason }
  | { readonly type: 'done'; readonly result: TargetResult }

export const WAIT_TIMEOUT_MS = 60_000
const INTERVAL_MS = 500
/** One try takes no longer; a server that is only slow to accept has answered by then. */
const TRY_MS = 2000

/** Waits for all targets: `waitFor(os, ['localhost:3000', 'file:ready'])`. Throws `E_WAIT_TARGET`. */
export async function waitFor(
  os: OS,
  targets: string | readonly string[],
  options: WaitOptions = {},
): Promise<WaitResult> {
  const parsed = (typeof targets === 'string' ? [targets] : targets).map(text => parseWaitTarget(text))
  const found: TargetResult[] = []
  for await (const event of waiting(os, parsed, options)) if (event.type === 'done') found.push(event.result)
  const inOrder = parsed.map(target => found.find(one => one.target === target)!)
  return { ready: inOrder.every(({ ready }) => ready), targets: inOrder }
}

/** The same step by step: each reason as it changes, and each target as it is done. Rejects when the signal aborts. */
export async function* waiting(
  os: OS,
  targets: readonly WaitTarget[],
  options: WaitOptions = {},
): AsyncIterable<WaitEvent> {
  const { signal } = options
  const queue: WaitEvent[] = []
  let wake = (): void => {}
  const tell = (event: WaitEvent): void => {
    queue.push(event)
    wake()
  }
  const stop = new AbortController()
  const inner = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
  let failed: { readonly error: unknown } | null = null
  let left = targets.length
  for (const target of targets) {
    waitForOne(os, target, { ...options, signal: inner }, tell)
      .catch(error => {
        failed ??= { error }
      })
      .finally(() => {
        left--
        wake()
      })
  }
  try {
    while (true) {
      yield* queue.splice(0)
      if (failed !== null) throw (failed as { readonly error: unknown }).error
      if (queue.length > 0) continue
      if (left === 0) return
      await new Promise<void>(resolve => {
        wake = resolve
      })
    }
  } finally {
    stop.abort()
  }
}

async function waitForOne(
  os: OS,
  target: WaitTarget,
  options: WaitOptions & { readonly signal: AbortSignal },
  tell: (event: WaitEvent) => void,
): Promise<void> {
  const {
    timeoutMs = WAIT_TIMEOUT_MS,
    intervalMs = INTERVAL_MS,
    stableMs = 0,
    free = false,
    signal,
  } = options
  const look = free ? attemptGone : attempt
  const started = os.clock.monotonic()
  const wake: Wake | null = free && target.kind === 'port' ? wakeOf(os, target.endpoint.port, signal) : null
  let since: number | null = null
  let said = ''
  let last: WaitReason | null = null
  try {
    for (let attempts = 1; ; attempts++) {
      signal.throwIfAborted()
      const left = timeoutMs - (os.clock.monotonic() - started)
      const seen: Attempt = await look(os, target, {
        timeoutMs: Math.max(1, Math.min(TRY_MS, left)),
        signal,
      })
      const { ready } = seen
      // A try that the end of the time has cut short says less than the one before it.
      const cut = seen.reason.code === 'timed-out' && left < TRY_MS
      const reason: WaitReason = cut && last !== null ? last : seen.reason
      last = reason
      const now = os.clock.monotonic()
      since = ready ? (since ?? now) : null
      const done = since !== null && now - since >= stableMs
      const over = now - started >= timeoutMs
      if (done || over) {
        tell({ type: 'done', result: { target, ready: done, reason, attempts, waitedMs: now - started } })
        return
      }
      if (!ready && reason.says !== said) {
        said = reason.says
        tell({ type: 'waiting', target, reason })
      }
      const rest = timeoutMs - (now - started)
      const pause =
        since === null ? nextLook(attempts, intervalMs) : Math.min(intervalMs, stableMs - (now - since))
      await sleepOrWake(os, Math.max(1, Math.min(pause, rest)), wake, signal)
    }
  } finally {
    wake?.stop()
  }
}

async function sleepOrWake(os: OS, ms: number, wake: Wake | null, signal: AbortSignal): Promise<void> {
  if (wake === null) return os.clock.sleep(ms, signal)
  const over = new AbortController()
  const sleep = os.clock.sleep(ms, AbortSignal.any([signal, over.signal]))
  try {
    await Promise.race([sleep, wake.next()])
  } finally {
    over.abort()
    await sleep.catch(() => {})
  }
  signal.throwIfAborted()
}
