/**
 * What Node alone can do to a process: send a signal. Where ps and lsof are there, its start and its sockets are looked
 * at right before; between that look and the signal there is a moment in which a pid could be used again.
 */
import type { Known } from '../../model/known.ts'
import type { Process } from '../../model/owner.ts'
import { type Acts, noActs, type StopOutcome, type StopRequest } from '../acts.ts'
import type { OwnerQuery, Ownership } from '../os.ts'
import { systemClock } from '../system-clock.ts'

type Processes = (pids: readonly number[]) => Promise<ReadonlyMap<number, Known<Process>>>
type Owners = (query: OwnerQuery) => Promise<Ownership>

const LOOK_MS = 50

export function portableActs(processes: Processes, owners: Owners | null): Acts {
  const whatChanged = async ({ pid, startedAt, inodes }: StopRequest): Promise<StopOutcome | null> => {
    const now = (await processes([pid])).get(pid)
    if (now === undefined || (!now.known && now.reason === 'vanished')) return { kind: 'gone' }
    if (!now.known)
      return { kind: 'unsupported', says: 'when a process started can’t be checked on this system' }
    if (now.value.startedAt !== startedAt) return { kind: 'another' }
    if (inodes === undefined || owners === null) return null
    const held = await owners({ inodes: new Set(inodes) })
    return held.pid.subarray(0, held.length).includes(pid) ? null : { kind: 'let-go' }
  }

  return {
    self: process.pid,
    async stopProcess(request, { signal } = {}) {
      signal?.throwIfAborted()
      const changed = await whatChanged(request)
      if (changed !== null) return changed
      try {
        process.kill(request.pid, request.signal)
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code === 'ESRCH') return { kind: 'gone' }
        return { kind: 'denied', says: `${request.signal} to process ${request.pid}: ${code}` }
      }
      const { inodes: _, ...same } = request
      const deadline = systemClock.monotonic() + request.waitMs
      for (;;) {
        if ((await whatChanged(same)) !== null) return { kind: 'ended', through: 'kill' }
        const left = deadline - systemClock.monotonic()
        if (left <= 0) return { kind: 'running', through: 'kill' }
        await systemClock.sleep(Math.min(left, LOOK_MS), signal)
      }
    },
    destroySocket: async () => ({
      kind: 'unsupported',
      says: 'only Linux ends single connections on demand',
    }),
    container: async (query, options) => (await import('../services.ts')).container(query, options),
    stopService: async (service, options) => (await import('../services.ts')).stopService(service, options),
    filter: noActs('only Linux has nftables').filter,
  }
}
