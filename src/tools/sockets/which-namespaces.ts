/** Which network namespaces a person means: self, all, a name, a pid or an inode. */
import { fault } from '../../model/fault.ts'
import type { OS } from '../../os/os.ts'

/** Inodes, our own first. Throws E_NETNS_UNKNOWN, and E_NETNS_DENIED for one that can't be read at all. */
export async function whichNamespaces(os: OS, text: string | undefined): Promise<readonly number[]> {
  if (text === undefined || text === 'self') return [os.netns]
  const all = await os.namespaces()
  if (text === 'all') return all.filter(one => one.readable.known).map(one => one.inode)
  const found =
    all.find(one => one.name === text) ??
    all.find(one => String(one.inode) === text) ??
    (await ofProcess(os, text))
  if (found === undefined) throw fault('E_NETNS_UNKNOWN', { text })
  if (!found.readable.known) throw fault('E_NETNS_DENIED', { text })
  return [found.inode]
}

async function ofProcess(os: OS, text: string) {
  if (!/^\d+$/.test(text)) return undefined
  return os.namespaceOf(Number(text))
}
