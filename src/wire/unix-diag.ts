/**
 * NETLINK_SOCK_DIAG for unix sockets: the request, and the answer into columns.
 *
 * Answers: kind, state, name, peer, queues and user of every unix socket of a namespace. Does not answer: who
 * holds them, nor what the path leads to. Source: include/uapi/linux/unix_diag.h, net/unix/diag.c
 * (`sk_diag_fill`), unix(7) for the three sorts of name.
 */
import {
  familyCode,
  kindCode,
  protocolCode,
  type SocketColumns,
  stateCode,
  UNTOLD,
} from '../model/socket-columns.ts'
import { lossyUtf8 } from './lossy-utf8.ts'
import {
  type DumpProgress,
  messages,
  NLA_TYPE_MASK,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  NLMSG_HEADER,
  type Views,
  viewsOf,
  writeHeader,
} from './netlink.ts'
import { SOCK_DIAG_BY_FAMILY } from './sock-diag.ts'

export const AF_UNIX = 1

/** What to tell of each socket (`UDIAG_SHOW_…`). */
export const UNIX_SHOW_NAME = 0x01
export const UNIX_SHOW_PEER = 0x04
export const UNIX_SHOW_QUEUES = 0x10
export const UNIX_SHOW_UID = 0x40
export const UNIX_SHOW_ALL = UNIX_SHOW_NAME | UNIX_SHOW_PEER | UNIX_SHOW_QUEUES | UNIX_SHOW_UID

/** States that unix sockets have, by the kernel's numbers: connected, not connected, listening. */
export const UNIX_STATES = (1 << 1) | (1 << 7) | (1 << 10)

const ATTR_NAME = 0
const ATTR_PEER = 2
const ATTR_RQLEN = 4
const ATTR_UID = 7

/** `struct unix_diag_req` behind its header: family u8, protocol u8, pad, states, ino, show, cookie. */
const REQUEST = NLMSG_HEADER + 24
/** `struct unix_diag_msg`: family u8, type u8, state u8, pad, ino u32, cookie u32[2]. */
const MESSAGE = 16

export interface UnixDiagProgress extends DumpProgress {
  /** Messages and attributes that made no sense and were left out. */
  readonly skipped: number
}

/** A dump request of 40 bytes. `states` has a bit for each kernel state number, `show` the `UNIX_SHOW_…` bits. */
export function encodeUnixDiagRequest(states = UNIX_STATES, show = UNIX_SHOW_ALL, sequence = 1): Uint8Array {
  const bytes = new Uint8Array(REQUEST)
  writeHeader(bytes, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, sequence)
  const { u8, u32 } = viewsOf(bytes)
  u8[16] = AF_UNIX
  u32[5] = states
  u32[7] = show
  u32.fill(NO_COOKIE, 8, 10)
  return bytes
}

/** INET_DIAG_NOCOOKIE. */
const NO_COOKIE = 0xffffffff

/** Appends the sockets of one chunk of an answer to `columns`. */
export function decodeUnixDiag(
  views: Views,
  length: number,
  columns: SocketColumns,
  netns: number,
): UnixDiagProgress {
  let skipped = 0
  const progress = messages(views, length, SOCK_DIAG_BY_FAMILY, (at, end) => {
    if (end - at < MESSAGE || views.u8[at] !== AF_UNIX) skipped++
    else skipped += decodeOne(views, at, end, columns, netns)
  })
  return { ...progress, skipped }
}

function decodeOne(views: Views, at: number, end: number, columns: SocketColumns, netns: number): number {
  const { u8, u32 } = views
  const word = at >> 2
  const row = columns.add()
  columns.protocol[row] = UNIX_PROTOCOL
  columns.family[row] = UNIX_FAMILY
  const kind = UNIX_KIND_CODES[u8[at + 1]!] ?? 0
  columns.kind[row] = kind
  const state = UNIX_STATE_CODES.get(u8[at + 2]!) ?? CLOSED
  // The kernel also calls a datagram socket connected to which another has connected (unix_dgram_connect).
  columns.state[row] = kind === DATAGRAM && state === CONNECTED ? UNCONNECTED : state
  columns.netns[row] = netns
  columns.inode[row] = u32[word + 1]!
  columns.cookie32[row * 2] = u32[word + 2]!
  columns.cookie32[row * 2 + 1] = u32[word + 3]!
  columns.uid[row] = UNTOLD
  columns.receiveQueue[row] = UNTOLD
  columns.sendQueue[row] = UNTOLD
  return decodeAttributes(views, at + MESSAGE, end, columns, row)
}

function decodeAttributes(
  views: Views,
  start: number,
  end: number,
  columns: SocketColumns,
  row: number,
): number {
  const { u8, u16, u32 } = views
  let skipped = 0
  let at = start
  while (at + 4 <= end) {
    const size = u16[at >> 1]!
    if (size < 4 || at + size > end) return skipped + 1
    const payload = at + 4
    const word = payload >> 2
    switch (u16[(at >> 1) + 1]! & NLA_TYPE_MASK) {
      case ATTR_NAME:
        if (size > 4) columns.names.set(row, unixName(u8.subarray(payload, at + size)))
        break
      case ATTR_PEER:
        if (size < 8) skipped++
        else {
          if (columns.state[row] === UNCONNECTED) columns.state[row] = CONNECTED
          if (u32[word] !== 0) columns.peerInodes.set(row, u32[word]!)
        }
        break
      case ATTR_RQLEN:
        if (size < 12) skipped++
        else {
          columns.receiveQueue[row] = u32[word]!
          columns.sendQueue[row] = u32[word + 1]!
        }
        break
      case ATTR_UID:
        if (size < 8) skipped++
        else columns.uid[row] = u32[word]!
        break
    }
    at += (size + 3) & ~3
  }
  return skipped
}

/**
 * The name as text. A path ends at its NUL; in an abstract name every byte counts, and NULs are shown as `@`
 * (`unix_seq_show` does the same). Bytes that aren't UTF-8 become U+FFFD.
 */
export function unixName(bytes: Uint8Array): string {
  if (bytes[0] === 0) return lossyUtf8(bytes.map(byte => (byte === 0 ? AT_SIGN : byte)))
  const nul = bytes.indexOf(0)
  return lossyUtf8(nul < 0 ? bytes : bytes.subarray(0, nul))
}

const AT_SIGN = 0x40
const UNIX_PROTOCOL = protocolCode('unix')
const UNIX_FAMILY = familyCode('unix')
const DATAGRAM = kindCode('datagram')
const CLOSED = stateCode('closed')
const CONNECTED = stateCode('connected')
const UNCONNECTED = stateCode('unconnected')

/** By TCP's state numbers, which unix sockets borrow. */
const UNIX_STATE_CODES: ReadonlyMap<number, number> = new Map([
  [1, CONNECTED],
  [7, UNCONNECTED],
  [10, stateCode('listen')],
])

/** By SOCK_STREAM 1, SOCK_DGRAM 2, SOCK_SEQPACKET 5. */
export const UNIX_KIND_CODES: Readonly<Record<number, number>> = Object.freeze({
  1: kindCode('stream'),
  2: kindCode('datagram'),
  5: kindCode('seqpacket'),
})
