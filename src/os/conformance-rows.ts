/** The rows of a host's socket table, for comparing one answer with another. */
import { FAMILIES, SOCKET_PROTOCOLS } from '../model/protocol.ts'
import { SOCKET_STATES } from '../model/socket.ts'
import type { SocketColumns } from '../model/socket-columns.ts'
import type { StagedSocket } from './conformance.ts'
import { check } from './conformance-check.ts'
import type { Cancellable, OS, SocketQuery } from './os.ts'

export interface Row {
  /** The same for the same socket in another answer. */
  readonly key: string
  readonly protocol: string
  readonly family: string
  readonly state: string
  readonly localPort: number
  readonly peerPort: number
  readonly netns: number
  readonly inode: number
}

export async function readColumns(
  os: OS,
  query: SocketQuery = {},
  options?: Cancellable,
): Promise<readonly SocketColumns[]> {
  const batches: SocketColumns[] = []
  for await (const batch of os.sockets(query, options)) batches.push(batch)
  return batches
}

export const readRows = async (os: OS, query: SocketQuery = {}): Promise<readonly Row[]> =>
  (await readColumns(os, query)).flatMap(columns =>
    Array.from({ length: columns.length }, (_, row) => rowAt(columns, row)),
  )

function rowAt(columns: SocketColumns, row: number): Row {
  const netns = columns.netns[row]!
  const inode = columns.inode[row]!
  const cookie = columns.cookie[row]!
  const facts = {
    protocol: SOCKET_PROTOCOLS[columns.protocol[row]!] ?? 'none',
    family: FAMILIES[columns.family[row]!] ?? 'none',
    state: SOCKET_STATES[columns.state[row]!] ?? 'none',
    localPort: columns.localPort[row]!,
    peerPort: columns.peerPort[row]!,
  }
  const ends = [columns.local, columns.peer].map(one => one.subarray(row * 16, row * 16 + 16).join('.'))
  const named = [facts.protocol, facts.family, facts.localPort, facts.peerPort, ...ends, inode]
  const key = cookie === 0n ? [...named, columns.names.get(row)].join(' ') : `cookie ${cookie}`
  return { key: `${key} in ${netns}`, ...facts, netns, inode }
}

/** The row of a staged socket; an error where there is none. */
export function rowOf(rows: readonly Row[], staged: StagedSocket): Row {
  const found = rows.find(
    row =>
      row.protocol === staged.protocol &&
      row.family === staged.family &&
      row.state === staged.state &&
      (staged.localPort === undefined || row.localPort === staged.localPort) &&
      (staged.peerPort === undefined || row.peerPort === staged.peerPort),
  )
  check(found !== undefined, `${JSON.stringify(staged)} is not in the table of ${rows.length}`)
  return found
}

/** Rows that are in both answers and have not changed: a live table may have. */
export function lasting(before: readonly Row[], after: readonly Row[]): readonly Row[] {
  const later = new Map(after.map(row => [row.key, row]))
  return before.filter(row => {
    const other = later.get(row.key)
    return other?.state === row.state && other.peerPort === row.peerPort && other.localPort === row.localPort
  })
}
