/**
 * The two ends of connections inside the host: for each row the row of the socket that it talks to.
 *
 * TCP and datagram sockets are paired by five-tuple, swapped, in the same namespace; an IPv4-mapped address is its
 * IPv4 twin. Unix sockets are paired by the peer's inode. A hash over typed arrays: time and memory grow with
 * the rows, and nothing is made for a row.
 */
import { familyCode, protocolCode, type SocketColumns } from '../../model/socket-columns.ts'

/** No row has the other end. */
export const UNPAIRED = -1

/**
 * The row number of the other local end, or `UNPAIRED`. A socket that is connected to itself is its own. Where several
 * sockets share the five-tuple, the last row stands for them.
 */
export function pairLocalEnds(columns: SocketColumns): Int32Array {
  const pairs = new Int32Array(columns.length).fill(UNPAIRED)
  pairFlows(columns, pairs)
  pairUnix(columns, pairs)
  return pairs
}

const UNIX = protocolCode('unix')
const RAW = protocolCode('raw')
const IPV4 = familyCode('ipv4')

function pairFlows(columns: SocketColumns, pairs: Int32Array): void {
  const { length, protocol, peerPort, localPort, netns } = columns
  const local = wordsOf(columns.local)
  const peer = wordsOf(columns.peer)
  const four = (row: number): boolean => columns.family[row] === IPV4

  const mask = 2 ** Math.ceil(Math.log2(length * 2 + 2)) - 1
  // Open addressing: a slot holds a row number + 1, 0 is empty.
  const slots = new Int32Array(mask + 1)
  const slotOf = (
    row: number,
    from: Uint32Array,
    fromPort: number,
    to: Uint32Array,
    toPort: number,
  ): number => {
    let hash = Math.imul(addressHash(from, row * 4, four(row)) ^ fromPort, 0x9e3779b1)
    hash = Math.imul((hash ^ (hash >>> 15)) + addressHash(to, row * 4, four(row)) + toPort, 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13) ^ netns[row]! ^ protocol[row]!, 0xc2b2ae35)
    return (hash ^ (hash >>> 16)) & mask
  }
  /** Whether the local end of `a` is the peer of `b`. */
  const meets = (a: number, b: number): boolean =>
    localPort[a] === peerPort[b] && sameAddress(local, a * 4, four(a), peer, b * 4, four(b))

  for (let row = 0; row < length; row++) {
    if (peerPort[row] === 0 || protocol[row] === UNIX || protocol[row] === RAW) continue
    let slot = slotOf(row, local, localPort[row]!, peer, peerPort[row]!)
    while (slots[slot] !== 0 && !sameFlow(columns, local, peer, slots[slot]! - 1, row))
      slot = (slot + 1) & mask
    slots[slot] = row + 1
  }
  for (let row = 0; row < length; row++) {
    if (peerPort[row] === 0 || protocol[row] === UNIX || protocol[row] === RAW) continue
    let slot = slotOf(row, peer, peerPort[row]!, local, localPort[row]!)
    for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const other = slots[slot]! - 1
      if (netns[other] !== netns[row] || protocol[other] !== protocol[row]) continue
      if (!meets(other, row) || !meets(row, other)) continue
      pairs[row] = other
      break
    }
  }
}

/** Whether two rows have the same ends, not swapped. */
function sameFlow(
  columns: SocketColumns,
  local: Uint32Array,
  peer: Uint32Array,
  a: number,
  b: number,
): boolean {
  const { protocol, netns, localPort, peerPort, family } = columns
  if (localPort[a] !== localPort[b] || peerPort[a] !== peerPort[b]) return false
  if (netns[a] !== netns[b] || protocol[a] !== protocol[b]) return false
  const fourA = family[a] === IPV4
  const fourB = family[b] === IPV4
  return (
    sameAddress(local, a * 4, fourA, local, b * 4, fourB) &&
    sameAddress(peer, a * 4, fourA, peer, b * 4, fourB)
  )
}

/** Addresses as four words in the memory's own order: only compared, never read as numbers. */
const wordsOf = (bytes: Uint8Array): Uint32Array => {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2)
}

/** The third word of `::ffff:0:0/96` (RFC 4291 section 2.5.5.2). */
const MAPPED = new Uint32Array(Uint8Array.of(0, 0, 0xff, 0xff).buffer)[0]!

/** The same for an address and its mapped twin. */
function addressHash(words: Uint32Array, at: number, four: boolean): number {
  if (four) return Math.imul(words[at]!, 0x27d4eb2f) ^ MAPPED
  return (
    Math.imul(words[at + 3]!, 0x27d4eb2f) ^
    words[at + 2]! ^
    Math.imul(words[at + 1]!, 0x165667b1) ^
    words[at]!
  )
}

function sameAddress(
  a: Uint32Array,
  atA: number,
  fourA: boolean,
  b: Uint32Array,
  atB: number,
  fourB: boolean,
): boolean {
  if (fourA && fourB) return a[atA] === b[atB]
  if (fourA) return isMapped(b, atB) && a[atA] === b[atB + 3]
  if (fourB) return isMapped(a, atA) && b[atB] === a[atA + 3]
  return (
    a[atA] === b[atB] && a[atA + 1] === b[atB + 1] && a[atA + 2] === b[atB + 2] && a[atA + 3] === b[atB + 3]
  )
}

const isMapped = (words: Uint32Array, at: number): boolean =>
  words[at] === 0 && words[at + 1] === 0 && words[at + 2] === MAPPED

function pairUnix(columns: SocketColumns, pairs: Int32Array): void {
  if (columns.peerInodes.size === 0) return
  const rows = new Map<number, number>()
  for (let row = 0; row < columns.length; row++)
    if (columns.protocol[row] === UNIX) rows.set(columns.inode[row]!, row)
  for (const [row, inode] of columns.peerInodes) if (inode !== 0) pairs[row] = rows.get(inode) ?? UNPAIRED
}
