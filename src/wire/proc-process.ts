/**
 * What `/proc/<pid>` tells about a process, as values: stat, status, cmdline. And when the machine booted.
 *
 * Nothing in these files can be trusted to be tidy: a process chooses its own name and rewrites its own arguments.
 * Source: proc_pid_stat(5), proc_pid_cmdline(5), proc_pid_status(5), fs/proc/array.c (`do_task_stat`).
 */
import { lossyUtf8 } from './lossy-utf8.ts'

export { processName } from './process-name.ts'

export interface ProcStat {
  readonly pid: number
  /** The kernel's short name, in whatever encoding the text came. It can hold blanks, parentheses, line feeds. */
  readonly comm: string
  /** One letter: R running, S sleeping, D waiting for a disk, Z zombie, T stopped, I idle … */
  readonly state: string
  readonly parent: number
  /** Runs inside the kernel: has no arguments, descriptors or executable. */
  readonly kernelThread: boolean
  /** When it started, in ticks of 10 ms since boot. */
  readonly startTicks: number
}

/** PF_KTHREAD, include/linux/sched.h. */
const KERNEL_THREAD = 0x00200000

/**
 * The text of `/proc/<pid>/stat`, or null if it isn't that. The name ends at the last parenthesis: all that follows is
 * numbers, whatever the process calls itself.
 */
export function parseStat(text: string): ProcStat | null {
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  if (open < 1 || close < open) return null
  const fields = text
    .slice(close + 1)
    .trim()
    .split(' ')
  const pid = wholeNumber(text.slice(0, open).trim())
  const parent = wholeNumber(fields[1])
  const flags = wholeNumber(fields[6])
  const startTicks = wholeNumber(fields[19])
  if (pid === null || parent === null || flags === null || startTicks === null) return null
  return {
    pid,
    comm: text.slice(open + 1, close),
    state: fields[0]!,
    parent,
    kernelThread: Math.floor(flags / KERNEL_THREAD) % 2 === 1,
    startTicks,
  }
}

/** The effective user id in the text of `/proc/<pid>/status`, or null. */
export const parseStatusUid = (text: string): number | null =>
  wholeNumber(/^Uid:\s+\d+\s+(\d+)\s/m.exec(text)?.[1])

/**
 * The arguments in `/proc/<pid>/cmdline`; none for kernel threads and zombies.
 *
 * A process that has rewritten its title leaves one string with blanks in it, and behind it a row of NULs that used to
 * be its arguments; those are dropped, and after an empty title nothing is left. Other empty arguments are kept.
 */
export function parseCmdline(bytes: Uint8Array): string[] {
  if (bytes.length === 0) return []
  const words: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const nul = bytes.indexOf(0, at)
    const end = nul < 0 ? bytes.length : nul
    words.push(lossyUtf8(bytes.subarray(at, end)))
    at = end + 1
  }
  if (words.length > 1 && words.every(word => word === '')) return []
  const title = words[0]!.trimEnd()
  if (!/\s/.test(title) || words.some((word, index) => index > 0 && word !== '')) return words
  return [title]
}

/** Seconds since 1970 at boot, out of the text of `/proc/stat`, or null. Moves when the clock is set. */
export const bootTime = (text: string): number | null => wholeNumber(/^btime (\d+)$/m.exec(text)?.[1])

const wholeNumber = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null
