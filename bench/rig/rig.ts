/**
 * The rig that benchmarks run in: a network namespace of its own with many TCP sockets in it, spread over processes
 * because each may only hold so many. Among them a listener on port 3000. Needs root; goes away when closed, and its
 * processes also when we die.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface Rig {
  /** Words that run the command behind them inside. */
  readonly inside: readonly string[]
  readonly processes: number
  /** Counted by the kernel: sockets of TCP in use in the namespace. */
  sockets(): number
  close(): Promise<void>
}

export const PORT = 3000

export async function openRig(sockets: number): Promise<Rig> {
  sweep()
  const name = `pt-bench-${process.pid}`
  const holders: ChildProcess[] = []
  const close = async (): Promise<void> => {
    await Promise.all(holders.map(end))
    spawnSync('ip', ['netns', 'delete', name])
  }
  try {
    ip('netns', 'add', name)
    ip('-n', name, 'link', 'set', 'lo', 'up')
    const inside = ['nsenter', `--net=/run/netns/${name}`]
    const shares = sharesOf(Math.ceil(sockets / 2))
    await Promise.all(
      shares.map((share, i) => {
        const holder = start(inside, share, i === 0 ? PORT : 0)
        holders.push(holder)
        return ready(holder)
      }),
    )
    return { inside, processes: shares.length, sockets: () => count(holders[0]!.pid!), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Connections of each process: both ends count, some descriptors are needed for the rest. */
function sharesOf(connections: number): number[] {
  const most = Math.floor((descriptorLimit() - 200) / 2)
  const processes = Math.max(Math.ceil(connections / most), Math.min(12, connections))
  return Array.from({ length: processes }, (_, i) => Math.ceil((connections - i) / processes))
}

/** Node raises the soft limit to the hard one when it starts. */
function descriptorLimit(): number {
  const [, hard] =
    /^Max open files\s+\d+\s+(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
  return Math.min(Number(hard) || 1_000_000, 1_000_000)
}

function start(inside: readonly string[], connections: number, port: number): ChildProcess {
  const file = fileURLToPath(new URL('./holder.ts', import.meta.url))
  const [command, ...words] = [...inside, process.execPath, file, String(connections), String(port)]
  return spawn(command!, words, { stdio: ['pipe', 'pipe', 'inherit'] })
}

async function ready(holder: ChildProcess): Promise<void> {
  const [said] = await Promise.race([once(holder.stdout!, 'data'), once(holder, 'exit')])
  if (!(said instanceof Buffer)) throw new Error(`a process of the rig ended early, status ${said}`)
}

/** Closing many thousand sockets takes a while; it is waited for, so that nothing disturbs what comes next. */
async function end(holder: ChildProcess): Promise<void> {
  if (holder.exitCode !== null || holder.signalCode !== null) return
  const ended = once(holder, 'exit')
  holder.stdin!.on('error', () => {}).end()
  await ended
}

const count = (pid: number): number =>
  Number(/^TCP: inuse (\d+)/m.exec(readFileSync(`/proc/${pid}/net/sockstat`, 'latin1'))?.[1] ?? 0)

function ip(...words: string[]): void {
  const done = spawnSync('ip', words, { encoding: 'utf8' })
  if (done.status !== 0)
    throw new Error(`ip ${words.join(' ')}: ${done.error?.message ?? done.stderr.trim()}`)
}

/** Takes away the namespaces of benchmarks that were killed. */
function sweep(): void {
  let names: string[] = []
  try {
    names = readdirSync('/run/netns')
  } catch {
    return // nobody has made one yet
  }
  for (const name of names) {
    const pid = /^pt-bench-(\d+)$/.exec(name)?.[1]
    if (pid !== undefined && !alive(Number(pid))) spawnSync('ip', ['netns', 'delete', name])
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
