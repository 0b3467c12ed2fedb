/** Who holds a port after it was stopped: nobody, one who did before, or somebody who took it since. */
import type { EndpointSpec } from '../../model/endpoint.ts'
import type { Process } from '../../model/owner.ts'
import type { OS } from '../../os/os.ts'
import { explain, NO_OWNER_SAYS } from '../sockets/sockets.ts'
import type { Holder } from './holders.ts'
import { placesOf } from './plan.ts'

export interface Successor {
  readonly pid: number | null
  readonly name: string
  /** It did not hold the port before. */
  readonly fresh: boolean
  /** It was started by the same process as one that was ended, which so has started it again. */
  readonly restartedBy?: { readonly pid: number; readonly name: string }
}

export interface Before {
  readonly holders: readonly Holder[]
  /** Somebody held it who couldn't be named. */
  readonly hidden: boolean
}

export async function successorsOf(
  os: OS,
  asked: EndpointSpec,
  before: Before,
  signal?: AbortSignal,
): Promise<readonly Successor[]> {
  const addresses = await placesOf(os, asked)
  const { listeners, bound, table } = await explain(os, asked, {
    ...(signal === undefined ? {} : { signal }),
    ...(addresses === undefined ? {} : { addresses }),
  })
  const { columns, facts, owners } = table
  const found = new Map<number | string, Successor>()
  // A socket that was there before is nobody new's: who held it is ending, and the next look tells.
  const old = new Set(before.holders.flatMap(({ inodes }) => inodes))
  for (const row of [...listeners.flatMap(one => one.rows), ...bound]) {
    const pids = (owners?.of(columns.inode[row]!) ?? []).map(({ pid }) => pid)
    if (pids.length === 0) {
      const reason = facts.noOwner(row)
      const name = `somebody unnamed (${reason === null ? 'hidden' : NO_OWNER_SAYS[reason]})`
      // One that is ending has let go of its sockets before they are gone: the next look tells.
      if (reason !== 'vanished')
        found.set(name, {
          pid: null,
          name,
          fresh: reason === 'denied' && !before.hidden && !old.has(columns.inode[row]!),
        })
    }
    for (const pid of pids) {
      const process = facts.process(pid)
      if (process === null) continue
      const same = before.holders.find(
        one => one.process.pid === pid && one.process.startedAt === process.startedAt,
      )
      const sibling =
        same === undefined ? before.holders.find(one => isTwin(one.process, process)) : undefined
      const parent = sibling === undefined ? null : facts.process(process.parent)
      found.set(pid, {
        pid,
        name: process.name,
        fresh: same === undefined,
        ...(parent === null ? {} : { restartedBy: { pid: parent.pid, name: parent.name } }),
      })
    }
  }
  return [...found.values()]
}

/** The same program again, started by the same process: what a supervisor does. */
const isTwin = (before: Process, now: Process): boolean =>
  before.parent === now.parent && now.parent > 1 && before.argv.join('\0') === now.argv.join('\0')
