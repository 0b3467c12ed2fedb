/**
 * Notes on changes of our table, in a folder of root's that is empty after a boot, one for each network namespace.
 *
 * `lock` and `watchdog.lock` are held with flock(2), which the kernel takes away from whoever dies. `trial.json` and
 * `last.json` are put in place whole: written beside, flushed, renamed.
 */
import { fault, isFault } from '../../model/fault.ts'
import { parseTrial, parseTrialEnd, type Trial, type TrialEnd } from '../../model/filter/trial.ts'
import { type Libc, offHeap } from '../ffi.ts'
import { codeOf, type FileTree, inodeOf, textOr } from './file-tree.ts'

const {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} = process.getBuiltinModule('node:fs')

/** hier(7): for what runs, gone after a boot. */
const ROOT = '/run/portolan'
const ASIDE = '/run/portolan-check-'
const GROUP_OR_OTHERS_WRITE = 0o022

/** Of our network namespace; it may not be there yet. */
export const notesPlace = (libc: Libc, files: FileTree): string =>
  `${ROOT}/filter-${namespaceId(libc) ?? inodeOf(files, '/proc/self/ns/net') ?? 0}`

/** The same, made if need be. Throws `E_FW_STATE`, `E_FW_DENIED`. */
export function notesFolder(libc: Libc, files: FileTree): string {
  const place = notesPlace(libc, files)
  inPlace(place, () => {
    for (const folder of [ROOT, place]) {
      made(folder)
      const { uid, mode } = statSync(folder)
      const us = process.geteuid!()
      if (uid !== us && us !== 0) throw fault('E_FW_DENIED', { why: `${folder} belongs to user ${uid}` })
      if (uid !== us) throw stateFault(folder, `it belongs to user ${uid}`)
      if ((mode & GROUP_OR_OTHERS_WRITE) !== 0) chmodSync(folder, 0o755)
    }
  })
  return place
}

/** A folder of our own for as long as a question takes. Throws `E_FW_STATE`, `E_FW_DENIED`. */
export const folderAside = (): string => inPlace(ASIDE, () => mkdtempSync(ASIDE))

/** Not `recursive`: that says ENOENT of a file system that is read-only. */
function made(folder: string): void {
  try {
    mkdirSync(folder, 0o755)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

const [AF_INET, SOCK_DGRAM, SOCK_CLOEXEC] = [2, 2, 0o2000000]
const [SOL_SOCKET, SO_NETNS_COOKIE] = [1, 71]

/** SO_NETNS_COOKIE (Linux 5.14): unlike an inode never used a second time. */
function namespaceId(libc: Libc): bigint | null {
  const fd = libc.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)
  if (fd < 0) return null
  const [value, length] = [offHeap(8), offHeap(4)]
  new Uint32Array(length.buffer, length.byteOffset, 1)[0] = 8
  const done = libc.getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, value, length)
  libc.close(fd)
  return done < 0 ? null : new BigUint64Array(value.buffer, value.byteOffset, 1)[0]!
}

export const bootId = (files: FileTree): string => textOr(files, '/proc/sys/kernel/random/boot_id').trim()

/** The change on trial. One of another boot is none: its rules are gone. Throws `E_FW_STATE` for a damaged note. */
export function readTrial(place: string, boot: string): Trial | null {
  const text = textOf(place, 'trial.json')
  if (text === null) return null
  const trial = parseTrial(text)
  if (trial === null) throw stateFault(place, 'trial.json is damaged')
  // It is taken away after its end has been noted: whoever was killed in between has ended it all the same.
  return trial.boot === boot && readLast(place)?.id !== trial.id ? trial : null
}

export function readLast(place: string): TrialEnd | null {
  const text = textOf(place, 'last.json')
  return text === null ? null : parseTrialEnd(text)
}

function textOf(place: string, name: string): string | null {
  try {
    return readFileSync(`${place}/${name}`, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw storeFault(place, error)
  }
}

/** Puts a file in place whole or not at all. Throws `E_FW_STATE`, `E_FW_DENIED`. */
export function writeWhole(place: string, name: string, text: string): void {
  inPlace(place, () => {
    const beside = `${place}/.${name}.new`
    const fd = openSync(beside, 'w', 0o600)
    try {
      const bytes = Buffer.from(text)
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(beside, `${place}/${name}`)
  })
}

export const removeNote = (place: string, name: string): void =>
  inPlace(place, () => rmSync(`${place}/${name}`, { force: true }))

const [LOCK_EX, LOCK_NB] = [2, 4]
const EWOULDBLOCK = 11

/** The descriptor that holds the lock, or null while another one does. Closing it gives the lock back. */
export function tryLock(libc: Libc, place: string, name: string): number | null {
  const fd = inPlace(place, () => openSync(`${place}/${name}`, 'a+', 0o600))
  if (libc.flock(fd, LOCK_EX | LOCK_NB) === 0) return fd
  const errno = libc.errno()
  closeSync(fd)
  if (errno === EWOULDBLOCK) return null
  throw stateFault(place, `flock: errno ${errno}`)
}

export function isLocked(libc: Libc, place: string, name: string): boolean {
  if (!existsSync(`${place}/${name}`)) return false
  const fd = tryLock(libc, place, name)
  if (fd !== null) closeSync(fd)
  return fd === null
}

function inPlace<T>(place: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw isFault(error) ? error : storeFault(place, error)
  }
}

function storeFault(place: string, cause: unknown): Error {
  const code = codeOf(cause) ?? String(cause)
  if (code === 'EACCES' || code === 'EPERM')
    return fault('E_FW_DENIED', { why: `${place}: ${code}` }, { cause })
  return stateFault(place, code, cause)
}

const NEXT: Readonly<Record<string, string>> = {
  EROFS:
    'Nothing was changed. It is mounted read-only; mount it writable, since without notes there is no way back.',
  ENOSPC: 'Nothing was changed. It is full; free space there (df -h, df -i).',
}

function stateFault(place: string, why: string, cause?: unknown): Error {
  const next = NEXT[why] ?? 'Nothing was changed. See what became of that folder; root may remove it.'
  return fault('E_FW_STATE', { place, why, next }, { cause })
}
