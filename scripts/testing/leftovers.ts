/**
 * What a test run left behind on this machine: listeners, processes, network namespaces. A run that leaves something
 * has failed, whatever its tests say. On Linux; elsewhere nothing is looked at.
 *
 * Processes of the run are known by a word in their environment, which every child inherits.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { listeners } from '../setup/listeners.mjs'

const MARK = 'PORTOLAN_TEST_RUN'

export interface Watch {
  /** The environment of the run. */
  readonly env: NodeJS.ProcessEnv
  /** What is left, a line each. What is just ending has `grace` milliseconds to do so. */
  leftovers(grace?: number): Promise<string[]>
}

export function watch(): Watch {
  const id = `${process.pid}-${Date.now()}`
  const before = { listeners: listeners(), processes: new Set(processes()), namespaces: namespaces() }

  const look = (): string[] => {
    const now = processes().filter(process => !before.processes.has(process))
    const ours = now.filter(process => isOfRun(pidOf(process), id))
    const fresh = [...listeners()].filter(([inode]) => !before.listeners.has(inode))
    const holders = holdersOf(new Set(fresh.map(([inode]) => inode)))
    // A program that ran before the tests did may open sockets as it likes: a browser, a resolver.
    const opened = fresh.filter(
      ([inode]) => !holders.get(inode)?.some(process => before.processes.has(process)),
    )
    return [
      ...ours.map(process => `process ${describe(process)}`),
      ...opened.map(
        ([inode, name]) =>
          `listener ${name}, held by ${holders.get(inode)?.map(describe).join(', ') ?? 'nobody we see'}`,
      ),
      ...[...namespaces()]
        .filter(name => name.startsWith('pt-') && !before.namespaces.has(name))
        .map(name => `network namespace ${name}`),
    ]
  }

  return {
    env: { ...process.env, [MARK]: id },
    async leftovers(grace = 2000) {
      const deadline = performance.now() + grace
      let found = look()
      while (found.length > 0 && performance.now() < deadline) {
        await setTimeout(50)
        found = look()
      }
      return found
    },
  }
}

/** Every process as `pid start-time`, so that a pid used again is another process. */
function processes(): string[] {
  return list('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(pid => {
      const stat = read(`/proc/${pid}/stat`)
      // proc_pid_stat(5): the name may hold anything, so fields are counted after its closing bracket.
      const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return state === undefined || state === '' || state === 'Z' ? [] : [`${pid} ${rest[18]}`]
    })
}

const pidOf = (process: string): string => process.slice(0, process.indexOf(' '))

const describe = (process: string): string =>
  `${pidOf(process)} (${read(`/proc/${pidOf(process)}/cmdline`)
    .replaceAll('\0', ' ')
    .trim()
    .slice(0, 80)})`

const isOfRun = (pid: string, id: string): boolean =>
  read(`/proc/${pid}/environ`).split('\0').includes(`${MARK}=${id}`)

function holdersOf(inodes: ReadonlySet<string>): Map<string, string[]> {
  const holders = new Map<string, string[]>()
  if (inodes.size === 0) return holders
  for (const process of processes()) {
    for (const fd of list(`/proc/${pidOf(process)}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(link(`/proc/${pidOf(process)}/fd/${fd}`))?.[1]
      if (inode !== undefined && inodes.has(inode))
        holders.set(inode, [...(holders.get(inode) ?? []), process])
    }
  }
  return holders
}

const namespaces = (): Set<string> => new Set(list('/run/netns'))

const list = (folder: string): string[] => orElse([], () => readdirSync(folder))
const read = (file: string): string => orElse('', () => readFileSync(file, 'utf8'))
const link = (file: string): string => orElse('', () => readlinkSync(file))

/** Processes come and go while we look, and some are not ours to look at. */
function orElse<T>(otherwise: T, ask: () => T): T {
  try {
    return ask()
  } catch {
    return otherwise
  }
}
