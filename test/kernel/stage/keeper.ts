/**
 * Keeps a stage: two network namespaces with a cable between them, the programs on it, and after the show nothing.
 * Says what stands on the stage as one line of JSON; when its stdin ends, however its parent died, it clears up.
 * Run by `stage.ts`, as root.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { HolderReport } from './holder-order.ts'
import type { PlayOrder } from './play.ts'
import type { StagedSocket, StageReport } from './staged-socket.ts'

export interface KeeperReport extends StageReport {
  readonly netns: string
  readonly farNetns: string
}

const NAME = `pt-rig-${process.pid}`
const FAR = `${NAME}-far`
const DEVICE = 'ptrig0'
const children: ChildProcess[] = []
/** Every process on the stage, once it stands. */
let pids: readonly number[] = []
const folder = mkdtempSync(join(tmpdir(), `${NAME}-`))
const group = makeGroup()

const over = new Promise<void>(resolve => {
  process.stdin.on('end', resolve).resume()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
})

try {
  sweep()
  buildNamespaces()
  const order: PlayOrder = { folder, device: DEVICE, group }
  const [play, far] = await Promise.all([
    start<StageReport>(NAME, 'play.ts', order),
    start<HolderReport>(FAR, 'holder.ts', {}),
  ])
  const report: KeeperReport = {
    ...play,
    sockets: [...play.sockets, farSocket(far)],
    pids: [...play.pids, ...far.pids],
    netns: NAME,
    farNetns: FAR,
  }
  pids = report.pids
  process.stdout.write(`${JSON.stringify(report)}\n`)
  await over
} finally {
  await clear()
}
process.exit()

function buildNamespaces(): void {
  for (const name of [NAME, FAR]) {
    ip('netns', 'add', name)
    ip('-n', name, 'link', 'set', 'lo', 'up')
  }
  ip('-n', NAME, 'link', 'add', DEVICE, 'type', 'veth', 'peer', 'name', DEVICE, 'netns', FAR)
  for (const [name, host] of [
    [NAME, 1],
    [FAR, 2],
  ] as const) {
    // An address of the kernel's own making would be tentative for a second or two.
    ip('-n', name, 'link', 'set', DEVICE, 'addrgenmode', 'none')
    ip('-n', name, 'link', 'set', DEVICE, 'up')
    ip('-n', name, 'address', 'add', `10.99.0.${host}/24`, 'dev', DEVICE)
    ip('-n', name, 'address', 'add', `fe80::${host}/64`, 'dev', DEVICE, 'nodad')
  }
}

function ip(...args: string[]): void {
  const done = spawnSync('ip', args, { encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`ip ${args.join(' ')}: ${done.error?.message ?? done.stderr.trim()}`)
}

/** Starts one of the stage's programs in a namespace; resolves with its report. */
function start<T>(netns: string, program: string, order: object): Promise<T> {
  const file = fileURLToPath(new URL(program, import.meta.url))
  const child = spawn(
    'nsenter',
    [`--net=/run/netns/${netns}`, process.execPath, file, JSON.stringify(order)],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  children.push(child)
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout.setEncoding('utf8').on('data', chunk => {
      text += chunk
      if (text.endsWith('\n')) resolve(JSON.parse(text) as T)
    })
    child.once('error', reject)
    child.once('exit', status => reject(new Error(`${program} ended early, status ${status}`)))
    void over.then(() => reject(new Error('ended before the stage was set')))
  })
}

function farSocket({ port, inode, cookie, pids }: HolderReport): StagedSocket {
  const label = 'listener in another namespace'
  const shared = { label, protocol: 'tcp', family: 'ipv4', state: 'listen', local: '127.0.0.1' } as const
  return { ...shared, port, inode, cookie, uid: 0, pids, far: true }
}

function makeGroup(): PlayOrder['group'] {
  const mount = readFileSync('/proc/self/mounts', 'latin1')
    .split('\n')
    .map(line => line.split(' '))
    .find(([, , type]) => type === 'cgroup2')?.[1]
  if (mount === undefined) return { why: 'no cgroup v2 hierarchy is mounted' }
  const own = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'latin1'))?.[1] ?? '/'
  const path = `${mount}/${NAME}.service`
  try {
    mkdirSync(path)
  } catch {
    return { why: 'control groups can’t be made here' }
  }
  return { path, home: join(mount, own) }
}

async function clear(): Promise<void> {
  await Promise.all(children.map(end))
  await within(2000, () => pids.every(pid => !alive(pid)))
  for (const name of [NAME, FAR]) spawnSync('ip', ['netns', 'delete', name])
  if ('path' in group) rmdirSync(group.path)
  rmSync(folder, { recursive: true, force: true })
}

/** Ends a program by ending its stdin; one that doesn't listen within two seconds is killed. */
function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise(resolve => {
    const timer = setTimeout(() => child.kill('SIGKILL'), 2000)
    child.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
    child.stdin!.on('error', () => {}).end()
    child.stdout!.resume()
  })
}

async function within(ms: number, holds: () => boolean): Promise<void> {
  for (const end = performance.now() + ms; !holds() && performance.now() < end; ) {
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

/** Takes away what keepers left that were killed: their pid, which is in every name, is nobody's now. */
function sweep(): void {
  const deadsIn = (folder: string): string[] =>
    list(folder).filter(name => {
      const pid = /^pt-rig-(\d+)\b/.exec(name)?.[1]
      return pid !== undefined && !alive(Number(pid))
    })
  for (const name of deadsIn('/run/netns')) spawnSync('ip', ['netns', 'delete', name])
  for (const name of deadsIn(tmpdir())) rmSync(join(tmpdir(), name), { recursive: true, force: true })
  if (!('path' in group)) return
  for (const name of deadsIn(dirname(group.path))) rmdirSync(join(dirname(group.path), name))
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return [] // nobody has made it yet
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
