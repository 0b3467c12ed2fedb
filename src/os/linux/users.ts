/** Names of user ids from `/etc/passwd`; ids that only a directory server knows stay numbers. */
import { type FileTree, textOr } from './file-tree.ts'

export function readUserNames(files: FileTree, uids: readonly number[]): ReadonlyMap<number, string> {
  const wanted = new Set(uids)
  const names = new Map<number, string>()
  for (const line of textOr(files, '/etc/passwd', 'utf8').split('\n')) {
    const [name, , uid] = line.split(':', 3)
    const id = Number(uid)
    if (name && uid && wanted.has(id) && !names.has(id)) names.set(id, name)
  }
  return names
}
