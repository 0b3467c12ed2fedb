/** The machine's clock. */
import type { Clock } from './os.ts'

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    const { setTimeout: wait } = process.getBuiltinModule('node:timers/promises')
    await wait(ms, undefined, signal === undefined ? {} : { signal })
  },
}
