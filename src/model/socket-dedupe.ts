/**
 * Removes sockets that a table shows twice.
 *
 * A dump of a live table is not a snapshot: a socket that moves while it is read can turn up again. Cookies tell
 * (addresses don't: SO_REUSEPORT listeners share them). They are unique until reboot within a network namespace;
 * kernels before 5.12 counted them in each namespace alone, so that the namespace is part of the identity
 * (Linux `__sock_gen_cookie`).
 */
import type { SocketColumns } from './socket-columns.ts'

/**
 * Keeps the first row of each cookie and namespace among the rows from `start` on, in their order. Rows without
 * a cookie (0) are all kept.
 */
export function dedupeByCookie(columns: SocketColumns, start = 0): void {
  const { length, netns, cookie32: words } = columns
  const rows = length - start
  if (rows < 2) return
  // Open addressing: a slot holds a row number + 1, 0 is empty. Never more than half full.
  const mask = 2 ** Math.ceil(Math.log2(rows * 2)) - 1
  const slots = new Uint32Array(mask + 1)
  const kept = new Uint32Array(rows)
  let count = 0
  for (let row = start; row < length; row++) {
    const low = words[row * 2]!
    const high = words[row * 2 + 1]!
    if (low !== 0 || high !== 0) {
      let slot = mix(low, high, netns[row]!) & mask
      let other = slots[slot]!
      while (other !== 0 && !same(words, netns, other - 1, low, high, netns[row]!)) {
        slot = (slot + 1) & mask
        other = slots[slot]!
      }
      if (other !== 0) continue
      slots[slot] = row + 1
    }
    kept[count++] = row
  }
  columns.retainRows(start, kept.subarray(0, count))
}

/**
 * Keeps the first row of each connection among rows that nothing else tells apart: without cookie and inode, as `/proc/net/tcp`
 * shows TIME_WAIT. Two connections never have both ends in common (RFC 9293 section 3.3.1).
 */
export function dedupeByEnds(columns: SocketColumns, start = 0): void {
  const { length, netns, inode, cookie32, local, peer, localPort, peerPort } = columns
  const seen = new Set<string>()
  const kept = new Uint32Array(length - start)
  let count = 0
  for (let row = start; row < length; row++) {
    const isTold = inode[row] !== 0 || cookie32[row * 2] !== 0 || cookie32[row * 2 + 1] !== 0
    if (!isTold && peerPort[row] !== 0) {
      const ends = [local, peer].map(all => all.subarray(row * 16, row * 16 + 16).join('.'))
      const key = `${ends.join(' ')} ${localPort[row]} ${peerPort[row]} ${netns[row]}`
      if (seen.has(key)) continue
      seen.add(key)
    }
    kept[count++] = row
  }
  columns.retainRows(start, kept.subarray(0, count))
}

const same = (
  words: Uint32Array,
  netns: Uint32Array,
  row: number,
  low: number,
  high: number,
  space: number,
): boolean => words[row * 2] === low && words[row * 2 + 1] === high && netns[row] === space

/** Cookies are counters, so they spread by themselves; and neighbours in a table often have neighbouring ones. */
const mix = (low: number, high: number, space: number): number => low ^ Math.imul(high ^ space, 0x9e3779b1)
