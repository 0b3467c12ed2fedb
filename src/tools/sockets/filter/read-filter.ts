/**
 * Reads the text of a filter: recursive descent over the grammar in `filter.ts`.
 */
import type { Finding } from '../../../model/finding.ts'
import type { PortNames } from '../../../model/port-set.ts'
import { all, allOf, anyOf, type Filter, not } from './ast.ts'
import type { Reading } from './read-host.ts'
import { readTerm } from './read-term.ts'
import { Scanner, type Token } from './scanner.ts'
import { refuse } from './syntax-fault.ts'

export interface FilterReading {
  readonly filter: Filter
  /** Where ss would read the same text otherwise, or a part of it doesn't count. */
  readonly notes: readonly Finding[]
}

export interface ParseOptions {
  /** Ports of service names. Without it only numbers are read. */
  readonly names?: PortNames
}

/** Nested deeper than that nobody means. Keeps recursion within the stack. */
const DEEPEST = 200

/** Reads a filter into its tree; an empty one is every socket. Throws `E_FILTER_SYNTAX` or `E_FILTER_UNSUPPORTED`. */
export function readFilter(text: string, { names }: ParseOptions = {}): FilterReading {
  const notes: Finding[] = []
  const note = (at: number, says: string): void => {
    notes.push(noteAt(text, at, says))
  }
  const parser = new Parser(new Scanner(text), { text, names, note })
  return { filter: parser.filter(), notes }
}

class Parser {
  readonly #scanner: Scanner
  readonly #reading: Reading
  #depth = 0

  constructor(scanner: Scanner, reading: Reading) {
    this.#scanner = scanner
    this.#reading = reading
  }

  filter(): Filter {
    if (this.#scanner.peek().kind === 'end') return all
    const filter = this.#or()
    const rest = this.#scanner.peek()
    if (rest.kind === 'end') return filter
    throw refuse(this.#reading.text, rest.at, whyLeftOver(rest))
  }

  #or(): Filter {
    const first = this.#and()
    const terms: [Filter, ...Filter[]] = [first.filter]
    while (this.#scanner.peek().kind === 'or') {
      const { at } = this.#scanner.token()
      const { filter, joined } = this.#and()
      if (joined)
        this.#reading.note(at, 'and binds tighter than or, as ss(8) says; ss itself reads from left to right')
      terms.push(filter)
    }
    return anyOf(terms)
  }

  /** `joined`: there was more than one term. */
  #and(): { filter: Filter; joined: boolean } {
    const terms = [this.#not()]
    for (;;) {
      const next = this.#scanner.peek().kind
      if (next === 'and') this.#scanner.token()
      else if (!BEGINS_TERM.has(next)) return { filter: allOf(terms), joined: terms.length > 1 }
      terms.push(this.#not())
    }
  }

  #not(): Filter {
    if (++this.#depth > DEEPEST)
      throw refuse(this.#reading.text, this.#scanner.at, 'the filter is nested too deep')
    const filter = this.#unary()
    this.#depth--
    return filter
  }

  #unary(): Filter {
    const next = this.#scanner.peek()
    if (next.kind === 'not') {
      this.#scanner.token()
      return not(this.#not())
    }
    if (next.kind !== '(') return readTerm(this.#scanner, this.#reading)
    this.#scanner.token()
    const filter = this.#or()
    const close = this.#scanner.token()
    if (close.kind === ')') return filter
    const why = close.kind === 'end' ? 'this parenthesis is not closed' : whyLeftOver(close)
    throw refuse(this.#reading.text, close.kind === 'end' ? next.at : close.at, why)
  }
}

const BEGINS_TERM: ReadonlySet<Token['kind']> = new Set(['word', 'not', '(', 'quoted'])

const whyLeftOver = (token: Token): string =>
  token.kind === ')'
    ? 'this parenthesis was not opened'
    : `"and", "or" or the end was expected, not "${token.text}"; quote a value that has it inside`

const noteAt = (text: string, at: number, says: string): Finding => ({
  code: 'filter-reading',
  severity: 'note',
  certainty: 'proven',
  subject: text,
  says,
  where: `character ${[...text.slice(0, at)].length + 1}`,
  evidence: [],
})
