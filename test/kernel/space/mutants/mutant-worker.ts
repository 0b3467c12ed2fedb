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

parentPort!.postMessage(await isCaught())

async function isCaught(): Promise<boolean> {
  try {
    const [{ judgeRecorded }, { modelOf }, { readRecordings }] = await Promise.all([
      import('../judge-recorded.ts'),
      import('../open-model.ts'),
      import('../recorded/recorded.ts'),
    ])
    return readRecordings().some(({ kernel, programs }) => {
      const openModel = modelOf(kernel)
      return programs.some(one => !known.includes(one[0]) && judgeRecorded(openModel, one) !== null)
    })
  } catch {
    return true // a mutant that breaks down is caught
  }
}
