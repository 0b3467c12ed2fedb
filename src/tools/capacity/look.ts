/** One look at a host: its sockets, who holds them, its settings and counters, at one moment. */
import type { Counters, OS } from '../../os/os.ts'
import { readTable, type SocketTable } from '../sockets/sockets.ts'
import { readSettings, type Settings } from './settings.ts'

export interface Look {
  /** Seconds of a clock that only goes forward. */
  readonly at: number
  readonly table: SocketTable
  readonly settings: Settings
  readonly counters: Counters
  /** Sockets that each process holds, most first. */
  readonly holders: readonly (readonly [pid: number, sockets: number])[]
}

/** So many of the processes with most sockets are asked how many files they may open. */
const MOST_ASKED = 20

export async function lookAt(os: OS, signal?: AbortSignal): Promise<Look> {
  const at = os.clock.monotonic() / 1000
  const table = await readTable(os, {
    protocols: ['tcp', 'udp'],
    owners: true,
    details: ['queues', 'tcp'],
    ...(signal === undefined ? {} : { signal }),
  })
  await table.facts.prepare(table.rows, { owners: true })
  const holders = holdersOf(table)
  const pids = holders.slice(0, MOST_ASKED).map(([pid]) => pid)
  const [settings, counters] = await Promise.all([readSettings(os), os.counters({ pids })])
  return { at, table, settings, counters, holders }
}

function holdersOf({ columns, rows, owners }: SocketTable): readonly (readonly [number, number])[] {
  const counts = new Map<number, number>()
  for (const row of rows)
    for (const pid of new Set(owners!.of(columns.inode[row]!).map(one => one.pid)))
      counts.set(pid, (counts.get(pid) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])
}

/** What holds these sockets, those with most first: `nginx (pid 812)`. */
export function namesOf({ table }: Look, rows: Iterable<number>, most = 3): string[] {
  const counts = new Map<string, number>()
  for (const row of rows)
    for (const { name, pid } of table.facts.processes(row)) {
      const text = `${name} (pid ${pid})`
      counts.set(text, (counts.get(text) ?? 0) + 1)
    }
  return [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, most)
    .map(([text]) => text)
}
