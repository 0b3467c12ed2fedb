/**
 * Cuts the text of a rule file into tokens, by the rules of nftables' own scanner (src/scanner.l): the longest piece
 * wins, so that `fe80::1` is an address and `eth0-1` a name.
 *
 * Comments are no tokens; what they tell about handles is kept aside. A backslash before the end of a line joins it to
 * the next. Text that fits nothing is refused where it stands.
 */
import { placeAt, rulesFault } from '../rules-fault.ts'
import type { Source, Token, TokenKind, TokenList } from './token.ts'

/** In the order in which they are tried; the first that fits is the longest. */
const PIECES: readonly (readonly [TokenKind, RegExp])[] = [
  // Ethernet types are the only words that begin with a digit.
  ['word', /8021(?:q|ad)(?![0-9a-zA-Z])/y],
  ['address', /(?:[0-9a-fA-F]{1,2}:){5,}[0-9a-fA-F]{1,2}(?![0-9a-zA-Z:_.])/y],
  ['address', /(?=[0-9a-fA-F]*:[0-9a-fA-F]*:)[0-9a-fA-F:]*(?::\d+\.\d+\.\d+\.\d+|:[0-9a-fA-F]*)/y],
  ['address', /\d+\.\d+\.\d+\.\d+/y],
  ['address', /[0-9a-fA-F]{1,4}:[0-9a-fA-F]{1,4}(?![0-9a-zA-Z:_.])/y],
  ['time', /(?=\d+(?:d|h|ms|m|s))(?:\d+d)?(?:\d+h)?(?:\d+m(?!s))?(?:\d+s)?(?:\d+ms)?(?![0-9a-zA-Z_])/y],
  ['number', /0x[0-9a-fA-F]+|\d+/y],
  ['word', /(?:[a-zA-Z_.][a-zA-Z0-9_./-]*)?\\?\*|[a-zA-Z_][a-zA-Z0-9_./-]*|\.[a-zA-Z_.][a-zA-Z0-9_./-]*/y],
  ['mark', /[=!<>]=|<<|>>|[{}()[\];:,.=!<>&|^~$@/+-]/y],
]

/** Which pieces can begin with a character: most begin one way only. */
const CANDIDATES: readonly (readonly (readonly [TokenKind, RegExp])[])[] = Array.from(
  { length: 128 },
  (_, code) => {
    const first = String.fromCharCode(code)
    if (/[0-9]/.test(first)) return PIECES.slice(0, 7)
    if (/[a-fA-F]/.test(first)) return [PIECES[1]!, PIECES[2]!, PIECES[4]!, PIECES[7]!]
    if (/[g-zG-Z_*\\]/.test(first)) return [PIECES[7]!]
    if (first === '.') return [PIECES[7]!, PIECES[8]!]
    if (first === ':') return [PIECES[2]!, PIECES[8]!]
    return [PIECES[8]!]
  },
)

const HANDLE = /^# handle (\d+)\s*$/
const MANAGED = /^# Warning: table \S+ \S+ is managed by iptables-nft/

export function tokenize(source: Source): TokenList {
  const { text } = source
  const tokens: Token[] = []
  const handles = new Map<number, number>()
  const trailing = new Map<number, string>()
  const managed = new Set<number>()
  let at = 0
  let line = 1
  const push = (kind: TokenKind, value: string, start: number, end: number): void => {
    tokens.push({ kind, text: value, start, end, line, source })
  }
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === 0x20 || code === 0x09 || code === 0x0d) {
      at++
    } else if (code === 0x0a) {
      push('newline', '\n', at, at + 1)
      at++
      line++
    } else if (code === 0x23) {
      const newline = text.indexOf('\n', at)
      const end = newline < 0 ? text.length : newline
      const comment = text.slice(at, end)
      const handle = HANDLE.exec(comment)
      if (handle !== null) handles.set(line, Number(handle[1]))
      else if (MANAGED.test(comment)) managed.add(line)
      else if (tokens.length > 0 && tokens.at(-1)!.kind !== 'newline') trailing.set(line, comment)
      at = end
    } else if (code === 0x22) {
      const end = text.indexOf('"', at + 1)
      if (end < 0) throw rulesFault(placeAt(source, at), 'this quotation does not end', 'Put a " behind it.')
      const value = text.slice(at + 1, end)
      push('string', value, at, end + 1)
      if (value.includes('\n')) line += value.split('\n').length - 1
      at = end + 1
    } else if (code === 0x5c && /^\\[ \t\r]*\n/.test(text.slice(at, at + 80))) {
      at = text.indexOf('\n', at) + 1
      line++
    } else {
      const piece = pieceAt(text, at, code)
      if (piece === undefined)
        throw rulesFault(
          placeAt(source, at),
          'this sign means nothing here',
          'Take it out, or put it in quotes.',
        )
      push(piece.kind, piece.text, at, at + piece.text.length)
      at += piece.text.length
    }
  }
  push('end', '', text.length, text.length)
  return { source, tokens, remarks: { handles, trailing, managed } }
}

function pieceAt(text: string, at: number, code: number): { kind: TokenKind; text: string } | undefined {
  const quick = quickPiece(text, at, code)
  if (quick !== undefined) return quick
  for (const [kind, pattern] of CANDIDATES[code] ?? []) {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found !== null && found[0] !== '') return { kind, text: found[0] }
  }
  return undefined
}

const [DIGIT, WORD_START, WORD_PART, ALONE] = [1, 2, 4, 8]

/** What a character may be: a bit each. */
const CLASSES = Uint8Array.from({ length: 128 }, (_, code) => {
  const one = String.fromCharCode(code)
  return (
    (/[0-9]/.test(one) ? DIGIT : 0) |
    (/[a-zA-Z_]/.test(one) ? WORD_START : 0) |
    (/[a-zA-Z0-9_./-]/.test(one) ? WORD_PART : 0) |
    (/[{}()[\];,@$/+-]/.test(one) ? ALONE : 0)
  )
})

/** The same for the common pieces without patterns: a plain number, a word, a sign that stands alone. */
function quickPiece(text: string, at: number, code: number): { kind: TokenKind; text: string } | undefined {
  const first = CLASSES[code]!
  if (first & ALONE) return { kind: 'mark', text: text[at]! }
  const part = first & DIGIT ? DIGIT : first & WORD_START ? WORD_PART : 0
  if (part === 0) return undefined
  let end = at + 1
  while (CLASSES[text.charCodeAt(end)]! & part) end++
  const after = text.charCodeAt(end)
  // Addresses, times, hexadecimal numbers and `eth*` go on behind it.
  if (after === COLON || after === ASTERISK || after === BACKSLASH) return undefined
  if (
    part === DIGIT &&
    (CLASSES[after]! & (WORD_START | WORD_PART) & ~DIGIT) !== 0 &&
    after !== DASH &&
    after !== SLASH
  )
    return undefined
  return { kind: part === DIGIT ? 'number' : 'word', text: text.slice(at, end) }
}

const [COLON, ASTERISK, BACKSLASH, DASH, SLASH] = [0x3a, 0x2a, 0x5c, 0x2d, 0x2f]
