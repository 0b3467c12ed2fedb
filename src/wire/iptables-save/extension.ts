/** How the reader of rules meets a match or target of iptables-extensions(8): its options, and what they come to. */
import type { Pattern, Scalar } from '../../model/filter/pattern.ts'
import type { Hook } from '../../model/filter/ruleset.ts'
import type { Statement } from '../../model/filter/statement.ts'
import { wordIn } from '../word-in.ts'
import type { RuleFamily, RuleWords } from './rule-words.ts'

export interface Extension {
  /** How many words follow each option. */
  readonly options: Readonly<Record<string, 0 | 1 | 2>>
  /** Undefined where these options have no exact equal in nftables. */
  readonly read: (given: GivenOptions) => readonly Statement[] | undefined
}

export interface Surrounding {
  readonly family: RuleFamily
  /** Number of the protocol that the rule is for, where it says one without `!`. */
  readonly protocol?: number
  /** Of the built-in chain that the rule stands in; chains of users have none. */
  readonly hook?: Hook
  /** Types of sets by name, `hash:ip,port`; a set that isn't there can't be read. */
  readonly ipsets: ReadonlyMap<string, string>
}

export interface GivenOption {
  readonly name: string
  readonly negated: boolean
  readonly words: readonly string[]
  /** Place of its first word in the rule. */
  readonly at: number
}

/** The options of one match or target, with readers that refuse at the right place. */
export class GivenOptions {
  readonly surrounding: Surrounding
  readonly #all: ReadonlyMap<string, GivenOption>
  readonly #words: RuleWords

  constructor(all: readonly GivenOption[], words: RuleWords, surrounding: Surrounding) {
    this.#all = new Map(all.map(one => [one.name, one]))
    this.#words = words
    this.surrounding = surrounding
  }

  get names(): readonly string[] {
    return [...this.#all.keys()]
  }

  has(name: string): boolean {
    return this.#all.has(name)
  }

  /** Every option that is given is one of these. */
  only(...names: readonly string[]): boolean {
    return this.names.every(name => names.includes(name))
  }

  negated(name: string): boolean {
    return this.#all.get(name)?.negated === true
  }

  text(name: string, index = 0): string | undefined {
    return this.#all.get(name)?.words[index]
  }

  /** The word of an option that can't be left out. */
  word(name: string, index = 0): string {
    return this.text(name, index) ?? this.#from(name, words => words.take(`a word after ${name}`))
  }

  list(name: string, index = 0): readonly string[] {
    return this.text(name, index)?.split(',') ?? []
  }

  number(name: string, expected: string, most?: number): number {
    return this.#from(name, words => words.number(expected, most))
  }

  range(name: string, expected: string, most: number, separator?: string): Pattern {
    return this.#from(name, words => words.range(expected, most, separator))
  }

  ranges(name: string, expected: string, most: number): readonly Pattern[] {
    return this.#from(name, words =>
      words
        .take(expected)
        .split(',')
        .map(each => words.rangeOf(each, expected, most)),
    )
  }

  masked(name: string, expected: string, most?: number): { readonly value: number; readonly mask: number } {
    return this.#from(name, words => words.masked(expected, most))
  }

  ports(name: string): Pattern {
    return this.#from(name, words => words.ports())
  }

  address(name: string): Scalar {
    return this.#from(name, words => words.address(words.take('an address')))
  }

  /** Reads each word of a list by a table. */
  symbols(
    name: string,
    symbols: Readonly<Record<string, number>>,
    expected: string,
    index = 0,
  ): readonly number[] {
    return this.word(name, index)
      .split(',')
      .map(each => wordIn(symbols, each) ?? this.#no(name, each, expected, index))
  }

  /** The fault for a word of an option. */
  refuse(name: string, expected: string, index = 0): Error {
    return this.#from(name, words => {
      words.at += index
      return words.refuse(words.take(expected), expected)
    })
  }

  #no(name: string, text: string, expected: string, index: number): never {
    throw this.#from(name, words => {
      words.at += index + 1
      return words.refuse(text, expected)
    })
  }

  #from<T>(name: string, read: (words: RuleWords) => T): T {
    const words = this.#words
    const given = this.#all.get(name)
    if (given === undefined) throw words.fault(`${name} is missing`, `Expected ${name}.`)
    const back = words.at
    words.at = given.at
    const result = read(words)
    words.at = back
    return result
  }
}
