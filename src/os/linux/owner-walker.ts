/** A second thread for the walk over descriptors. */
import { Worker } from 'node:worker_threads'
import type { WorkList } from './work-list.ts'

/** What a walker sends back, its arrays transferred. */
export interface WalkerResult {
  readonly length: number
  readonly inode: Uint32Array<ArrayBuffer>
  readonly pid: Uint32Array<ArrayBuffer>
  readonly fd: Uint32Array<ArrayBuffer>
  readonly refused: readonly number[]
}

export interface Walker {
  readonly result: Promise<WalkerResult>
}

/** Starts the second thread; its result arrives when the list is empty. */
export function startWalker(list: WorkList, signal?: AbortSignal): Walker {
  const file = `./owner-walker-thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`
  const worker = new Worker(new URL(file, import.meta.url), { workerData: list.shared })
  const result = new Promise<WalkerResult>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', code => reject(new Error(`the descriptor walk ended early, status ${code}`)))
    signal?.addEventListener('abort', () => void worker.terminate(), { once: true })
  })
  result.catch(() => {}) // told to whoever awaits it, also when the main thread fails first
  return { result }
}
