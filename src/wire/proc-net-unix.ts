/**
 * The table of unix sockets in `/proc/net/unix`.
 *
 * Answers: kind, state, inode and name. Does not tell: peer, queues, user. The name is whatever was bound, so it can
 * hold blanks and even line feeds; a line that is no row continues the name before it. A name made to look like
 * further rows can't be told from them: only sock_diag (`unix-diag.ts`) is safe from that. Source: net/unix/af_unix.c
 * (`unix_seq_show`).
 */
import { familyCode, protocolCode, type SocketColumns, stateCode, UNTOLD } from '../model/socket-columns.ts'
import { lossyUtf8 } from './lossy-utf8.ts'
import { COLON, SPACE, type TableProgress, TextScanner } from './text-scanner.ts'
import { UNIX_KIND_CODES } from './unix-diag.ts'

/** Appends the rows of the table to `columns`. Queues and users are `UNTOLD`. */
export function decodeProcNetUnix(bytes: Uint8Array, columns: SocketColumns, netns: number): TableProgress {
  const scanner = new TextScanner(bytes)
  const first = columns.length
  let skipped = 0
  for (let line = 0; scanner.at < bytes.length; line++) {
    const start = scanner.at
    const end = scanner.lineEnd()
    if (end < 0) {
      skipped++
      break
    }
    if (!readRow(scanner, end, columns, netns)) {
      const last = columns.length - 1
      const name = columns.names.get(last)
      if (last >= first && name !== undefined) {
        columns.names.set(last, `${name}\n${lossyUtf8(bytes.subarray(start, end))}`)
      } else if (line > 0) skipped++
    }
    scanner.at = end + 1
  }
  return { rows: columns.length - first, skipped }
}

/** `Num: RefCount Protocol Flags Type St Inode[ Path]`; Num is a pointer, or `(null)` to those who may not see it. */
function readRow(from: TextScanner, end: number, columns: SocketColumns, netns: number): boolean {
  const pointer = from.word()
  if (pointer.length < 2 || pointer[pointer.length - 1] !== COLON) return false
  if (from.hex() < 0 || from.hex() < 0) return false
  const flags = from.hex()
  const kind = from.hex()
  const state = from.hex()
  const inode = from.decimal()
  if (flags < 0 || kind < 0 || state < 0 || inode < 0) return false
  if (from.at !== end && from.character(SPACE) < 0) return false
  const row = columns.add()
  columns.protocol[row] = UNIX_PROTOCOL
  columns.family[row] = UNIX_FAMILY
  columns.kind[row] = UNIX_KIND_CODES[kind] ?? 0
  columns.state[row] = (flags & ACCEPTS_CONNECTIONS) !== 0 ? LISTEN : (STATES[state] ?? CLOSED)
  columns.netns[row] = netns
  columns.inode[row] = inode
  columns.uid[row] = UNTOLD
  columns.receiveQueue[row] = UNTOLD
  columns.sendQueue[row] = UNTOLD
  if (from.at < end) columns.names.set(row, lossyUtf8(from.bytes.subarray(from.at, end)))
  return true
}

/** __SO_ACCEPTCON */
const ACCEPTS_CONNECTIONS = 0x10000
const UNIX_PROTOCOL = protocolCode('unix')
const UNIX_FAMILY = familyCode('unix')
const LISTEN = stateCode('listen')
const CLOSED = stateCode('closed')

/** SS_UNCONNECTED 1, SS_CONNECTING 2 (connected, not accepted yet), SS_CONNECTED 3. */
const STATES: Readonly<Record<number, number>> = {
  1: stateCode('unconnected'),
  2: stateCode('connected'),
  3: stateCode('connected'),
}
