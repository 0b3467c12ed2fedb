/** The processes whose descriptors are to be looked at, shared by the threads that do. */

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
