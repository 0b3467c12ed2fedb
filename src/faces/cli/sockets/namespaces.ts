/** The namespaces that `--netns` means, and those of them that can't be read. */
import { UNKNOWN_SAYS } from '../../../model/known.ts'
import type { OS } from '../../../os/os.ts'
import { whichNamespaces } from '../../../tools/sockets/sockets.ts'
import { counted } from '../render/counted.ts'
import type { Warning } from '../render/json.ts'

export interface Namespaces {
  readonly inodes: readonly number[]
  /** What is missing of an answer that should have been about all of them. */
  readonly unread: readonly Warning[]
}

/** Throws `E_NETNS_UNKNOWN` and `E_NETNS_DENIED`. */
export async function namespacesOf(os: OS, text: string): Promise<Namespaces> {
  const inodes = await whichNamespaces(os, text)
  return { inodes, unread: text === 'all' ? await unreadable(os) : [] }
}

async function unreadable(os: OS): Promise<Warning[]> {
  const closed = (await os.namespaces()).flatMap(({ readable, name, inode }) =>
    readable.known ? [] : [{ called: name ?? String(inode), reason: readable.reason }],
  )
  if (closed.length === 0) return []
  const denied = closed.some(({ reason }) => reason === 'denied')
  return [
    {
      code: 'namespaces-unread',
      message: `${counted(closed.length, 'network namespace')} may not be read: ${closed.map(({ called }) => called).join(', ')}`,
      hint: denied
        ? 'Entering another namespace needs root (CAP_SYS_ADMIN).'
        : `${UNKNOWN_SAYS[closed[0]!.reason]}.`,
    },
  ]
}
