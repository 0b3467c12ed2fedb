/**
 * A cursor over the words of one rule, with readers for what stands in them: numbers, ranges, addresses, ports. Each
 * refuses what it can't read with the place and what was expected.
 */
import { readAddress } from '../../model/address-read.ts'
import type { Pattern, Scalar } from '../../model/filter/pattern.ts'
import { type Place, rulesFault } from '../rules-fault.ts'
import type { Word } from './split-words.ts'

export type RuleFamily = 'ip' | 'ip6'

export class RuleWords {
  readonly family: RuleFamily
  readonly #words: readonly Word[]
  readonly #place: Omit<Place, 'column'>
  at = 0

  constructor(words: readonly Word[], place: Omit<Place, 'column'>, family: RuleFamily) {
    this.#words = words
    this.#place = place
    this.family = family
  }

  get done(): boolean {
    return this.at >= this.#words.length
  }

  peek(ahead = 0): string | undefined {
    return this.#words[this.at + ahead]?.text
  }

  /** The next word; `expected` says what should stand there. */
  take(expected: string): string {
    const word = this.#words[this.at]
    if (word === undefined) throw this.fault('the rule ends too early', `Expected ${expected}.`)
    this.at++
    return word.text
  }

  /** The next word if it is that one. */
  skip(text: string): boolean {
    if (this.peek() !== text) return false
    this.at++
    return true
  }

  /** The line's own text between two places. */
  textBetween(from: number, to: number): string {
    const first = this.#words[from]
    const last = this.#words[to - 1]
    return first === undefined || last === undefined || to <= from
      ? ''
      : this.#place.text.slice(first.column - 1, last.end)
  }

  /** A fault at a word: the one that comes next, or the one just taken with -1. */
  fault(why: string, next: string, ahead = 0): Error {
    const word = this.#words[this.at + ahead]
    const column = word?.column ?? this.#place.text.trimEnd().length + 1
    return rulesFault({ ...this.#place, column }, why, next)
  }

  refuse(text: string, expected: string): Error {
    return this.fault(`"${text}" is not ${expected}`, `Expected ${expected}.`, -1)
  }

  number(expected: string, most = 0xffffffff): number {
    return this.numberOf(this.take(expected), expected, most)
  }

  /** Decimal, or hexadecimal after 0x, as `xtables_strtoui` takes it. Throws where it is another text or too large. */
  numberOf(text: string, expected: string, most = 0xffffffff): number {
    const value = /^(?:0[xX][0-9a-fA-F]+|\d+)$/.test(text) ? Number(text) : Number.NaN
    if (!(value <= most)) throw this.refuse(text, `${expected}, a number from 0 to ${most}`)
    return value
  }

  /** `5`, `5:9`, `:9`, `5:`; with `-` instead where said. */
  range(expected: string, most: number, separator = ':'): Pattern {
    return this.rangeOf(this.take(expected), expected, most, separator)
  }

  rangeOf(text: string, expected: string, most: number, separator = ':'): Pattern {
    const cut = text.indexOf(separator)
    if (cut < 0) return { kind: 'value', value: this.numberOf(text, expected, most) }
    const low = cut === 0 ? 0 : this.numberOf(text.slice(0, cut), expected, most)
    const high = cut === text.length - 1 ? most : this.numberOf(text.slice(cut + 1), expected, most)
    if (low > high) throw this.refuse(text, `${expected} whose first number is not above its second`)
    return low === high ? { kind: 'value', value: low } : { kind: 'range', low, high }
  }

  ports(): Pattern {
    return this.range('a port or a range of ports as 80:90', 65535)
  }

  /** `0x10/0xff`: value and mask. */
  masked(expected: string, most = 0xffffffff): { readonly value: number; readonly mask: number } {
    const text = this.take(expected)
    const [value, mask, ...more] = text.split('/')
    if (more.length > 0) throw this.refuse(text, expected)
    return {
      value: this.numberOf(value!, expected, most),
      mask: mask === undefined ? most : this.numberOf(mask, expected, most),
    }
  }

  address(text: string): Scalar {
    const value = addressScalar(text, this.family)
    if (value === undefined)
      throw this.refuse(text, this.family === 'ip' ? 'an IPv4 address' : 'an IPv6 address')
    return value
  }
}

/** The number of an address of that family, or undefined. */
export function addressScalar(text: string, family: RuleFamily): Scalar | undefined {
  const reading = readAddress(text)
  if (typeof reading === 'string' || reading.zone !== '') return undefined
  if (reading.bytes.length !== (family === 'ip' ? 4 : 16)) return undefined
  return family === 'ip'
    ? reading.bytes.reduce((number, byte) => number * 256 + byte, 0)
    : reading.bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n)
}
