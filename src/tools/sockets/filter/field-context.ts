/** A field that has been read, on the way to its values: what stands between the two is an operator or nothing. */
import { type Filter, not } from './ast.ts'
import type { Reading } from './read-host.ts'
import type { FoundOperator, Scanner, Value } from './scanner.ts'
import { refuse } from './syntax-fault.ts'

export interface FieldContext {
  /** The field as it was written. */
  readonly word: string
  readonly operator: FoundOperator | null
  readonly scanner: Scanner
  readonly reading: Reading
}

/** Values with commas between, each read; at least one. Takes only `=`, `!=`, `in` and nothing before them. */
export function each<T>(context: FieldContext, read: (value: Value) => T, what: string): [T, ...T[]] {
  onlyEquality(context)
  return mustHave(context, context.scanner.list().map(read), what)
}

export function mustHave<T>(
  { word, operator, scanner, reading }: FieldContext,
  values: readonly T[],
  what: string,
): [T, ...T[]] {
  const [first, ...more] = values
  if (first !== undefined) return [first, ...more]
  const before = operator === null ? word : `${word} ${operator.text}`
  throw refuse(reading.text, scanner.at, `${what} was expected after "${before}"`)
}

export function onlyEquality({ word, operator, reading }: FieldContext): void {
  if (operator === null || operator.op === '=' || operator.op === '!=') return
  throw refuse(reading.text, operator.at, `"${word}" is compared with = or != only`)
}

/** `x != y` is `not x = y`. */
export const negated = ({ operator }: FieldContext, term: Filter): Filter =>
  operator?.op === '!=' || operator?.op === '!~' ? not(term) : term
