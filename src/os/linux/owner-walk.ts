/**
 * The walk over descriptors: which process holds which socket.
 *
 * `/proc/<pid>/fd/<n>` is a link to `socket:[inode]`; the kernel needs some 3 µs to tell one, and that is
 * what the walk costs. So it skips what can't matter: processes without descriptors, and the rest of a
 * process once it has shown as many as it holds. Numbers are tried upwards from 0 first, because listing
 * the folder costs a quarter more; sparse tables are listed.
 *
 * A socket may have several holders, so finding one doesn't end the walk.
 */
import { type Libc, offHeap } from '../ffi.ts'
import { codeOf, type FileTree } from './file-tree.ts'

/** Holders found so far, as parallel columns. */
export class Holders {
  length = 0
  inode = new Uint32Array(1024)
  pid = new Uint32Array(1024)
  fd = new Uint32Array(1024)

  add(inode: number, pid: number, fd: number): void {
    if (this.length === this.inode.length) {
      this.inode = grown(this.inode)
      this.pid = grown(this.pid)
      this.fd = grown(this.fd)
    }
    this.inode[this.length] = inode
    this.pid[this.length] = pid
    this.fd[this.length++] = fd
  }
}

const grown = (old: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> => {
  const fresh = new Uint32Array(old.length * 4)
  fresh.set(old)
  return fresh
}

/** Whether a socket's inode is wanted. */
export type Wanted = (inode: number) => boolean

/** How many descriptors a process holds: the size of the folder since Linux 6.2, before that 0 or unknown. */
export function descriptorCount(files: FileTree, pid: number | 'self'): number {
  try {
    return files.stat(`/proc/${pid}/fd`).size
  } catch {
    return 0
  }
}

/** The same, without an object for each of them; 0 also for what can't be looked at. */
export function descriptorCountWithLibc(libc: Libc, folder: string): number {
  if (libc.statx(AT_FDCWD, cString(folder), 0, STATX_SIZE, STAT) < 0) return 0
  return LITTLE_ENDIAN ? STAT.readUInt32LE(SIZE_AT) : STAT.readUInt32BE(SIZE_AT + 4)
}

export type WalkOutcome = 'read' | 'refused' | 'vanished'

/** Adds what one process holds, through its folder of descriptors (`/proc/<pid>/fd`, or a thread's). */
export function walkWithLibc(
  libc: Libc,
  folder: string,
  pid: number,
  count: number,
  wanted: Wanted,
  holders: Holders,
): WalkOutcome {
  const directory = libc.open(cString(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  if (directory < 0) return outcomeOf(libc.errno())
  try {
    const seen = count === 0 ? 0 : tryUpwards(libc, directory, pid, count, wanted, holders)
    if (seen === REFUSED) return 'refused'
    if (count > 0 && seen >= count) return 'read'
    return listAndRead(libc, directory, pid, count === 0 ? 0 : limitOf(count), wanted, holders)
  } finally {
    libc.close(directory)
  }
}

/** Numbers above this are left to the listing. */
const limitOf = (count: number): number => count + (count >> 3) + 8

function tryUpwards(
  libc: Libc,
  directory: number,
  pid: number,
  count: number,
  wanted: Wanted,
  holders: Holders,
): number {
  const limit = limitOf(count)
  let seen = 0
  for (let fd = 0; fd < limit && seen < count; fd++) {
    writeDecimal(fd)
    const length = libc.readlinkat(directory, NAME, LINK, LINK.length)
    if (length < 0) {
      if (outcomeOf(libc.errno()) === 'refused') return REFUSED
      continue
    }
    seen++
    const inode = socketInode(length)
    if (inode !== 0 && wanted(inode)) holders.add(inode, pid, fd)
  }
  return seen
}

/** Root may open the folder and still not read the links (ptrace_may_access in proc_pid_readlink). */
const REFUSED = -1

/** Reads the folder and every descriptor in it from number `from` on. */
function listAndRead(
  libc: Libc,
  directory: number,
  pid: number,
  from: number,
  wanted: Wanted,
  holders: Holders,
): WalkOutcome {
  for (;;) {
    const size = libc.getdents64(directory, ENTRIES, ENTRIES.length)
    if (size <= 0) return 'read'
    // struct linux_dirent64: ino u64, off u64, reclen u16, type u8, name.
    for (let at = 0; at + 19 < size; ) {
      const length = ENTRIES[at + 16]! | (ENTRIES[at + 17]! << 8)
      let fd = 0
      let digit = ENTRIES[at + 19]! - ZERO
      for (let i = at + 19; digit >= 0 && digit <= 9; digit = ENTRIES[++i]! - ZERO) fd = fd * 10 + digit
      if (fd >= from && ENTRIES[at + 19] !== DOT) {
        writeDecimal(fd)
        const linkLength = libc.readlinkat(directory, NAME, LINK, LINK.length)
        if (linkLength < 0 && outcomeOf(libc.errno()) === 'refused') return 'refused'
        const inode = socketInode(linkLength)
        if (inode !== 0 && wanted(inode)) holders.add(inode, pid, fd)
      }
      if (length === 0) return 'read'
      at += length
    }
  }
}

/** The same through Node alone; half as fast. */
export function walkWithNode(
  files: FileTree,
  folder: string,
  pid: number,
  wanted: Wanted,
  holders: Holders,
): WalkOutcome {
  let names: readonly string[]
  try {
    names = files.list(folder)
  } catch (error) {
    return GONE.has(codeOf(error)) ? 'vanished' : 'refused'
  }
  for (const name of names) {
    let link: string
    try {
      link = files.link(`${folder}/${name}`)
    } catch (error) {
      if (!GONE.has(codeOf(error))) return 'refused'
      continue // closed meanwhile: as if we had come a moment later
    }
    if (!link.startsWith('socket:[')) continue
    const inode = Number(link.slice(8, -1))
    if (wanted(inode)) holders.add(inode, pid, Number(name))
  }
  return 'read'
}

const AT_FDCWD = -100
const STATX_SIZE = 0x200
/** `stx_size` of `struct statx`, of which the low half is enough. */
const SIZE_AT = 40
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1
const STAT = offHeap(256)
const O_RDONLY = 0
/** The same numbers on every architecture that koffi supports, but for arm and ppc, where O_DIRECTORY differs. */
const O_DIRECTORY =
  process.arch === 'arm' || process.arch === 'arm64' || process.arch === 'ppc64' ? 0o40000 : 0o200000
const O_CLOEXEC = 0o2000000
const ENOENT = 2
const ESRCH = 3

/** A process that is gone is not our business; every other reason means that its descriptors stay unknown. */
const outcomeOf = (errno: number): WalkOutcome =>
  errno === ENOENT || errno === ESRCH ? 'vanished' : 'refused'
const GONE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ESRCH'])

const ZERO = 48
const DOT = 46
const NAME = offHeap(128)
const LINK = offHeap(128)
const ENTRIES = offHeap(64 * 1024)

const PATH = offHeap(256)
/** A path in the one buffer that all calls share: it is good until the next one. */
const cString = (text: string): Buffer => {
  PATH[PATH.write(text, 'latin1')] = 0
  return PATH
}

/** Writes a descriptor number and a NUL into NAME. */
function writeDecimal(fd: number): void {
  let at = fd < 10 ? 1 : fd < 100 ? 2 : fd < 1000 ? 3 : fd < 10_000 ? 4 : fd < 100_000 ? 5 : String(fd).length
  NAME[at] = 0
  for (let rest = fd; at > 0; rest = (rest / 10) | 0) NAME[--at] = ZERO + (rest % 10)
}

/** The inode in a link text `socket:[12345]` of that length in LINK, or 0. */
function socketInode(length: number): number {
  if (length < 10 || LINK[0] !== 0x73 || LINK[6] !== 0x3a || LINK[7] !== 0x5b || LINK[1] !== 0x6f) return 0
  let inode = 0
  for (let i = 8; i < length - 1; i++) inode = inode * 10 + LINK[i]! - ZERO
  return inode
}
