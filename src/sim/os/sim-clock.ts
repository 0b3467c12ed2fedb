/** The clock of a simulated host: it sleeps on simulated time. */
import type { Clock } from '../../os/os.ts'
import type { Engine } from '../engine/engine.ts'

/** `startAt`: milliseconds since 1970 when simulated time began. */
export const simClock = (engine: Engine, startAt: number): Clock => ({
  now: () => startAt + engine.now(),
  monotonic: () => engine.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason)
        return
      }
      const stop = (): void => {
        timer.cancel()
        reject(signal?.reason)
      }
      const timer = engine.schedule(ms, () => {
        signal?.removeEventListener('abort', stop)
        engine.tell()
        resolve()
      })
      signal?.addEventListener('abort', stop, { once: true })
    }),
})
