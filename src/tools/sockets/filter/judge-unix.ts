/** Judges for names of unix sockets. The peer's name is found through its inode. */
import { protocolCode, type SocketColumns } from '../../../model/socket-columns.ts'
import type { UnixTerm } from './ast.ts'
import { globExpression } from './glob.ts'
import { type Judge, NO, YES } from './verdict.ts'

export function unixJudge({ end, pattern }: UnixTerm): Judge {
  const expression = globExpression(pattern)
  if (expression === null) return () => NO
  return (columns, row) => {
    if (columns.protocol[row] !== UNIX) return NO
    // A socket without a name has the empty one, as in ss.
    if (end !== 'peer' && expression.test(columns.names.get(row) ?? '')) return YES
    return end !== 'local' && expression.test(peerName(columns, row)) ? YES : NO
  }
}

function peerName(columns: SocketColumns, row: number): string {
  const inode = columns.peerInodes.get(row)
  return inode === undefined ? '' : (namesByInode(columns).get(inode) ?? '')
}

const indexes = new WeakMap<SocketColumns, { length: number; names: Map<number, string> }>()

function namesByInode(columns: SocketColumns): ReadonlyMap<number, string> {
  let index = indexes.get(columns)
  if (index?.length !== columns.length) {
    index = { length: columns.length, names: new Map() }
    for (const [row, name] of columns.names) index.names.set(columns.inode[row]!, name)
    indexes.set(columns, index)
  }
  return index.names
}

const UNIX = protocolCode('unix')
