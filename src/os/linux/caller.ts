/**
 * The process that called us, as people mean it: the shell of `PORT=$(ports lease web)`, not what a shell or npm puts
 * in between and ends with us.
 *
 * Passed over are wrappers (npm, npx, sudo, timeout …), the `sh -c` of a wrapper, and the subshell of a command
 * substitution: a copy of its parent (forked, nothing executed since) whose output its parent reads through a pipe. A
 * subshell that somebody wrote, `( … ) &`, is not: what it starts may outlive its parent. What can't be read (the
 * descriptors of other users) is taken for no wrapper.
 */
import { parseCmdline, parseStat } from '../../wire/proc-process.ts'
import type { FileTree } from './file-tree.ts'

/** Programs that run another one, wait for it and end. Those that execute it in their place are never seen. */
const WRAPPERS: ReadonlySet<string> = new Set([
  'npm',
  'npx',
  'pnpm',
  'pnpx',
  'yarn',
  'bunx',
  'corepack',
  'sudo',
  'doas',
  'su',
  'runuser',
  'timeout',
  'time',
  'strace',
  'script',
])
const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'ksh', 'zsh', 'busybox'])
/** Longer chains of wrappers are no use to anybody. */
const MOST = 32

/** Pid of the caller of `pid`; its parent where there is nothing better. */
export function callerOf(files: FileTree, pid: number): number {
  const parent = lookAt(files, pid)?.parent ?? 0
  const output = pipeAt(files, pid, 1)
  let candidate = parent
  for (let i = 0; i < MOST; i++) {
    const seen = lookAt(files, candidate)
    const above = seen === null ? null : lookAt(files, seen.parent)
    if (seen === null || above === null || above.pid <= 1) break
    if (!passedOver(files, seen, above, output)) return candidate
    candidate = above.pid
  }
  return lookAt(files, candidate) === null ? parent : candidate
}

interface Seen {
  readonly pid: number
  readonly parent: number
  readonly argv: readonly string[]
  /** Places in memory that a fork shares with its parent, and that executing a program changes; '' if hidden. */
  readonly layout: string
}

function passedOver(files: FileTree, seen: Seen, above: Seen, output: string | null): boolean {
  if (isWrapper(seen)) return true
  const own = pipeAt(files, seen.pid, 1)
  if (seen.layout !== '' && seen.layout === above.layout && own !== null && reads(files, above.pid, own))
    return true
  const ranByWrapper = SHELLS.has(programOf(seen)) && seen.argv[1] === '-c' && isWrapper(above)
  return ranByWrapper && !reads(files, seen.pid, output)
}

/** `npm run` sets its title; npx and others are scripts that Node runs. */
function isWrapper(seen: Seen): boolean {
  if (WRAPPERS.has(programOf(seen))) return true
  const script = seen.argv[1]?.split('/').at(-1) ?? ''
  return programOf(seen) === 'node' && WRAPPERS.has(script.replace(/(?:-cli)?\.[cm]?js$/, ''))
}

const programOf = ({ argv }: Seen): string =>
  (argv[0] ?? '').split(' ', 1)[0]!.split('/').at(-1)!.replace(/^-/, '')

/** Whether a process has that pipe open elsewhere than as its own output: then it reads what is written there. */
function reads(files: FileTree, pid: number, pipe: string | null): boolean {
  if (pipe === null) return false
  return (
    attempt(() => files.list(`/proc/${pid}/fd`))?.some(
      fd => fd !== '1' && fd !== '2' && attempt(() => files.link(`/proc/${pid}/fd/${fd}`)) === pipe,
    ) === true
  )
}

/** `pipe:[1234]`, or null when the descriptor is something else or not ours to see. */
function pipeAt(files: FileTree, pid: number, fd: number): string | null {
  const link = attempt(() => files.link(`/proc/${pid}/fd/${fd}`))
  return link?.startsWith('pipe:') ? link : null
}

/** Fields 26 to 28 and 48 to 49 of proc_pid_stat(5): code, stack and arguments. */
function lookAt(files: FileTree, pid: number): Seen | null {
  const text = attempt(() => files.read(`/proc/${pid}/stat`).toString('latin1'))
  const stat = text === null ? null : parseStat(text)
  if (stat === null) return null
  const fields = text!.slice(text!.lastIndexOf(')') + 2).split(' ')
  const places = [...fields.slice(23, 26), ...fields.slice(45, 47)]
  const layout = Number(places[2]) > 0 ? places.join(' ') : ''
  const argv = parseCmdline(attempt(() => files.read(`/proc/${pid}/cmdline`)) ?? Buffer.alloc(0))
  return { pid, parent: stat.parent, argv, layout }
}

/** What can't be read, for whatever reason, tells nothing. */
function attempt<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}
