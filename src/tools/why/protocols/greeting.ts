/** What a protocol over TCP says first, as data: who speaks first, a harmless first message, and what its answers look like. */

export interface Greeting {
  /** Lower case, as in a URL where it has a scheme: `ssh`. */
  readonly name: string
  readonly title: string
  /** The document and section that says so. */
  readonly source: string
  /** Where it is spoken in plain text. */
  readonly ports: readonly number[]
  /** Where TLS comes first (RFC 8446), and then this. */
  readonly tlsPorts?: readonly number[]
  readonly schemes: readonly string[]
  readonly tlsSchemes?: readonly string[]
  readonly first: 'server' | 'client'
  /** What we may say without a right, without a name, and without changing anything. Absent: nothing such exists. */
  readonly hello?: (host: string) => Uint8Array
  /** What ends the conversation politely. */
  readonly farewell?: string
  /** Whether the first bytes that came could be its server's. */
  readonly speaks: (bytes: Uint8Array) => boolean
  /** The server's own word about itself, one line at most, where the answer has one. */
  readonly says?: (bytes: Uint8Array) => string | undefined
}

/** The bytes as characters, one for one. */
export const characters = (bytes: Uint8Array): string => {
  let text = ''
  for (const byte of bytes.subarray(0, 4096)) text += String.fromCharCode(byte)
  return text
}

export const ascii = (text: string): Uint8Array => Uint8Array.from(text, character => character.charCodeAt(0))

/** Hexadecimal digits, with blanks between. */
export const hex = (digits: string): Uint8Array =>
  Uint8Array.from(digits.replace(/\s+/g, '').match(/../g) ?? [], pair => Number.parseInt(pair, 16))

/** A recogniser by the characters at the beginning. */
export const begins =
  (pattern: RegExp) =>
  (bytes: Uint8Array): boolean =>
    pattern.test(characters(bytes))

/** The first line, for a person. Control characters are left out. */
export const firstLine = (bytes: Uint8Array): string | undefined => {
  const line = characters(bytes)
    .split(/\r?\n/, 1)[0]!
    .replace(/[^\x20-\x7e]/g, '')
    .slice(0, 120)
  return line === '' ? undefined : line
}
