/** One thread's share of the walk over descriptors. */
import type { Ffi } from '../ffi.ts'
import type { FileTree } from './file-tree.ts'
import { Holders, type WalkOutcome, type Wanted, walkWithLibc, walkWithNode } from './owner-walk.ts'
import type { WorkList } from './owner-walker.ts'

/** What the walk looks at, and with what. */
export interface WalkSources {
  readonly files: FileTree
  readonly ffi: Ffi
}

/** What one thread has found. */
export interface Share {
  readonly holders: Holders
  readonly refused: number[]
}

/** Draws processes from the list until none is left. */
export function walkShare(
  { files, ffi }: WalkSources,
  list: WorkList,
  wanted: Wanted,
  signal?: AbortSignal,
): Share {
  const holders = new Holders()
  const refused: number[] = []
  for (let next = list.draw(); next !== null; next = list.draw()) {
    signal?.throwIfAborted()
    const { pid, count } = next
    const folder = `/proc/${pid}/fd`
    const outcome: WalkOutcome =
      'libc' in ffi
        ? walkWithLibc(ffi.libc, folder, pid, count, wanted, holders)
        : walkWithNode(files, folder, pid, wanted, holders)
    if (outcome === 'refused') refused.push(pid)
  }
  return { holders, refused }
}
