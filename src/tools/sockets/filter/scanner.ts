/**
 * Cuts the text of a filter into what the parser asks for: a token, an operator, or a value.
 *
 * What a character means depends on where it stands: `!` is "not" before a term and "leave out" inside a set of
 * ports, `/` begins a regular expression after `~` and is part of a path elsewhere. So there is no list of tokens;
 * the parser says what it expects next. Positions are in UTF-16 units from 0.
 */
import { refuse } from './syntax-fault.ts'

export type Token = {
  readonly kind: 'end' | '(' | ')' | 'and' | 'or' | 'not' | 'word' | 'operator' | 'quoted'
  readonly text: string
  readonly at: number
}

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '~' | '!~'

export interface FoundOperator {
  readonly op: Operator
  /** As it was written, for messages. */
  readonly text: string
  readonly at: number
}

/** A value as written. Quotes are taken off; a regular expression is without its slashes. */
export interface Value {
  readonly text: string
  readonly at: number
  readonly form: 'plain' | 'quoted' | 'regex'
  /** Of a regular expression. */
  readonly flags: '' | 'i'
}

/** Operators in letters are those of ss(8), and `in`. */
const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ...(['=', '!=', '<', '<=', '>', '>=', '~', '!~'] as const).map((op): [string, Operator] => [op, op]),
  ['==', '='],
  ['eq', '='],
  ['in', '='],
  ['ne', '!='],
  ['neq', '!='],
  ['lt', '<'],
  ['le', '<='],
  ['leq', '<='],
  ['gt', '>'],
  ['ge', '>='],
  ['geq', '>='],
])

const JOINS: ReadonlyMap<string, 'and' | 'or' | 'not'> = new Map([
  ...(['and', 'AND', '&', '&&'] as const).map((word): [string, 'and'] => [word, 'and']),
  ...(['or', 'OR', '|', '||'] as const).map((word): [string, 'or'] => [word, 'or']),
  ...(['not', 'NOT', '!'] as const).map((word): [string, 'not'] => [word, 'not']),
])

const SPACE = /\s*/y
const TOKEN = /[()]|&&?|\|\|?|==|!=|!~|!|[<>]=?|=|~|(?:[^\s()&|=<>~!"']|!(?![=~]))+/y
const OPERATOR = /==|!=|!~|[<>]=?|=|~|(?:eq|in|neq?|lt|leq?|gt|geq?)(?![^\s("'[*:])/y
const PLAIN = /[^\s()&|=<>~"']+/y
const PLAIN_ITEM = /[^\s()&|=<>~"',]+/y

export class Scanner {
  readonly text: string
  #at = 0

  constructor(text: string) {
    this.text = text
  }

  /** Where the next thing stands. */
  get at(): number {
    this.#take(SPACE)
    return this.#at
  }

  /** The next token, without taking it. */
  peek(): Token {
    const at = this.at
    const token = this.token()
    this.#at = at
    return token
  }

  token(): Token {
    const at = this.at
    if (at === this.text.length) return { kind: 'end', text: '', at }
    if (/["']/.test(this.text[at]!)) return { kind: 'quoted', text: this.#quoted(), at }
    const text = this.#take(TOKEN)!
    const join = JOINS.get(text)
    if (join !== undefined) return { kind: join, text, at }
    if (text === '(' || text === ')') return { kind: text, text, at }
    return { kind: /^[=<>~!]/.test(text) ? 'operator' : 'word', text, at }
  }

  /** An operator, if one stands here. */
  operator(): FoundOperator | null {
    const at = this.at
    const text = this.#take(OPERATOR)
    return text === null ? null : { op: OPERATORS.get(text)!, text, at }
  }

  /** A value up to the next space, parenthesis or operator; null when none stands here. */
  value(): Value | null {
    return this.#value(PLAIN)
  }

  /** `/regular expression/`, with `i` after it when upper and lower case are one; null when none stands here. */
  regex(): Value | null {
    const at = this.at
    if (this.text[at] !== '/') return null
    const found = this.#take(/\/((?:[^/\\\n]|\\.)+)\/([a-z]*)/y)
    if (found === null) throw refuse(this.text, at, 'the regular expression has no closing "/"')
    const end = found.lastIndexOf('/')
    const flags = found.slice(end + 1)
    if (flags !== '' && flags !== 'i')
      throw refuse(this.text, at + end + 1, `"${flags}" is not a flag of a regular expression here: "i" is`)
    return { text: found.slice(1, end), at, form: 'regex', flags }
  }

  /** Values with commas between; empty when none stands here. */
  list(): Value[] {
    const items: Value[] = []
    for (;;) {
      const item = this.#value(PLAIN_ITEM)
      if (item === null) {
        if (items.length > 0) throw refuse(this.text, this.#at, 'a value was expected after the comma')
        return []
      }
      items.push(item)
      if (this.text[this.#at] !== ',') return items
      this.#at++
    }
  }

  #value(plain: RegExp): Value | null {
    const at = this.at
    if (/["']/.test(this.text[at] ?? '')) return { text: this.#quoted(), at, form: 'quoted', flags: '' }
    const text = this.#take(plain)
    return text === null ? null : { text, at, form: 'plain', flags: '' }
  }

  /** Between two quotes of a kind; a backslash makes the next character ordinary. */
  #quoted(): string {
    const at = this.#at
    const found = this.#take(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/sy)
    if (found === null) throw refuse(this.text, at, 'the quote is not closed')
    return found.slice(1, -1).replace(/\\(.)/gs, '$1')
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.text)
    if (found === null) return null
    this.#at = pattern.lastIndex
    return found[0]
  }
}

/** A text as a value that reads back as the same text. */
export function quoteValue(text: string, always = false): string {
  const plain = PLAIN_ITEM
  plain.lastIndex = 0
  if (plain.exec(text)?.[0] === text && text !== '*' && !always) return text
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
