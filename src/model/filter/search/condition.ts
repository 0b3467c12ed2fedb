/**
 * Conditions on packets as a person types them: `tcp dport 22 not saddr 10.0.0.0/8`. Matches in nft's words (nft(8)),
 * all of which must hold, and short forms: `saddr`, `daddr` of either family, `sport`, `dport` of any transport,
 * `iif`, `oif`, `mark`, `state`, a protocol by itself. `not` before a match is everything else, other protocols and
 * the other family too; `!=` is nft's own, which asks for the header first.
 */
import { type Fault, fault } from '../../fault.ts'
import { datatypeOf } from '../datatype-of.ts'
import type { Datatype } from '../datatypes.ts'
import type { Expression } from '../expression.ts'
import { HEADERS } from '../headers.ts'
import type { Pattern } from '../pattern.ts'
import type { Comparison, Statement } from '../statement.ts'
import { parseSymbol, WORDS } from '../symbols.ts'

export interface ConditionPart {
  readonly match: Extract<Statement, { kind: 'match' }>
  /** Holds for all packets for which the match doesn't. */
  readonly negated: boolean
}

interface Word {
  readonly text: string
  readonly at: number
}

/** Throws `E_CONDITION`, which points at the character. An empty text is no condition at all. */
export function parseCondition(text: string): readonly ConditionPart[] {
  const reader = new Reader(text)
  const parts: ConditionPart[] = []
  while (reader.next !== undefined) {
    if (parts.length > 0 && reader.take('and') && reader.next === undefined)
      throw reader.refuse('a match should follow "and"')
    parts.push(part(reader))
  }
  return parts
}

function part(reader: Reader): ConditionPart {
  let negated = false
  while (reader.take('not')) negated = !negated
  const subject = subjectOf(reader)
  if (subject.kind === 'protocol') {
    const right = { kind: 'value', value: subject.number } as const
    return { match: { kind: 'match', left: { kind: 'meta', key: 'l4proto' }, op: '==', right }, negated }
  }
  const written = operatorOf(reader)
  const op = written ?? '=='
  const start = reader.next?.at
  const { left, right } =
    subject.kind === 'address' ? eitherFamily(subject.field, reader) : ofOne(subject.left, reader)
  if (op === '==' || op === '!=') {
    // As nft has it: without an operator one of the flags will do.
    const any = written === undefined && datatypeOf(left).flags === true && right.kind === 'value'
    return { match: { kind: 'match', left, op: any ? 'any' : op, right }, negated }
  }
  if (right.kind !== 'value') throw reader.refuse(`"${op}" wants one value`, start)
  return { match: { kind: 'match', left, op, right }, negated }
}

type Subject =
  | { readonly kind: 'protocol'; readonly number: number }
  | { readonly kind: 'address'; readonly field: 'saddr' | 'daddr' }
  | { readonly kind: 'one'; readonly left: Expression }

const META: Readonly<Record<string, string>> = {
  iif: 'iifname',
  oif: 'oifname',
  iifname: 'iifname',
  oifname: 'oifname',
  mark: 'mark',
  l4proto: 'l4proto',
  nfproto: 'nfproto',
  skuid: 'skuid',
  skgid: 'skgid',
}

function subjectOf(reader: Reader): Subject {
  const one = (left: Expression): Subject => ({ kind: 'one', left })
  const word = reader.word('a match was expected, such as "tcp dport 22" or "saddr 10.0.0.0/8"')
  const { text } = word
  if (text === 'saddr' || text === 'daddr') return { kind: 'address', field: text }
  if (text === 'sport' || text === 'dport') return one({ kind: 'payload', protocol: 'th', field: text })
  if (text === 'state') return one({ kind: 'ct', key: 'state' })
  if (META[text] !== undefined) return one({ kind: 'meta', key: META[text] })
  if (text === 'meta')
    return one(known({ kind: 'meta', key: reader.word('a key of meta was expected').text }, reader))
  if (text === 'ct') {
    const key = reader.word('a key of ct was expected').text
    if (key !== 'original' && key !== 'reply') return one(known({ kind: 'ct', key }, reader))
    const part = reader.word(`a key of ct ${key} was expected`).text
    return one({ kind: 'ct', key: part, direction: key })
  }
  const fields = HEADERS.get(text)
  const field = reader.next?.text
  if (fields !== undefined && field !== undefined && fields.has(field)) {
    reader.skip()
    return one({ kind: 'payload', protocol: text, field })
  }
  const number = parseSymbol({ name: 'inet_proto', width: 8, scalar: 'number' }, text)
  if (typeof number === 'number') return { kind: 'protocol', number }
  if (fields !== undefined) {
    throw reader.refuse(
      `a field of ${text} was expected: ${[...fields.keys()].join(', ')}`,
      word.at + text.length,
    )
  }
  throw reader.refuse(`"${text}" is nothing that can be asked of a packet`, word.at)
}

function known(expression: Expression, reader: Reader): Expression {
  if (datatypeOf(expression).name === 'invalid')
    throw reader.refuse('that is nothing that can be asked', reader.last?.at)
  return expression
}

