/** The project and branch that a folder belongs to, as Git's files tell. No Git is run. */
import type { LeaseScope } from '../../tools/bind/bind.ts'

type Read = (path: string) => string | null

/**
 * The nearest folder upwards with a `.git` in it, and the branch that is checked out there; a commit without a branch is
 * told by its hash. In a linked worktree `.git` is a file that says where the rest is (gitrepository-layout(5)). Outside
 * of any, the folder itself.
 */
export function gitProject(folder: string, read: Read): LeaseScope {
  for (let at = folder; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const head = read(`${at}/.git/HEAD`) ?? headOfWorktree(at, read)
    if (head !== null) return { project: at === '' ? '/' : at, branch: branchOf(head) }
    if (at === '') return { project: folder }
  }
}

function headOfWorktree(folder: string, read: Read): string | null {
  const [, place] = /^gitdir: (.+)$/m.exec(read(`${folder}/.git`) ?? '') ?? []
  if (place === undefined) return null
  return read(`${place.startsWith('/') ? place : `${folder}/${place}`}/HEAD`)
}

const branchOf = (head: string): string => head.trim().replace(/^ref: (?:refs\/heads\/)?/, '')
