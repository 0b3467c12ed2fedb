/**
 * A cursor over ASCII text that is still bytes: columns of numbers, without making strings of them.
 *
 * Every read skips blanks first, moves the cursor behind what it read, and answers -1 where there is none. The
 * cursor never leaves its line: at a line feed or the end of the text every read answers -1.
 */
export class TextScanner {
  readonly bytes: Uint8Array
  at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  skipBlanks(): void {
    while (this.bytes[this.at] === SPACE || this.bytes[this.at] === TAB) this.at++
  }

  /** Hexadecimal digits in a row. */
  hex(): number {
    this.skipBlanks()
    const start = this.at
    let value = 0
    for (let digit = HEX[this.bytes[this.at]!]!; digit >= 0; digit = HEX[this.bytes[this.at]!]!) {
      value = value * 16 + digit
      this.at++
    }
    return this.at === start ? -1 : value
  }

  decimal(): number {
    this.skipBlanks()
    const start = this.at
    let value = 0
    for (
      let digit = HEX[this.bytes[this.at]!]!;
      digit >= 0 && digit <= 9;
      digit = HEX[this.bytes[this.at]!]!
    ) {
      value = value * 10 + digit
      this.at++
    }
    return this.at === start ? -1 : value
  }

  /** Exactly `count` bytes in hexadecimal into `into`; 0 when they were there, else -1. */
  hexBytes(count: number, into: Uint8Array): number {
    this.skipBlanks()
    for (let i = 0; i < count; i++) {
      const high = HEX[this.bytes[this.at]!]!
      const low = HEX[this.bytes[this.at + 1]!]!
      if (!(high >= 0 && low >= 0)) return -1
      into[i] = high * 16 + low
      this.at += 2
    }
    return 0
  }

  /** Passes over one character; 0 when it was that one, else -1. */
  character(code: number): number {
    if (this.bytes[this.at] !== code) return -1
    this.at++
    return 0
  }

  /** Passes over a word of anything but blanks. */
  word(): Uint8Array {
    this.skipBlanks()
    const start = this.at
    while (this.at < this.bytes.length && !IS_SPACE[this.bytes[this.at]!]) this.at++
    return this.bytes.subarray(start, this.at)
  }

  /** Where this line ends: the place of its line feed, or -1 if the text ends before one. */
  lineEnd(): number {
    return this.bytes.indexOf(LINE_FEED, this.at)
  }
}

/** How reading a table of lines went. */
export interface TableProgress {
  readonly rows: number
  /** Lines that made no sense and were left out; a last line without its line feed is one. */
  readonly skipped: number
}

export const LINE_FEED = 0x0a
export const SPACE = 0x20
export const COLON = 0x3a
const TAB = 0x09

const IS_SPACE = Uint8Array.from({ length: 256 }, (_, code) =>
  code === SPACE || code === TAB || code === LINE_FEED ? 1 : 0,
)

/** The value of a hexadecimal digit by its character code, -1 for all else. Reading past the end gives undefined. */
const HEX = Int8Array.from({ length: 256 }, (_, code) => {
  const value = Number.parseInt(String.fromCharCode(code), 16)
  return Number.isNaN(value) ? -1 : value
})
