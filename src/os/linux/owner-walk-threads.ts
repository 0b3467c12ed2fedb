/**
 * Descriptors that belong to one thread only, after `unshare(CLONE_FILES)`: not in `/proc/<pid>/fd`, but in
 * `/proc/<pid>/task/<tid>/fd`. ss and lsof miss them unless told. Looked for only on demand.
 *
 * Whether two threads share one table is what kcmp(2) tells; where it may not be asked, every thread is read.
 */
import { type Holders, type Wanted, walkWithLibc, walkWithNode } from './owner-walk.ts'
import type { WalkSources } from './walk-share.ts'

/** Adds holders that no process-wide descriptor shows; each under its process's pid. */
export function walkThreads(
  { files, ffi }: WalkSources,
  pids: Int32Array,
  wanted: Wanted,
  holders: Holders,
): void {
  const found = new Set<number>()
  for (let i = 0; i < holders.length; i++) found.add(holders.inode[i]!)
  const missing: Wanted = inode => wanted(inode) && !found.has(inode)
  for (const pid of pids) {
    for (const thread of threadsOf(files, pid)) {
      if (thread === pid || ('libc' in ffi && ffi.libc.kcmp(pid, thread, KCMP_FILES) === 0)) continue
      const folder = `/proc/${pid}/task/${thread}/fd`
      if ('libc' in ffi) walkWithLibc(ffi.libc, folder, pid, 0, missing, holders)
      else walkWithNode(files, folder, pid, missing, holders)
    }
  }
}

const KCMP_FILES = 2

function threadsOf(files: WalkSources['files'], pid: number): number[] {
  try {
    return files.list(`/proc/${pid}/task`).map(Number)
  } catch {
    return [] // it has exited
  }
}
