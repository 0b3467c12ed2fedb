/**
 * The network namespaces of this machine: those that processes live in, and those that only a name keeps.
 *
 * `/proc/<pid>/net/dev` is a file of the namespace and not of the process, and everybody may stat it: its inode
 * tells namespaces apart even where the link `/proc/<pid>/ns/net` may not be read. Where that link can't be
 * read the namespace goes by this inode instead of its own.
 */
import { type Known, known, unknown } from '../../model/known.ts'
import type { NetworkNamespace } from '../os.ts'
import { type FileTree, inodeOf } from './file-tree.ts'

/** Where `ip netns` and container runtimes keep namespaces by name. */
const NAME_FOLDERS = ['/run/netns', '/run/docker/netns']

/** A few processes are enough to read a namespace through. */
const MOST_PIDS = 4

export interface Namespace extends NetworkNamespace {
  /** A file that setns(2) takes, or null where we may not even open it. */
  readonly door: string | null
  /** The file by which its processes are told from others; null where it has none. */
  readonly file: number | null
}

/** Inode of our own network namespace. */
export const ownNamespace = (files: FileTree): number =>
  inodeOf(files, '/proc/self/ns/net') ?? inodeOf(files, '/proc/self/net/dev') ?? 0

/** All namespaces, our own first. `mayEnter`: we have the right to setns(2). */
export function readNamespaces(files: FileTree, mayEnter: boolean): readonly Namespace[] {
  const named = namesByInode(files)
  const own = ownNamespace(files)
  const ownFile = fileOf(files, 'self')
  const found = new Map<number, Namespace>()
  for (const [file, pids] of groups(files)) {
    const id = file === ownFile ? own : (firstInode(files, pids) ?? file)
    found.set(id, {
      inode: id,
      self: id === own,
      name: named.get(id)?.name ?? null,
      pids: pids.slice(0, MOST_PIDS),
      readable: known(true),
      door: mayEnter ? `/proc/${pids[0]}/ns/net` : null,
      file,
    })
  }
  for (const [id, { name, path }] of named) {
    if (found.has(id)) continue
    const readable: Known<true> = mayEnter ? known(true) : unknown('denied')
    const door = mayEnter ? path : null
    found.set(id, { inode: id, self: id === own, name, pids: [], readable, door, file: null })
  }
  return [...found.values()].sort((a, b) => Number(b.self) - Number(a.self) || a.inode - b.inode)
}

/** The file that tells the namespace of a process from others; null for one that has exited, or is a zombie. */
export const fileOf = (files: FileTree, pid: number | 'self'): number | null =>
  inodeOf(files, `/proc/${pid}/net/dev`)

/** The inode of the namespace itself, by the first of its processes that lets us see it. */
function firstInode(files: FileTree, pids: readonly number[]): number | null {
  for (const pid of pids) {
    const inode = inodeOf(files, `/proc/${pid}/ns/net`)
    if (inode !== null) return inode
  }
  return null
}

/** Processes by the namespace they live in. */
function groups(files: FileTree): ReadonlyMap<number, number[]> {
  const byFile = new Map<number, number[]>()
  for (const entry of files.list('/proc')) {
    const pid = Number(entry)
    if (!Number.isInteger(pid)) continue
    const file = fileOf(files, pid)
    if (file === null) continue
    const pids = byFile.get(file)
    if (pids === undefined) byFile.set(file, [pid])
    else pids.push(pid)
  }
  return byFile
}

function namesByInode(files: FileTree): Map<number, { name: string; path: string }> {
  const names = new Map<number, { name: string; path: string }>()
  for (const folder of NAME_FOLDERS) {
    for (const name of list(files, folder)) {
      const path = `${folder}/${name}`
      const id = inodeOf(files, path)
      if (id !== null && !names.has(id)) names.set(id, { name, path })
    }
  }
  return names
}

function list(files: FileTree, folder: string): readonly string[] {
  try {
    return files.list(folder)
  } catch {
    return [] // nothing keeps namespaces there
  }
}
