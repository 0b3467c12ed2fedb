/**
 * Asks many ports by connecting to them: the kernel's sockets, without waiting, as many at once as there are descriptors for.
 *
 * What it can't tell: a listener from a box that answers for every port; who sent a reset. Nothing is sent over a connection.
 */
import type { Address } from '../../model/address.ts'
import type { Libc } from '../ffi.ts'
import type { Cancellable } from '../os.ts'
import type { ProbePlan, ProbeResult } from '../probe-plan.ts'
import { LEAST_TIMEOUT_MS, ProbeRun } from '../probe-run.ts'
import { ConnectingSockets } from './connecting-sockets.ts'
import { type FileTree, textOr } from './file-tree.ts'
import { KnownNeighbours } from './known-neighbours.ts'
import { routeTo } from './route-to.ts'
import type { NetlinkSource } from './sources.ts'

/** Begun between two looks. */
const AT_A_TIME = 64
/** Results are told in batches of so many, or after so long. */
const BATCH = 1024
const BATCH_MS = 50
/** Others in this process get a turn so often. */
const TURN_MS = 8
/** A signal is heard so soon. */
const SLICE_MS = 50
/** More than any machine has ports of its own. */
const MOST_AT_ONCE = 65_536
/** Descriptors that stay free for the rest of this process: a quarter, but no more. */
const MOST_SPARE = 40

export interface ProbeSources {
  readonly libc: Libc
  readonly files: FileTree
  /** Null: nobody can be asked which way the kernel sends. */
  readonly route: NetlinkSource | null
}

export async function* probeByConnect(
  { libc, files, route }: ProbeSources,
  plan: ProbePlan,
  { signal }: Cancellable = {},
): AsyncGenerator<readonly ProbeResult[]> {
  const { setImmediate: turn } = process.getBuiltinModule('node:timers/promises')
  const atOnce = Math.max(1, Math.min(plan.atOnce, MOST_AT_ONCE, descriptorsLeft(files)))
  const run = new ProbeRun(plan, { atOnce, leastTimeoutMs: LEAST_TIMEOUT_MS })
  const indexOf = (zone: string): number => Number(textOr(files, `/sys/class/net/${zone}/ifindex`)) || 0
  const neighbours = new KnownNeighbours(route)
  const isMissingOnLink = (to: Address): boolean => {
    const { source, device } = plan
    const question = {
      to,
      ...(source === undefined ? {} : { source }),
      ...(device === undefined ? {} : { device }),
    }
    const way = routeTo(route, question)
    // Where nobody tells, what the kernel says of a neighbour is taken as it is.
    if (way.known && (way.value.kind !== 'unicast' || way.value.gateway !== undefined)) return false
    return neighbours.isMissing(to, performance.now())
  }
  const sockets = new ConnectingSockets(libc, plan, atOnce, { indexOf, isMissingOnLink })
  let [toldAt, turnedAt] = [performance.now(), performance.now()]
  try {
    while (!run.finished) {
      signal?.throwIfAborted()
      const wait = begin(run, sockets)
      const any = sockets.settle(run)
      const now = performance.now()
      if (run.settled >= BATCH || (run.settled > 0 && now - toldAt >= BATCH_MS)) {
        yield run.take()
        toldAt = performance.now()
      } else if (any || wait === 0) {
        if (now - turnedAt < TURN_MS) continue
        await turn()
      } else {
        const until = Math.min(wait, sockets.deadlineAt - now, SLICE_MS)
        await libc.pollAside(sockets.entries, sockets.count, Math.max(1, Math.ceil(until)))
      }
      turnedAt = performance.now()
    }
    if (run.settled > 0) yield run.take()
  } finally {
    sockets.close()
  }
}

/** In how many milliseconds there is more to begin. */
function begin(run: ProbeRun, sockets: ConnectingSockets): number {
  for (let i = 0; i < AT_A_TIME; i++) {
    const next = run.next(performance.now())
    if (typeof next === 'number') return next
    sockets.begin(next, run)
  }
  return 0
}

/** How many more this process may open (RLIMIT_NOFILE, proc_pid_limits(5)), less what others here may need. */
function descriptorsLeft(files: FileTree): number {
  const most = Number(/^Max open files\s+(\d+)/m.exec(textOr(files, '/proc/self/limits'))?.[1] ?? Number.NaN)
  if (Number.isNaN(most)) return Number.POSITIVE_INFINITY
  const left = most - files.list('/proc/self/fd').length
  return left - Math.min(MOST_SPARE, Math.ceil(left / 4))
}
