/**
 * Owners of sockets, by a walk over the descriptors of all processes.
 *
 * The walk is synchronous (asynchronous file calls are five times slower). When there are many descriptors a
 * second thread takes half of the processes: both draw from one shared list, largest first, so neither waits
 * for the other for long. The main thread joins in after the current turn of the event loop, which leaves it
 * free to read the socket table meanwhile.
 */
import type { Coverage, OwnerQuery, Ownership } from '../os.ts'
import { mayReadAllDescriptors } from './capabilities.ts'
import { type FileTree, inodeOf, machineFiles } from './file-tree.ts'
import { descriptorCount, descriptorCountWithLibc, type Wanted } from './owner-walk.ts'
import { startWalker, type Walker, WorkList } from './owner-walker.ts'
import { type Share, type WalkSources, walkShare } from './walk-share.ts'

/** A second thread takes some 30 ms to start; this many descriptors take as long to read. */
const WORTH_A_THREAD = 15_000

/** The initial pid namespace (PROC_PID_INIT_INO, include/linux/proc_ns.h). */
const INITIAL_PID_NAMESPACE = 0xeffffffc

export async function owners(
  sources: WalkSources,
  query: OwnerQuery = {},
  signal?: AbortSignal,
): Promise<Ownership> {
  signal?.throwIfAborted()
  const { files } = sources
  const list = WorkList.of(candidates(sources))
  const worthIt = files === machineFiles && list.descriptors > WORTH_A_THREAD
  // Who looks twice wants to be sure, and a walk that ends at a count can end early where others are being opened.
  if (query.threads === true) list.forgetCounts()
  const walker = worthIt ? startWalker(list, signal) : null
  await new Promise(resolve => setImmediate(resolve))
  signal?.throwIfAborted()
  const inodes = query.inodes
  const wanted: Wanted = inodes === undefined ? everything : inode => inodes.has(inode)
  const share = walkShare(sources, list, wanted, signal)
  if (walker !== null) await merge(share, walker, wanted)
  if (query.threads === true) {
    const { walkThreads } = await import('./owner-walk-threads.ts')
    walkThreads(sources, list.pids, wanted, share.holders)
  }
  return {
    length: share.holders.length,
    inode: share.holders.inode,
    pid: share.holders.pid,
    fd: share.holders.fd,
    coverage: coverage(files, list.pids.length, share.refused),
  }
}

const everything: Wanted = () => true

async function merge(share: Share, walker: Walker, wanted: Wanted): Promise<void> {
  const other = await walker.result
  share.refused.push(...other.refused)
  for (let i = 0; i < other.length; i++) {
    const inode = other.inode[i]!
    if (wanted(inode)) share.holders.add(inode, other.pid[i]!, other.fd[i]!)
  }
}

/** All processes but kernel threads, with how many descriptors they hold. */
function candidates({ files, ffi }: WalkSources): { pid: number; count: number }[] {
  const found: { pid: number; count: number }[] = []
  const sizes = descriptorCount(files, 'self') > 0
  const countOf = (pid: number): number =>
    'libc' in ffi ? descriptorCountWithLibc(ffi.libc, `/proc/${pid}/fd`) : descriptorCount(files, pid)
  for (const name of files.list('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid)) continue
    const count = sizes ? countOf(pid) : 0
    if (count > 0 || !sizes) found.push({ pid, count })
  }
  return found
}

function coverage(files: FileTree, processes: number, refused: readonly number[]): Coverage {
  // A kernel without pid namespaces has only the initial one.
  const pidNamespace = inodeOf(files, '/proc/self/ns/pid') ?? INITIAL_PID_NAMESPACE
  return {
    processes,
    refused,
    hidden: inodeOf(files, '/proc/1') === null,
    confined: pidNamespace !== INITIAL_PID_NAMESPACE,
    privileged: mayReadAllDescriptors(files),
    unsupported: false,
  }
}
