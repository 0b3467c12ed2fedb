/**
 * A cursor over the tokens of a rule file, and of the files that it includes.
 */
import { placeAt, rulesFault } from '../rules-fault.ts'
import type { Token, TokenList } from './token.ts'

export class TokenStream {
  #tokens: readonly Token[]
  #at = 0
  #list: TokenList
  readonly #outer: { list: TokenList; at: number }[] = []

  constructor(list: TokenList) {
    this.#list = list
    this.#tokens = list.tokens
  }

  get remarks(): TokenList['remarks'] {
    return this.#list.remarks
  }

  /** How many files are open above this one. */
  get depth(): number {
    return this.#outer.length
  }

  /** Goes on with another file; at its end, with what follows here. */
  enter(list: TokenList): void {
    this.#outer.push({ list: this.#list, at: this.#at })
    this.#list = list
    this.#tokens = list.tokens
    this.#at = 0
  }

  /** Back to the file that included this one. False in the outermost. */
  leave(): boolean {
    const outer = this.#outer.pop()
    if (outer === undefined) return false
    this.#list = outer.list
    this.#tokens = outer.list.tokens
    this.#at = outer.at
    return true
  }

  get token(): Token {
    return this.#tokens[this.#at]!
  }

  /** The token after the next `ahead` ones; behind the end, the end. */
  peek(ahead = 1): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)]!
  }

  get previous(): Token {
    return this.#tokens[Math.max(0, this.#at - 1)]!
  }

  /** Passes over one token, never over the end. */
  next(): Token {
    const token = this.#tokens[this.#at]!
    if (token.kind !== 'end') this.#at++
    return token
  }

  /** A word or a sign, not a quoted string. */
  is(text: string): boolean {
    const token = this.#tokens[this.#at]!
    return token.text === text && (token.kind === 'word' || token.kind === 'mark')
  }

  /** Passes over it if it is there. */
  take(text: string): boolean {
    if (!this.is(text)) return false
    this.next()
    return true
  }

  takeAny(...texts: readonly string[]): string | undefined {
    for (const text of texts) if (this.take(text)) return text
    return undefined
  }

  need(text: string, why = `"${text}" was expected`): Token {
    if (!this.is(text)) throw this.refuse(why, `Write ${text} here, not ${shown(this.token)}.`)
    return this.next()
  }

  /** A name: a word or a quoted string. */
  name(what: string): Token {
    const { token } = this
    if (token.kind !== 'word' && token.kind !== 'string')
      throw this.refuse(`${what} was expected`, `Write ${what} here, not ${shown(token)}.`)
    return this.next()
  }

  string(what: string): Token {
    const { token } = this
    if (token.kind !== 'string')
      throw this.refuse(
        `${what} was expected in quotes`,
        `Write ${what} in double quotes, not ${shown(token)}.`,
      )
    return this.next()
  }

  /** A whole number that a double holds exactly. */
  number(what: string, max = Number.MAX_SAFE_INTEGER): number {
    const { token } = this
    if (token.kind !== 'number')
      throw this.refuse(`${what} was expected`, `Write a number here, not ${shown(token)}.`)
    const value = Number(token.text)
    if (value > max) throw this.refuse(`${token.text} is too large for ${what}`, `Write at most ${max}.`)
    this.next()
    return value
  }

  skipNewlines(): void {
    while (this.token.kind === 'newline') this.next()
  }

  /** Where a statement ends: a newline, `;`, the block's end, the file's end. */
  get atEnd(): boolean {
    const { kind, text } = this.token
    return kind === 'newline' || kind === 'end' || (kind === 'mark' && (text === ';' || text === '}'))
  }

  refuse(why: string, next: string, at: Token = this.token) {
    return rulesFault(placeAt(at.source, at.start), why, next)
  }
}

/** A token as a message shows it. */
export function shown(token: Token): string {
  if (token.kind === 'newline') return 'the end of the line'
  if (token.kind === 'end') return 'the end of the text'
  return token.kind === 'string' ? `"${token.text}" in quotes` : `"${token.text}"`
}
