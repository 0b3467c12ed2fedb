/**
 * Ends a process that is still the one that somebody looked at.
 *
 * A pidfd is opened first; from then on the number can't come to mean another process, so what is checked after it
 * (start time, sockets) is checked of the process that gets the signal. Sources: pidfd_open(2), pidfd_send_signal(2),
 * poll(2) on a pidfd. Without koffi, and where the kernel forbids pidfds, kill(2) is used after the same checks, with
 * the moment between check and signal in which a pid could be used again.
 */

import type { StopOutcome, StopRequest, StopSignal } from '../acts.ts'
import { type Libc, offHeap } from '../ffi.ts'
import type { Cancellable } from '../os.ts'
import { codeOf, type FileTree } from './file-tree.ts'
import { readProcesses } from './processes.ts'
import type { Sources } from './sources.ts'

/** signal(7): the same numbers on every architecture. */
const NUMBERS: Readonly<Record<StopSignal, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGTERM: 15,
}
const EPERM = 1
const ESRCH = 3
const EINVAL = 22

export async function stopProcess(
  { ffi, files, clock }: Sources,
  request: StopRequest,
  { signal }: Cancellable = {},
): Promise<StopOutcome> {
  signal?.throwIfAborted()
  const libc = 'libc' in ffi ? ffi.libc : null
  const fd = libc === null ? -1 : libc.pidfd_open(request.pid, 0)
  // EINVAL: the number is a thread's. Else there are no pidfds here (ENOSYS), or a sandbox forbids them.
  if (libc !== null && fd < 0 && [ESRCH, EINVAL].includes(libc.errno())) return { kind: 'gone' }
  try {
    const changed = whatChanged(files, request)
    if (changed !== null) return changed
    if (libc === null || fd < 0) return await killAndWatch(files, request, clock, signal)
    if (libc.pidfd_send_signal(fd, NUMBERS[request.signal]) < 0) {
      const errno = libc.errno()
      return errno === ESRCH
        ? { kind: 'gone' }
        : refused(errno === EPERM ? 'EPERM' : `errno ${errno}`, request)
    }
    const ended = await hasEnded(libc, fd, request.waitMs, signal)
    return { kind: ended ? 'ended' : 'running', through: 'pidfd' }
  } finally {
    if (fd >= 0) libc!.close(fd)
  }
}

const refused = (code: string, { pid, signal }: StopRequest): StopOutcome => ({
  kind: 'denied',
  says: `${signal} to process ${pid}: ${code}`,
})

/** Why it is not what it was, or null. */
function whatChanged(files: FileTree, { pid, startedAt, inodes }: StopRequest): StopOutcome | null {
  const now = readProcesses(files, [pid]).get(pid)!
  if (!now.known) {
    return now.reason === 'vanished'
      ? { kind: 'gone' }
      : { kind: 'denied', says: `/proc/${pid}: ${now.reason}` }
  }
  if (now.value.startedAt !== startedAt) return { kind: 'another' }
  if (inodes === undefined) return null
  try {
    if (holdsOne(files, `/proc/${pid}`, inodes)) return null
    const threads = files.list(`/proc/${pid}/task`)
    if (threads.length > 1 && threads.some(tid => holdsOne(files, `/proc/${pid}/task/${tid}`, inodes)))
      return null
    return { kind: 'let-go' }
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'ESRCH') return { kind: 'gone' }
    return { kind: 'denied', says: `/proc/${pid}/fd: ${code}` }
  }
}

function holdsOne(files: FileTree, folder: string, inodes: readonly number[]): boolean {
  const wanted = new Set(inodes.map(inode => `socket:[${inode}]`))
  return files.list(`${folder}/fd`).some(fd => {
    try {
      return wanted.has(files.link(`${folder}/fd/${fd}`))
    } catch (error) {
      // A descriptor that was closed since; whatever else is wrong is told.
      if (codeOf(error) === 'ENOENT') return false
      throw error
    }
  })
}

const POLLIN = 1
/** So long at most before the signal is looked at. */
const SLICE_MS = 200

/** A pidfd becomes readable when the process ends, even while nobody has waited for it. */
async function hasEnded(libc: Libc, fd: number, waitMs: number, signal?: AbortSignal): Promise<boolean> {
  const entry = offHeap(8)
  const deadline = performance.now() + waitMs
  for (;;) {
    signal?.throwIfAborted()
    // struct pollfd: descriptor i32, events i16, revents i16, in the order of this machine.
    entry.fill(0)
    new Int32Array(entry.buffer, entry.byteOffset, 1)[0] = fd
    new Int16Array(entry.buffer, entry.byteOffset + 4, 1)[0] = POLLIN
    const left = deadline - performance.now()
    if ((await libc.pollAside(entry, 1, Math.ceil(Math.min(Math.max(left, 0), SLICE_MS)))) > 0) return true
    if (left <= 0) return false
  }
}

const LOOK_MS = 20

async function killAndWatch(
  files: FileTree,
  request: StopRequest,
  clock: Sources['clock'],
  signal?: AbortSignal,
): Promise<StopOutcome> {
  try {
    process.kill(request.pid, request.signal)
  } catch (error) {
    const code = codeOf(error)
    return code === 'ESRCH' ? { kind: 'gone' } : refused(code ?? 'unknown', request)
  }
  const deadline = clock.monotonic() + request.waitMs
  for (;;) {
    const { inodes: _, ...same } = request
    if (whatChanged(files, same) !== null || isZombie(files, request.pid))
      return { kind: 'ended', through: 'kill' }
    const left = deadline - clock.monotonic()
    if (left <= 0) return { kind: 'running', through: 'kill' }
    await clock.sleep(Math.min(left, LOOK_MS), signal)
  }
}

/** Ended, and its parent has not asked yet: it holds nothing any more (proc_pid_stat(5)). */
function isZombie(files: FileTree, pid: number): boolean {
  try {
    const stat = files.read(`/proc/${pid}/stat`).toString('latin1')
    // While other threads still run the first one waits as a zombie, and the sockets are open.
    return /^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2)) && files.list(`/proc/${pid}/task`).length <= 1
  } catch {
    return true
  }
}
