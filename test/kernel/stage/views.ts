/**
 * How the stage is looked at: `ports` and other programs, run in its namespace with more or fewer rights.
 *
 * | view | who looks |
 * |---|---|
 * | `root` | root, as this machine has it |
 * | `all` | root, and whatever processes not even root may look into are out of the picture |
 * | `user` | a user without any right, and none of the stage's but one socket's |
 * | `bare` | as `all`, by a Node that can't make native calls |
 * | `confined` | root of a pid namespace of its own, in which there is no other process |
 */
import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../project.ts'
import { ANOTHER_USER } from './queues.ts'

export type View = 'root' | 'all' | 'user' | 'bare' | 'confined'

export interface Said {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `ports` from this checkout, with words of the command line. */
export const ports = (netns: string, view: View, ...words: string[]): Promise<Said> =>
  view === 'user'
    ? portsAsUser(netns, words)
    : look(netns, view, [process.execPath, join(root, 'bin', 'ports.js'), ...words])

/** Runs any program. */
export function look(netns: string, view: Exclude<View, 'user'>, command: readonly string[]): Promise<Said> {
  const inside = ['nsenter', `--net=/run/netns/${netns}`]
  if (view === 'root') return run([...inside, ...command])
  if (view === 'confined') {
    return run([...inside, 'unshare', '--pid', '--fork', '--kill-child', '--mount-proc', ...command])
  }
  const covered = unreadable().map(pid => `/proc/${pid}`)
  if (view === 'bare') covered.push(join(root, 'node_modules', 'koffi'))
  return inFolder(empty => run([...inside, ...PRIVATE_MOUNTS, COVER, empty, ...covered, '--', ...command]))
}

/** Processes that we may not look into though we are root: none on most machines. */
export function unreadable(): string[] {
  return readdirSync('/proc').filter(pid => {
    if (!/^\d+$/.test(pid)) return false
    try {
      for (const fd of readdirSync(`/proc/${pid}/fd`).slice(0, 1)) readlinkSync(`/proc/${pid}/fd/${fd}`)
      return false
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EACCES'
    }
  })
}

/** The checkout and Node may stand where only root can go, so they are shown to the user in another place. */
function portsAsUser(netns: string, words: readonly string[]): Promise<Said> {
  return inFolder(folder => {
    mkdirSync(join(folder, 'checkout'))
    writeFileSync(join(folder, 'node'), '')
    const rights = ['--clear-groups', '--inh-caps=-all', '--no-new-privs']
    return run([
      ...[
        'nsenter',
        `--net=/run/netns/${netns}`,
        ...PRIVATE_MOUNTS,
        SHOW,
        'sh',
        root,
        process.execPath,
        folder,
      ],
      ...['setpriv', `--reuid=${ANOTHER_USER}`, `--regid=${ANOTHER_USER}`, ...rights],
      ...[join(folder, 'node'), join(folder, 'checkout', 'bin', 'ports.js'), ...words],
    ])
  })
}

const PRIVATE_MOUNTS = ['unshare', '--mount', '--propagation', 'private', 'sh', '-ec']
const COVER = 'while [ "$1" != -- ]; do mount --bind "$0" "$1"; shift; done; shift; exec "$@"'
const SHOW = 'mount --bind "$1" "$3/checkout"; mount --bind "$2" "$3/node"; cd /; shift 3; exec "$@"'

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), `pt-rig-${process.pid}-`))
  chmodSync(folder, 0o755)
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export function run([command = '', ...args]: readonly string[]): Promise<Said> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', chunk => {
      said[name] += chunk
    })
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', status => resolve({ status, ...said }))
  })
}
