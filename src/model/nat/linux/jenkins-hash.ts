/** Bob Jenkins' hash of 32-bit words as Linux has it (jhash2 of include/linux/jhash.h). */
const START = 0xdeadbeef

const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits))

/** Of any number of words; 32 bits, unsigned. */
export function jenkinsHash(words: readonly number[], start: number): number {
  let a = (START + (words.length << 2) + start) | 0
  let b = a
  let c = a
  let at = 0
  for (; words.length - at > 3; at += 3) {
    a = (a + words[at]!) | 0
    b = (b + words[at + 1]!) | 0
    c = (c + words[at + 2]!) | 0
    a = (a - c) ^ rotate(c, 4)
    c = (c + b) | 0
    b = (b - a) ^ rotate(a, 6)
    a = (a + c) | 0
    c = (c - b) ^ rotate(b, 8)
    b = (b + a) | 0
    a = (a - c) ^ rotate(c, 16)
    c = (c + b) | 0
    b = (b - a) ^ rotate(a, 19)
    a = (a + c) | 0
    c = (c - b) ^ rotate(b, 4)
    b = (b + a) | 0
  }
  if (at === words.length) return c >>> 0
  a = (a + words[at]!) | 0
  b = (b + (words[at + 1] ?? 0)) | 0
  c = (c + (words[at + 2] ?? 0)) | 0
  c = ((c ^ b) - rotate(b, 14)) | 0
  a = ((a ^ c) - rotate(c, 11)) | 0
  b = ((b ^ a) - rotate(a, 25)) | 0
  c = ((c ^ b) - rotate(b, 16)) | 0
  a = ((a ^ c) - rotate(c, 4)) | 0
  b = ((b ^ a) - rotate(a, 14)) | 0
  c = ((c ^ b) - rotate(b, 24)) | 0
  return c >>> 0
}
