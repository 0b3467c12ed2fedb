/**
 * Reads the text of an IP address that is known to be canonical into `into`, and returns how many bytes it has: 4 or 16. One pass
 * and no allocation, for sorting and judging whole tables. The zone is left out; other text gives nonsense.
 * Used by `address.ts`, which is the door, and held to `readAddress` by a law.
 */
export function readCanonical(text: string, into: Uint8Array): 4 | 16 {
  let at = 0
  let gap = -1
  let decimal = 0
  let hex = 0
  let dots = 0
  for (let i = 0; i <= text.length; i++) {
    const c = i === text.length ? PERCENT : text.charCodeAt(i)
    if (c >= ZERO && c <= NINE) {
      decimal = decimal * 10 + (c - ZERO)
      hex = (hex << 4) | (c - ZERO)
    } else if (c >= LOWER_A) {
      hex = (hex << 4) | (c - LOWER_A + 10)
    } else {
      if (c === DOT || dots > 0) {
        if (c === DOT) dots++
        into[at++] = decimal
      } else if (i > 0 && text.charCodeAt(i - 1) !== COLON) {
        into[at++] = hex >> 8
        into[at++] = hex & 0xff
      }
      if (c === COLON && text.charCodeAt(i + 1) === COLON) gap = at
      if (c === PERCENT) break
      decimal = hex = 0
    }
  }
  if (at === 4 && dots === 3 && gap === -1) return 4
  if (gap !== -1) {
    into.copyWithin(16 - (at - gap), gap, at)
    into.fill(0, gap, 16 - (at - gap))
  }
  return 16
}

const [PERCENT, DOT, ZERO, NINE, COLON, LOWER_A] = [0x25, 0x2e, 0x30, 0x39, 0x3a, 0x61]
