/**
 * What a control group id stands for: the unit or container.
 *
 * The id that sock_diag tells is the inode number of the group's folder in the cgroup v2 hierarchy
 * (`cgroup_id`, include/linux/cgroup.h), so the folders are walked once and looked up by inode. The root's id
 * says nothing, and where only cgroup v1 is in use every socket has it.
 */
import { type Known, known, unknown } from '../../model/known.ts'
import { controlGroupOf } from '../../wire/cgroup-path.ts'
import type { ControlGroup } from '../os.ts'
import { type FileTree, textOr } from './file-tree.ts'

/** A tree this large is not a machine's: something is wrong, and we stop. */
const MOST_FOLDERS = 20_000

export function readControlGroups(
  files: FileTree,
  ids: readonly bigint[],
): ReadonlyMap<bigint, Known<ControlGroup>> {
  const root = mountPoint(files)
  const wanted = new Set(ids)
  const found = new Map<bigint, Known<ControlGroup>>()
  if (root !== null && ids.length > 0) search(files, root, wanted, found)
  for (const id of ids) if (!found.has(id)) found.set(id, unknown(root === null ? 'unsupported' : 'vanished'))
  return found
}

function search(
  files: FileTree,
  root: string,
  wanted: ReadonlySet<bigint>,
  found: Map<bigint, Known<ControlGroup>>,
): void {
  const paths = ['']
  for (let visited = 0; paths.length > 0 && found.size < wanted.size && visited < MOST_FOLDERS; visited++) {
    const path = paths.shift()!
    try {
      const id = BigInt(files.stat(root + path).inode)
      if (wanted.has(id)) found.set(id, path === '' ? unknown('unsupported') : known(groupAt(path)))
      for (const name of files.folders(root + path)) paths.push(`${path}/${name}`)
    } catch {
      // The group went away while we walked; sockets of it are `vanished` then.
    }
  }
}

function groupAt(path: string): ControlGroup {
  const { unit, container } = controlGroupOf(path)
  return { path, ...(unit === undefined ? {} : { unit }), ...(container === undefined ? {} : { container }) }
}

/** Where cgroup v2 is mounted, or null. */
function mountPoint(files: FileTree): string | null {
  for (const line of textOr(files, '/proc/self/mounts', 'utf8').split('\n')) {
    const [, point, type] = line.split(' ', 3)
    if (type === 'cgroup2')
      return point!.replace(/\\(\d{3})/g, (_, octal: string) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      )
  }
  return null
}
