/**
 * The second look for owners. The walk over processes and the reading of the table are not one moment: a socket
 * can be opened between them, and a descriptor can belong to one thread alone. Before a socket is said to have
 * no owner though all processes could be read, it is looked for again, threads included; and if that finds
 * nothing, the table is asked whether the socket still exists.
 */
import { SOCKET_PROTOCOLS } from '../../model/protocol.ts'
import type { SocketColumns } from '../../model/socket-columns.ts'
import type { OS, Ownership, SocketQuery } from '../../os/os.ts'
import { OwnerIndex } from './owner-index.ts'

/** More of them than this are no coincidence: something systematic hides their owners. */
const MOST = 10_000
/** A few processes that nobody may read, such as pid 1 of some virtual machines, don't make a walk useless. */
const MOST_REFUSED = 8

export interface SecondLook {
  readonly owners: OwnerIndex
  /** Rows whose socket is no more. */
  readonly gone: readonly number[]
}

/** `unresolved`: rows that have a descriptor somewhere and no known holder. Null when looking again is no use. */
export async function lookAgain(
  os: OS,
  columns: SocketColumns,
  ownership: Ownership,
  unresolved: readonly number[],
  queries: readonly SocketQuery[],
): Promise<SecondLook | null> {
  const { refused, hidden, unsupported } = ownership.coverage
  // Where processes are hidden, most of the unresolved sockets are theirs, and a second walk shows no more.
  if (unsupported || hidden || refused.length > MOST_REFUSED || unresolved.length > MOST) return null
  const rows = new Map(unresolved.map(row => [columns.inode[row]!, row]))
  const again = await os.owners({ inodes: new Set(rows.keys()), threads: true })
  for (let i = 0; i < again.length; i++) rows.delete(again.inode[i]!)
  return {
    owners: new OwnerIndex(again.length === 0 ? ownership : joined(ownership, again)),
    gone: rows.size === 0 ? [] : await goneRows(os, columns, rows, queries),
  }
}

async function goneRows(
  os: OS,
  columns: SocketColumns,
  unresolved: ReadonlyMap<number, number>,
  queries: readonly SocketQuery[],
): Promise<number[]> {
  const protocols = new Set(Array.from(unresolved.values(), row => SOCKET_PROTOCOLS[columns.protocol[row]!]!))
  const alive = new Set<number>()
  for (const query of queries) {
    for await (const batch of os.sockets({ ...query, protocols: [...protocols], details: [] })) {
      for (let row = 0; row < batch.length; row++) alive.add(batch.inode[row]!)
    }
  }
  return [...unresolved].filter(([inode]) => !alive.has(inode)).map(([, row]) => row)
}

function joined(a: Ownership, b: Ownership): Ownership {
  const length = a.length + b.length
  const join = (key: 'inode' | 'pid' | 'fd'): Uint32Array => {
    const all = new Uint32Array(length)
    all.set(a[key].subarray(0, a.length))
    all.set(b[key].subarray(0, b.length), a.length)
    return all
  }
  return { length, inode: join('inode'), pid: join('pid'), fd: join('fd'), coverage: a.coverage }
}
