/**
 * An order over 0, 1, … size - 1 in which everything comes once and neighbours are far apart, without a list of it: a Feistel network
 * (Luby and Rackoff, 1988) over the next power of four, walked on while it leads outside (Black and Rogaway, 2002, "cycle walking").
 *
 * It depends on size and seed alone. Not a secret: whoever sees some of it can tell the rest.
 */

/** Two halves of 26 bits: their product stays exact in a double. */
const MOST = 2 ** 52
const ROUNDS = 6

/** Where each index goes. `size`: from 1 to 2^52. The same size and seed (any whole number) give the same order. */
export function permutation(size: number, seed: number): (index: number) => number {
  if (!Number.isInteger(size) || size < 1 || size > MOST)
    throw new RangeError(`no order over ${size} things: from 1 to 2^52`)
  let bits = 1
  while (4 ** bits < size) bits++
  const half = 2 ** bits
  const mask = half - 1
  const low = mixed(seed >>> 0, 0x9e3779b9)
  const high = mixed(Math.floor(seed / 2 ** 32) >>> 0, low)
  const keys = Array.from({ length: ROUNDS }, (_, round) => mixed(low + round, high))
  return index => {
    let at = index
    do {
      let left = Math.floor(at / half)
      let right = at % half
      for (const key of keys) {
        const next = (left ^ mixed(right, key)) & mask
        left = right
        right = next
      }
      at = left * half + right
    } while (at >= size)
    return at
  }
}

/** 32 bits, each of which depends on all of both (the finalizer of MurmurHash3, Appleby, 2011). */
function mixed(value: number, key: number): number {
  let h = (value ^ key) | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
