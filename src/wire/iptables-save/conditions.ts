/** Short ways to write the statements that matches of iptables come to. */
import type { Expression } from '../../model/filter/expression.ts'
import type { Pattern, Scalar } from '../../model/filter/pattern.ts'
import type { Comparison, Statement } from '../../model/filter/statement.ts'

export const payload = (protocol: string, field: string): Expression => ({ kind: 'payload', protocol, field })
export const meta = (key: string): Expression => ({ kind: 'meta', key })
export const ct = (key: string): Expression => ({ kind: 'ct', key })
export const literal = (value: Scalar): Expression => ({ kind: 'literal', value })
export const value = (of: Scalar): Pattern => ({ kind: 'value', value: of })

export const bits = (left: Expression, op: '&' | '|' | '^', right: Expression | Scalar): Expression => ({
  kind: 'bits',
  op,
  left,
  right: typeof right === 'object' ? right : literal(right),
})

export const match = (left: Expression, op: Comparison, right: Pattern | Expression): Statement => ({
  kind: 'match',
  left,
  op,
  right,
})

/** Equal, or with `negated` not equal. */
export const is = (left: Expression, right: Pattern | Scalar, negated = false): Statement =>
  match(left, negated ? '!=' : '==', typeof right === 'object' ? right : value(right))

/** At least one of the bits is set, or with `negated` none. */
export const hasAny = (left: Expression, mask: Scalar, negated = false): Statement =>
  match(left, negated ? 'none' : 'any', value(mask))

/** `(left & mask) == value`, without the mask where it takes nothing away. */
export const isMasked = (
  left: Expression,
  { value: wanted, mask }: { readonly value: number; readonly mask: number },
  full: number,
  negated = false,
): Statement => is(mask === full ? left : bits(left, '&', mask), wanted, negated)

/** One value alone, or a set. */
export const oneOf = (patterns: readonly Pattern[]): Pattern =>
  patterns.length === 1 ? patterns[0]! : { kind: 'set', elements: patterns }

/** Has no equal in nftables. `matches`: it may not hold; `ends`: it may have a verdict. */
export const unsupported = (text: string, matches: boolean, ends: boolean): Statement => ({
  kind: 'unsupported',
  text,
  matches,
  ends,
})
