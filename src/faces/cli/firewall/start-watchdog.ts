/** Starts this command once more as the watchdog of a trial, with a session and no terminal of its own (setsid(2)). */
import type { CliContext } from '../context.ts'

export const startWatchdog =
  (context: CliContext) =>
  (id: string): Promise<string> =>
    context.startDetached(['fw', 'watchdog', id])
