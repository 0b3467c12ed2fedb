/**
 * Bytes as text and back (RFC 4648 section 4), without anything of Node or a browser: a socket table is some ten megabytes
 * of it.
 */

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const CODES = Uint8Array.from(LETTERS, letter => letter.charCodeAt(0))
const PAD = '='.charCodeAt(0)
const NO_LETTER = 64
const VALUES = new Uint8Array(256).fill(NO_LETTER)
for (const [value, code] of CODES.entries()) VALUES[code] = value

const ascii = new TextDecoder('latin1')

export function toBase64(bytes: Uint8Array): string {
  const { length } = bytes
  const out = new Uint8Array(Math.ceil(length / 3) * 4)
  let at = 0
  let from = 0
  for (; from + 2 < length; from += 3) {
    const three = (bytes[from]! << 16) | (bytes[from + 1]! << 8) | bytes[from + 2]!
    out[at++] = CODES[three >> 18]!
    out[at++] = CODES[(three >> 12) & 63]!
    out[at++] = CODES[(three >> 6) & 63]!
    out[at++] = CODES[three & 63]!
  }
  const left = length - from
  if (left > 0) {
    const last = (bytes[from]! << 16) | ((bytes[from + 1] ?? 0) << 8)
    out[at++] = CODES[last >> 18]!
    out[at++] = CODES[(last >> 12) & 63]!
    out[at++] = left === 2 ? CODES[(last >> 6) & 63]! : PAD
    out[at++] = PAD
  }
  return ascii.decode(out)
}

/** Null for what is none: a wrong length, a letter of another alphabet, bits after the end that are not zero. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  const { length } = text
  if (length % 4 !== 0) return null
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const bytes = new Uint8Array((length / 4) * 3 - padding)
  let [bits, have, at, wrong] = [0, 0, 0, 0]
  for (let from = 0; from < length - padding; from++) {
    const code = text.charCodeAt(from)
    const value = code > 255 ? NO_LETTER : VALUES[code]!
    wrong |= value
    bits = ((bits << 6) | (value & 63)) & 0xffffff
    have += 6
    if (have >= 8) {
      have -= 8
      bytes[at++] = bits >> have
    }
  }
  return (wrong & NO_LETTER) !== 0 || (bits & ((1 << have) - 1)) !== 0 ? null : bytes
}
