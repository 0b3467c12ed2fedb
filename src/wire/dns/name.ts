/**
 * Domain names in messages (RFC 1035 sections 3.1 and 4.1.4) and as text.
 *
 * As text a name has no dot at its end, and the root is `.`; a byte that isn't printable, a dot or a backslash inside a
 * label is written `\046` or `\.` (section 5.1), so that every name has one text and reads back as the same bytes. Case is
 * kept; `sameName` leaves it out (RFC 4343).
 */

/** Bytes of a label, section 2.3.4. */
const LABEL_MAX = 63
/** Bytes of a whole name with its lengths, section 2.3.4. */
const NAME_MAX = 255
/** A name of 255 bytes has at most 127 labels; who needs more pointers than that goes round in circles. */
const POINTERS_MAX = 128

export interface NameAt {
  readonly name: string
  /** Where the message goes on behind it. */
  readonly next: number
}

/** The name that begins at `at`; undefined where there is none. A pointer must point to something before it (section 4.1.4). */
export function readName(bytes: Uint8Array, at: number): NameAt | undefined {
  const labels: string[] = []
  let next = -1
  let size = 1
  let pointers = 0
  for (let here = at; ; ) {
    const length = bytes[here]
    if (length === undefined) return undefined
    if (length === 0) {
      const name = labels.length === 0 ? '.' : labels.join('.')
      return { name, next: next === -1 ? here + 1 : next }
    }
    if (length >= 0xc0) {
      const low = bytes[here + 1]
      if (low === undefined) return undefined
      const target = (length & 0x3f) * 256 + low
      if (next === -1) next = here + 2
      pointers += 1
      if (target >= here || pointers > POINTERS_MAX) return undefined
      here = target
      continue
    }
    size += length + 1
    if (length > LABEL_MAX || size > NAME_MAX || here + 1 + length > bytes.length) return undefined
    labels.push(labelText(bytes.subarray(here + 1, here + 1 + length)))
    here += 1 + length
  }
}

/** The labels of a name as bytes, or undefined where the text is no name: an empty label, one too long, all too long. */
export function labelsOf(name: string): readonly Uint8Array[] | undefined {
  if (name === '.') return []
  const labels: Uint8Array[] = []
  let label: number[] = []
  let size = 1
  const end = (): boolean => {
    size += label.length + 1
    if (label.length === 0 || label.length > LABEL_MAX || size > NAME_MAX) return false
    labels.push(Uint8Array.from(label))
    label = []
    return true
  }
  const text = name.endsWith('.') && !/(?:^|[^\\])(?:\\\\)*\\\.$/.test(name) ? name.slice(0, -1) : name
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!
    if (character === '.') {
      if (!end()) return undefined
    } else if (character === '\\') {
      const digits = /^\d{3}/.exec(text.slice(i + 1, i + 4))?.[0]
      const code = digits === undefined ? text.charCodeAt(i + 1) : Number(digits)
      if (!(code <= 255)) return undefined
      label.push(code)
      i += digits?.length ?? 1
    } else {
      const code = text.charCodeAt(i)
      if (code > 0x7e || code < 0x21) return undefined
      label.push(code)
    }
  }
  return end() ? labels : undefined
}

/** Whether the text is a name that fits into a message. */
export const isDnsName = (name: string): boolean => labelsOf(name) !== undefined

/** Whether two names are one: letters of ASCII without their case (RFC 4343 section 3). */
export const sameName = (a: string, b: string): boolean => folded(a) === folded(b)

export const folded = (name: string): string => name.replace(/[A-Z]/g, letter => letter.toLowerCase())

function labelText(label: Uint8Array): string {
  let text = ''
  for (const byte of label) {
    if (byte === DOT || byte === BACKSLASH) text += `\\${String.fromCharCode(byte)}`
    else if (byte < 0x21 || byte > 0x7e) text += `\\${String(byte).padStart(3, '0')}`
    else text += String.fromCharCode(byte)
  }
  return text
}

export { labelText }

const DOT = 0x2e
const BACKSLASH = 0x5c
