/**
 * Chance that can be had again: xoshiro128** (Blackman and Vigna, 2018), its state filled from the seed by splitmix32.
 */

/** Numbers from 0 up to and without 1; the same ones, in the same order, for the same seed (any number or text). */
export function seededRandom(seed: number | string): () => number {
  let filler = typeof seed === 'string' ? hashOf(seed) : hashOf(String(seed))
  const fill = (): number => {
    filler = (filler + 0x9e3779b9) | 0
    let z = filler
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return z ^ (z >>> 15)
  }
  let [a, b, c, d] = [fill(), fill(), fill(), fill()]
  return () => {
    const scrambled = Math.imul(rotated(Math.imul(b, 5), 7), 9)
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = rotated(d, 11)
    return (scrambled >>> 0) / 2 ** 32
  }
}

const rotated = (of: number, by: number): number => (of << by) | (of >>> (32 - by))

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}