const OPERATORS: Readonly<Record<string, Comparison>> = {
  ...{ '==': '==', eq: '==', '!=': '!=', ne: '!=', '<': '<', lt: '<', '<=': '<=', le: '<=', '>': '>' },
  ...{ gt: '>', '>=': '>=', ge: '>=' },
}

function operatorOf(reader: Reader): Comparison | undefined {
  const op = reader.next === undefined ? undefined : OPERATORS[reader.next.text]
  if (op !== undefined) reader.skip()
  return op
}

const ofOne = (left: Expression, reader: Reader): { left: Expression; right: Pattern } => ({
  left,
  right: patternOf(reader, datatypeOf(left)),
})

function eitherFamily(field: 'saddr' | 'daddr', reader: Reader): { left: Expression; right: Pattern } {
  const first = reader.next?.text === '{' ? reader.after(1)?.text : reader.next?.text
  const protocol = first?.includes(':') ? 'ip6' : 'ip'
  return ofOne({ kind: 'payload', protocol, field }, reader)
}

/** A value, a range, a prefix, a list with commas or in braces. */
function patternOf(reader: Reader, datatype: Datatype): Pattern {
  const open = reader.next
  if (reader.take('{')) {
    const elements: Pattern[] = []
    while (!reader.take('}')) {
      if (reader.next === undefined) throw reader.refuse('the "{" is never closed', open?.at)
      elements.push(single(reader, datatype))
      reader.take(',')
    }
    if (elements.length === 0) throw reader.refuse('there is nothing between the braces', open?.at)
    return { kind: 'set', elements }
  }
  const first = single(reader, datatype)
  if (reader.next?.text !== ',') return first
  const elements = [first]
  while (reader.take(',')) elements.push(single(reader, datatype))
  const numbers = elements.map(one => (one.kind === 'value' ? one.value : null))
  if (datatype.flags !== true || numbers.some(value => typeof value !== 'number'))
    return { kind: 'set', elements }
  return { kind: 'value', value: (numbers as number[]).reduce((all, bit) => (all | bit) >>> 0, 0) }
}

function single(reader: Reader, datatype: Datatype): Pattern {
  const { text, at } = reader.word(`a value of ${datatype.name} was expected`)
  const value = (word: string, offset = 0) => {
    const scalar = parseSymbol(datatype, word)
    if (scalar !== undefined) return scalar
    const words = [...(WORDS.get(datatype.name)?.numberOf.keys() ?? [])].slice(0, 12)
    const some = words.length === 0 ? '' : `, which are ${words.join(', ')} …`
    throw reader.refuse(`"${word}" is no value of ${datatype.name}${some}`, at + offset)
  }
  if (datatype.scalar === 'string') {
    return text.endsWith('*')
      ? { kind: 'beginning', text: text.slice(0, -1) }
      : { kind: 'value', value: value(text) }
  }
  const slash = text.indexOf('/')
  if (slash > 0 && datatype.name.endsWith('_addr')) {
    const length = Number(text.slice(slash + 1))
    if (!/^\d+$/.test(text.slice(slash + 1)) || length > datatype.width)
      throw reader.refuse(`a prefix length from 0 to ${datatype.width} was expected`, at + slash + 1)
    return prefix(value(text.slice(0, slash)) as number | bigint, length, datatype.width)
  }
  const whole = parseSymbol(datatype, text)
  const dash = text.indexOf('-', 1)
  if (whole !== undefined || dash < 0) return { kind: 'value', value: whole ?? value(text) }
  const [low, high] = [value(text.slice(0, dash)), value(text.slice(dash + 1), dash + 1)]
  if (low > high) throw reader.refuse('the range ends before it begins', at)
  return { kind: 'range', low, high }
}

function prefix(address: number | bigint, length: number, width: number): Pattern {
  if (typeof address === 'number') {
    const size = 2 ** (width - length)
    return { kind: 'prefix', address: Math.floor(address / size) * size, length }
  }
  const shift = BigInt(width - length)
  return { kind: 'prefix', address: (address >> shift) << shift, length }
}

class Reader {
  readonly text: string
  readonly #words: readonly Word[]
  #place = 0

  constructor(text: string) {
    this.text = text
    this.#words = [...text.matchAll(/"([^"]*)"|[{},]|[!<>=]=?|[^\s{},!<>="]+|\S/g)].map(found => ({
      text: found[1] ?? found[0],
      at: found.index,
    }))
  }

  get next(): Word | undefined {
    return this.#words[this.#place]
  }

  get last(): Word | undefined {
    return this.#words[this.#place - 1]
  }

  after(count: number): Word | undefined {
    return this.#words[this.#place + count]
  }

  skip(): void {
    this.#place++
  }

  take(text: string): boolean {
    if (this.next?.text !== text) return false
    this.#place++
    return true
  }

  word(wanted: string): Word {
    const word = this.next
    if (word === undefined || /^[{},!<>=]/.test(word.text)) throw this.refuse(wanted)
    this.#place++
    return word
  }

  /** The fault that points at a character, the next word's where none is named. */
  refuse(why: string, at = this.next?.at ?? this.text.length): Fault {
    const text = this.text.replace(/\s/g, ' ')
    return fault('E_CONDITION', { text, column: at + 1, why, pointer: `${' '.repeat(at)}^` })
  }
}
