/**
 * What tells a socket from all others while it lives: its cookie, else its inode, else its ends.
 *
 * Equal for two readings of the same socket. The namespace is part of it, because Linux before 5.12 counted cookies in
 * each namespace alone (`__sock_gen_cookie`).
 */
import type { SocketColumns } from '../../model/socket-columns.ts'
import { socketAt } from '../../model/socket-row.ts'

export function socketKey(columns: SocketColumns, row: number): string {
  const netns = columns.netns[row]!
  const cookie = columns.cookie[row]!
  if (cookie !== 0n) return `${netns} ${cookie}`
  const inode = columns.inode[row]!
  if (inode !== 0) return `${netns} i${inode}`
  const { protocol, local, peer } = socketAt(columns, row)
  return JSON.stringify([netns, protocol, local, peer])
}
