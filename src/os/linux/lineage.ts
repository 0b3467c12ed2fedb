/**
 * A process and those it was started from, with what tells where somebody sits: the controlling terminal
 * (proc_pid_stat(5), tty_nr) and what sshd left in the environment.
 */
import { parseStatusUid } from '../../wire/proc-process.ts'
import type { Ancestor } from '../acts.ts'
import { codeOf, type FileTree, textOr } from './file-tree.ts'

/** A chain of parents ends at 0; a damaged one ends here. */
const DEEPEST = 128

export function readLineage(files: FileTree, self: number): readonly Ancestor[] {
  const found: Ancestor[] = []
  for (let pid = self; pid > 0 && found.length < DEEPEST; ) {
    const stat = textOr(files, `/proc/${pid}/stat`)
    const [, parent, , , terminal] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (parent === undefined) break
    found.push({
      pid,
      uid: parseStatusUid(textOr(files, `/proc/${pid}/status`)) ?? 0,
      terminal: terminalName(Number(terminal)),
      ...environmentOf(files, pid),
    })
    pid = Number(parent)
  }
  return found
}

function environmentOf(files: FileTree, pid: number): Pick<Ancestor, 'sshConnection' | 'hidden'> {
  try {
    const text = files.read(`/proc/${pid}/environ`).toString('latin1')
    const [, sshConnection = null] = /(?:^|\0)SSH_CONNECTION=([^\0]*)/.exec(text) ?? []
    return { sshConnection, hidden: false }
  } catch (error) {
    return { sshConnection: null, hidden: codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM' }
  }
}

/** First number of the UNIX98 terminals; each of the eight has 256 of them (devices.txt). */
const PTS = 136

/** The name below `/dev` of a device number, by the kernel's list of devices (devices.txt). */
export function terminalName(device: number): string | null {
  if (!Number.isInteger(device) || device === 0) return null
  // include/linux/kdev_t.h, new_encode_dev.
  const major = (device >> 8) & 0xfff
  const minor = (device & 0xff) | ((device >>> 12) & 0xfff00)
  if (major === 4) return minor < 64 ? `tty${minor}` : `ttyS${minor - 64}`
  if (major === 5 && minor === 1) return 'console'
  if (major >= PTS && major < PTS + 8) return `pts/${(major - PTS) * 256 + minor}`
  if (major === 188) return `ttyUSB${minor}`
  if (major === 204 && minor >= 64) return `ttyAMA${minor - 64}`
  if (major === 229) return `hvc${minor}`
  return `${major}:${minor}`
}
