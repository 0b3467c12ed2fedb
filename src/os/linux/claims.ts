/**
 * Claims as symbolic links in a folder that everybody can write to and only root owns: `/run/lock`, or `/dev/shm`.
 *
 * A link is made whole by one system call, which fails where the name is taken (symlink(2)), and its text can't be
 * changed afterwards. The folder's sticky bit leaves it to the link's owner and root to remove it (unlink(2), EPERM). So
 * nothing has to be locked, nothing is ever half written, and whoever is killed leaves a claim or none.
 */
import type { Claim, ClaimHolder } from '../../model/claim.ts'
import { fault } from '../../model/fault.ts'
import { type Known, known, unknown } from '../../model/known.ts'
import { claimPrefix, decodeClaim, encodeClaim } from '../../wire/claim-name.ts'
import { type ProcStat, parseStat } from '../../wire/proc-process.ts'
import type { ClaimNote, ClaimStore } from '../os.ts'
import { callerOf } from './caller.ts'
import { codeOf, type FileTree, inodeOf, textOr } from './file-tree.ts'

const { lstatSync, readdirSync, readlinkSync, statSync, symlinkSync, unlinkSync } =
  process.getBuiltinModule('node:fs')

/** In this order: the first that every user can write to. All are empty after a boot on most systems. */
const FOLDERS = ['/run/lock', '/dev/shm', '/tmp']
const STICKY = 0o1000
const OTHERS_WRITE = 0o002
const GROUP_WRITE = 0o020

/** `folder`: another place, as tests need; it must belong to root or to us. */
export function openClaims(files: FileTree, netns: number, folder?: string): ClaimStore {
  const place = folder ?? FOLDERS.find(isShared)
  if (place === undefined) {
    throw storeFault(
      FOLDERS.join(', '),
      'none is root’s, sticky and writable for all',
      'Ask root to chmod 1777 one.',
    )
  }
  const uid = process.geteuid!()
  checkFolder(place, uid)
  const prefix = claimPrefix(textOr(files, '/proc/sys/kernel/random/boot_id'), netns)
  const space = inodeOf(files, '/proc/self/ns/pid') ?? 0
  let self: ClaimHolder | undefined
  const path = (claim: Claim): string => `${place}/${encodeClaim(prefix, claim)}`

  return {
    place,
    uid,
    list() {
      const claims: Claim[] = []
      for (const name of inStore(place, () => readdirSync(place))) {
        if (!name.startsWith(prefix)) continue
        const claim = decodeClaim(prefix, name)
        if (claim === null) throw damaged(place, name)
        claims.push(claim)
      }
      return claims
    },
    add(claim, note) {
      try {
        inStore(place, () => symlinkSync(note, path(claim)))
        return true
      } catch (error) {
        if (codeOf(error) === 'EEXIST') return false
        throw error
      }
    },
    remove(claim) {
      try {
        inStore(place, () => unlinkSync(path(claim)))
        return true
      } catch (error) {
        const code = codeOf(error)
        if (code === 'ENOENT') return true
        if (code === 'EPERM' || code === 'EACCES') return false
        throw error
      }
    },
    note(claim): Known<ClaimNote> {
      try {
        const text = readlinkSync(path(claim))
        return known({ uid: lstatSync(path(claim)).uid, text })
      } catch (error) {
        const code = codeOf(error)
        if (code === 'EINVAL') throw damaged(place, encodeClaim(prefix, claim))
        return unknown(code === 'ENOENT' ? 'vanished' : 'denied')
      }
    },
    lives: holder => lives(files, holder, space),
    holder(which) {
      if (which === 'self' && self !== undefined) return known(self)
      const pid = which === 'self' ? process.pid : which === 'caller' ? callerOf(files, process.pid) : which
      const stat = parseStat(textOr(files, `/proc/${pid}/stat`))
      if (stat === null) return unknown(exists(pid) ? 'denied' : 'vanished')
      if (isDead(stat)) return unknown('vanished')
      const found = { pid, start: stat.startTicks, space }
      if (which === 'self') self = found
      return known(found)
    },
  }
}

function isShared(folder: string): boolean {
  try {
    const { uid, mode } = statSync(folder)
    return uid === 0 && (mode & STICKY) !== 0 && (mode & OTHERS_WRITE) !== 0
  } catch {
    return false
  }
}

/** A folder in which somebody else could remove or replace our claims is of no use. */
function checkFolder(place: string, uid: number): void {
  let found: ReturnType<typeof statSync>
  try {
    found = statSync(place)
  } catch (error) {
    throw storeFault(
      place,
      codeOf(error) ?? String(error),
      'It is not made by itself; see what became of it.',
    )
  }
  const { mode } = found
  const why = !found.isDirectory()
    ? 'it is no folder'
    : found.uid !== 0 && found.uid !== uid
      ? `it belongs to user ${found.uid}, who could take any lease away`
      : (mode & (OTHERS_WRITE | GROUP_WRITE)) !== 0 && (mode & STICKY) === 0
        ? 'others may write there, and it is not sticky, so that anybody could take any lease away'
        : ''
  if (why !== '') throw storeFault(place, why, 'Ask root to repair it: owner root, mode 1777.')
}

const NEXT: Readonly<Record<string, string>> = {
  EROFS: 'It is mounted read-only; mount it writable. Nothing else is used in its place.',
  ENOSPC: 'It is full; free space or inodes there (df -i). Nothing else is used in its place.',
  EDQUOT: 'The quota is used up; free space or inodes there. Nothing else is used in its place.',
  EACCES: 'We may not write there; it needs mode 1777.',
  ENOENT: 'It is not made by itself; see what became of it.',
}

/** What a caller can't deal with becomes a fault that says what the system said. */
function inStore<T>(place: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    const code = codeOf(error) ?? ''
    const answered = code === 'EEXIST' || code === 'EPERM'
    const gone = code === 'ENOENT' && (error as NodeJS.ErrnoException).syscall === 'unlink'
    if (answered || gone) throw error
    const next = NEXT[code] ?? 'See what the system says about that folder.'
    throw storeFault(place, reasonOf(error as Error), next, error)
  }
}

/** `EROFS: read-only file system`, without the call and its words, which name our own links. */
const reasonOf = ({ message }: Error): string => /^[A-Z]\w+: [^,]+/.exec(message)?.[0] ?? message

const storeFault = (place: string, why: string, next: string, cause?: unknown) =>
  fault('E_LEASE_STORE', { place, why, next }, { cause })

function damaged(place: string, entry: string) {
  let uid = '?'
  try {
    uid = String(lstatSync(`${place}/${entry}`).uid)
  } catch {
    // Removed meanwhile: what was read is reported all the same.
  }
  return fault('E_LEASE_DAMAGED', { place, entry, uid })
}

/** Dead: nobody of that number, somebody else, or a zombie. What can't be seen is unknown, and keeps its lease. */
function lives(files: FileTree, { pid, start, space }: ClaimHolder, ours: number): Known<boolean> {
  if (space !== ours) return unknown('other-namespace')
  const stat = parseStat(textOr(files, `/proc/${pid}/stat`))
  if (stat !== null) return known(stat.startTicks === start && !isDead(stat))
  // With hidepid the processes of others aren't in /proc, but signals tell that they are there.
  return exists(pid) ? unknown('denied') : known(false)
}

/** Zombies have ended; nobody has asked for their status yet. */
const isDead = ({ state }: ProcStat): boolean => state === 'Z' || state === 'X'

/** Signal 0 tests for a process and sends nothing (kill(2)). */
function exists(pid: number): boolean {
  if (pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}
