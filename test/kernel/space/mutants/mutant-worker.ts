/**
 * Judges one mutant, in a thread of its own so that every module is loaded anew: says whether what kernels have said gives it
 * away.
 */
import { registerHooks } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'

export interface MutantOrder {
  /** The URL of the module, and its text with the change. */
  readonly url: string
  readonly source: string
  /** Programs that the model disagrees about as it is. */
  readonly known: readonly string[]
}

const { url, source, known } = workerData as MutantOrder
registerHooks({
  load: (asked, context, next) =>
    asked === url ? { format: 'module', source, shortCircuit: true } : next(asked, context),
})

parentPort!.postMessage(await catcher())

/** The name of the program that gives it away, or null. */
async function catcher(): Promise<string | null> {
  try {
    const [{ judgeRecorded }, { modelOf }, { readRecordings }] = await Promise.all([
      import('../judge-recorded.ts'),
      import('../open-model.ts'),
      import('../recorded/recorded.ts'),
    ])
    for (const { kernel, programs } of readRecordings()) {
      const openModel = modelOf(kernel)
      for (const one of programs)
        if (!known.includes(one[0]) && isCaught(() => judgeRecorded(openModel, one))) return one[0]
    }
    return null
  } catch {
    return 'its loading'
  }
}

/** One that breaks down is caught. */
function isCaught(judge: () => string | null): boolean {
  try {
    return judge() !== null
  } catch {
    return true
  }
}
