/**
 * The one table of the packet filter that is ours to change, `inet portolan`, and scripts of nft about it.
 *
 * A script that we run may name no other table: what belongs to Docker, fail2ban or a person stays as it is. That is
 * checked on the words of the script as nft's scanner parts them (nftables, `src/scanner.l`, `parser_bison.y`: a
 * statement ends at a newline or semicolon outside of braces, `#` begins a comment, a string has no escapes); whether
 * the rest is right is for `nft --check` to say.
 */
import { fault } from '../fault.ts'

export const OWN_FAMILY = 'inet'
export const OWN_NAME = 'portolan'
export const OWN_TABLE = `${OWN_FAMILY} ${OWN_NAME}`

/**
 * One transaction that makes the table what `text` says, or takes it away. All stands on the first line, so that lines
 * that nft complains about are the text's. `add` first, since deleting what isn't there fails.
 */
export const replaceScript = (text: string | null): string => `${RENEW} ${text ?? ''}\n`

const RENEW = `add table ${OWN_TABLE}; delete table ${OWN_TABLE};`

/** Columns of the first line that `replaceScript` put before the text. */
export const RENEW_COLUMNS = RENEW.length + 1

/**
 * Whether two listings of the table are the same rules: counts and remaining times, which change by themselves, are
 * left aside. Null is no table.
 */
export const sameRules = (one: string | null, other: string | null): boolean =>
  one === null || other === null ? one === other : withoutCounts(one) === withoutCounts(other)

/** A listing as if nothing had been counted, and no time had passed. */
export const withoutCounts = (listing: string): string =>
  listing
    .replace(/\bpackets \d+ bytes \d+/g, 'packets 0 bytes 0')
    .replace(/ expires \w+/g, '')
    .replace(/ used \d+ \w*bytes/g, '')
    .replace(/\blast used (?:never|\w+)/g, 'last used never')

/** Throws `E_FW_FOREIGN`, with the line, for the first statement that could touch anything but our table. */
export function requireOwnTable(script: string, file: string): void {
  for (const { line, words, included } of statementsOf(script)) {
    const why = included
      ? 'another file can say anything, so all has to stand in this one'
      : whyForeign(words)
    if (why !== null) throw fault('E_FW_FOREIGN', { file, line, text: words.slice(0, 6).join(' '), why })
  }
}

const VERBS = new Set(['add', 'create', 'insert', 'replace', 'delete', 'destroy', 'flush', 'rename'])
const OBJECTS = new Set([
  ...['table', 'chain', 'rule', 'set', 'map', 'element', 'flowtable', 'counter', 'quota', 'limit', 'meter'],
  ...['secmark', 'synproxy', 'ct'],
])
const DEFINES = new Set(['define', 'redefine', 'undefine'])

function whyForeign(words: readonly string[]): string | null {
  const [first = ''] = words
  if (DEFINES.has(first)) return null
  const rest = VERBS.has(first) ? words.slice(1) : words
  const [object = ''] = rest
  if (object === 'ruleset') return 'it is about the tables of everybody'
  if (!OBJECTS.has(object)) return `only statements about the table ${OWN_TABLE} are known here`
  const [family = '', table = ''] = rest.slice(object === 'ct' ? 2 : 1)
  if (family === OWN_FAMILY && table === OWN_NAME) return null
  return `only the table ${OWN_TABLE} is ours to change`
}

interface Statement {
  /** Counted from 1. */
  readonly line: number
  readonly words: readonly string[]
  /** An `include`, at whatever depth. */
  readonly included: boolean
}

/** Braces and what is in them, strings, comments, ends of statements, words; a backslash joins two lines. */
const TOKEN = /#[^\n]*|"[^"]*"?|\\\r?\n|\n|[;{}]|[^\s;{}"#\\]+|\\/g

/** The statements outside of braces, and every include. */
function* statementsOf(script: string): Generator<Statement> {
  let line = 1
  let depth = 0
  let words: string[] = []
  let begun = 1
  /** The next word is the first of a statement, at this depth. */
  let fresh = true
  const end = function* (): Generator<Statement> {
    if (words.length > 0) yield { line: begun, words, included: false }
    words = []
  }
  for (const [token] of script.matchAll(TOKEN)) {
    if (token === '{') depth++
    else if (token === '}') {
      depth = Math.max(0, depth - 1)
      // A table's block ends its statement; a set's of a rule does not.
      if (depth === 0 && words.slice(0, 2).includes('table')) yield* end()
    } else if (token === '\n' || token === ';') {
      if (depth === 0) yield* end()
    } else if (!token.startsWith('#') && !/^\\\r?\n$/.test(token)) {
      if (fresh && token === 'include') yield { line, words: [token], included: true }
      if (depth === 0) {
        if (words.length === 0) begun = line
        words.push(token)
      }
      fresh = false
    }
    if (/^[{};\n]$/.test(token)) fresh = true
    line += token.split('\n').length - 1
  }
  yield* end()
}
