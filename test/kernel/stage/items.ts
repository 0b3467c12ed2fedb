/** The JSON that `ports ls` prints, and which of its items is a certain socket of the stage. */
import type { SocketItem } from '../../../src/tools/sockets/item.ts'
import type { StagedSocket } from './staged-socket.ts'
import { ports, type View } from './views.ts'

export interface Document {
  readonly complete: boolean
  readonly warnings: readonly { readonly code: string; readonly message: string }[]
  readonly items: readonly SocketItem[]
}

/** Runs `ports ls … --json` and reads what it says. */
export async function list(netns: string, view: View, ...words: string[]): Promise<Document> {
  const { status, stdout, stderr } = await ports(netns, view, 'ls', ...words, '--json')
  if (status !== 0) throw new Error(`ports ls ${words.join(' ')} as ${view}: status ${status}\n${stderr}`)
  return JSON.parse(stdout) as Document
}

/** All items that are this socket: by its inode, or where it has none by its two ends. */
export const itemsOf = (items: readonly SocketItem[], socket: StagedSocket): readonly SocketItem[] =>
  items.filter(item =>
    socket.inode === 0 ? item.inode === 0 && sameEnds(item, socket) : item.inode === socket.inode,
  )

const sameEnds = (item: SocketItem, { protocol, port, peerPort }: StagedSocket): boolean =>
  item.protocol === protocol && portOf(item.local) === port && portOf(item.peer) === peerPort

export const portOf = (end: SocketItem['peer']): number | undefined =>
  end !== undefined && 'port' in end ? end.port : undefined

/** The processes that an item names, each once, in order. */
export const pidsOf = (item: SocketItem): readonly number[] =>
  [...new Set(item.owners?.map(({ pid }) => pid))].sort((a, b) => a - b)
