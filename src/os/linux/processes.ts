/**
 * Processes by pid, from `/proc/<pid>`: name, arguments, parent, start, user, unit and container.
 *
 * `cwd` and `exe` need the same right as descriptors do; everything else is open to everybody. A process can
 * exit between two reads, which is normal: it is then `vanished`.
 */
import { type Known, known, unknown } from '../../model/known.ts'
import type { Process } from '../../model/owner.ts'
import { controlGroupOf, parseProcCgroup } from '../../wire/cgroup-path.ts'
import { bootTime, parseCmdline, parseStat, parseStatusUid, processName } from '../../wire/proc-process.ts'
import { codeOf, type FileTree, textOr } from './file-tree.ts'

/** Clock ticks a second in what the kernel tells user space (USER_HZ), the same on all of Linux. */
const TICK_MS = 10

export function readProcesses(files: FileTree, pids: readonly number[]): ReadonlyMap<number, Known<Process>> {
  const found = new Map<number, Known<Process>>()
  for (const pid of pids) found.set(pid, readProcess(files, pid))
  return found
}

function readProcess(files: FileTree, pid: number): Known<Process> {
  const folder = `/proc/${pid}`
  try {
    const stat = parseStat(files.read(`${folder}/stat`).toString('latin1'))
    if (stat === null) return unknown('unsupported')
    const argv = parseCmdline(files.read(`${folder}/cmdline`))
    const exe = link(files, `${folder}/exe`)
    const group = controlGroupOf(parseProcCgroup(textOr(files, `${folder}/cgroup`, 'utf8')) ?? '/')
    return known({
      pid,
      parent: stat.parent,
      name: processName(utf8(stat.comm), argv, exe.known ? exe.value : undefined),
      comm: utf8(stat.comm),
      argv,
      cwd: link(files, `${folder}/cwd`),
      exe,
      uid: parseStatusUid(files.read(`${folder}/status`).toString('latin1')) ?? 0,
      startedAt: boot(files) + stat.startTicks * TICK_MS,
      // proc_pid_stat(5): T stopped by a signal, t by a tracer.
      stopped: stat.state === 'T' || stat.state === 't',
      ...(group.unit === undefined ? {} : { unit: group.unit }),
      ...(group.container === undefined ? {} : { container: group.container }),
    })
  } catch (error) {
    return unknown(codeOf(error) === 'EACCES' ? 'denied' : 'vanished')
  }
}

function link(files: FileTree, path: string): Known<string> {
  try {
    return known(files.link(path))
  } catch (error) {
    return unknown(codeOf(error) === 'EACCES' ? 'denied' : 'vanished')
  }
}

/** `/proc` tells bytes; a name is text wherever it is valid UTF-8. */
const utf8 = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('utf8')

const boots = new WeakMap<FileTree, number>()

/** Milliseconds since 1970 at boot, as it was when first asked. */
function boot(files: FileTree): number {
  const known = boots.get(files)
  if (known !== undefined) return known
  const bootedAt = (bootTime(textOr(files, '/proc/stat')) ?? 0) * 1000
  boots.set(files, bootedAt)
  return bootedAt
}
