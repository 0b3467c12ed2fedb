/** A second thread for the walk over descriptors, and the list of processes that both threads draw from. */

/** Processes to look at, in shared memory. Each is drawn once, by whichever thread asks first. */
export class WorkList {
  readonly shared: { readonly pids: Int32Array; readonly counts: Int32Array; readonly next: Int32Array }

  constructor(shared: WorkList['shared']) {
    this.shared = shared
  }

  static of(processes: readonly { readonly pid: number; readonly count: number }[]): WorkList {
    const largestFirst = processes.toSorted((a, b) => b.count - a.count)
    const pids = new Int32Array(new SharedArrayBuffer(largestFirst.length * 4))
    const counts = new Int32Array(new SharedArrayBuffer(largestFirst.length * 4))
    largestFirst.forEach(({ pid, count }, i) => {
      pids[i] = pid
      counts[i] = count
    })
    return new WorkList({ pids, counts, next: new Int32Array(new SharedArrayBuffer(4)) })
  }

  get pids(): Int32Array {
    return this.shared.pids
  }

  get descriptors(): number {
    return this.shared.counts.reduce((sum, count) => sum + count, 0)
  }

  /** Then each folder is listed to its end: a quarter slower, and nothing that stays open is missed. */
  forgetCounts(): void {
    this.shared.counts.fill(0)
  }

  draw(): { readonly pid: number; readonly count: number } | null {
    const { pids, counts, next } = this.shared
    const i = Atomics.add(next, 0, 1)
    return i < pids.length ? { pid: pids[i]!, count: counts[i]! } : null
  }
}

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
  // At once, and not after an import: the caller is about to keep this thread busy with reading the table.
  const { Worker } = process.getBuiltinModule('node:worker_threads')
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
