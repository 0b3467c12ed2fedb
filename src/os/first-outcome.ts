/** Waiting for what a try comes to, within its time and until its signal. */
import type { Tried, TryOptions } from './reach.ts'

/** What comes first: an outcome, the end of the time, or the signal. Whatever it is, `close` is called. */
export function firstOutcome<T extends Tried>(
  begin: (settle: (outcome: T | Tried) => void) => void,
  close: () => void,
  { timeoutMs, signal }: TryOptions,
): Promise<T | Tried> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      close()
    }
    const abort = (): void => {
      end()
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      end()
      resolve({ kind: 'timed-out' })
    }, timeoutMs)
    signal?.addEventListener('abort', abort, { once: true })
    begin(outcome => {
      end()
      resolve(outcome)
    })
  })
}

/** Where all addresses of a host failed Node collects the errors in one. */
export function codeOf(error: unknown): string | undefined {
  const { code, errors } = error as NodeJS.ErrnoException & { errors?: readonly NodeJS.ErrnoException[] }
  return code ?? errors?.[0]?.code
}
