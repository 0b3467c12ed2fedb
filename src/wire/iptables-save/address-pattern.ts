/** `10.0.0.0/8`, `10.0.0.1/255.0.255.0`, `2001:db8::/32` as a comparison. */
import type { Expression } from '../../model/filter/expression.ts'
import type { Scalar } from '../../model/filter/pattern.ts'
import type { Statement } from '../../model/filter/statement.ts'
import { bits, is, match, value } from './conditions.ts'
import type { GivenOptions } from './extension.ts'
import { addressScalar, type RuleFamily } from './rule-words.ts'

/** An address with a mask that may have gaps, or undefined for what is none. */
export function maskedAddress(
  text: string,
  family: RuleFamily,
): { readonly address: Scalar; readonly mask: bigint; readonly length: number | undefined } | undefined {
  const width = family === 'ip' ? 32 : 128
  const [before, after, ...more] = text.split('/')
  const address = addressScalar(before!, family)
  if (address === undefined || more.length > 0) return undefined
  const full = (1n << BigInt(width)) - 1n
  let mask = full
  if (after !== undefined) {
    if (/^\d{1,3}$/.test(after)) {
      if (Number(after) > width) return undefined
      mask = full ^ ((1n << BigInt(width - Number(after))) - 1n)
    } else {
      const read = addressScalar(after, family)
      if (read === undefined) return undefined
      mask = BigInt(read)
    }
  }
  const inverse = full ^ mask
  const contiguous = (inverse & (inverse + 1n)) === 0n
  return {
    address,
    mask,
    length: contiguous ? width - inverse.toString(2).replace('0', '').length : undefined,
  }
}

/** Undefined where every address holds: a length of 0. */
export function addressMatch(
  left: Expression,
  text: string,
  family: RuleFamily,
  negated: boolean,
): Statement | 'all' | undefined {
  const read = maskedAddress(text, family)
  if (read === undefined) return undefined
  const scalar = (bitsOf: bigint): Scalar => (family === 'ip' ? Number(bitsOf) : bitsOf)
  const wanted = scalar(BigInt(read.address) & read.mask)
  const { length } = read
  if (length === 0 && !negated) return 'all'
  if (length === (family === 'ip' ? 32 : 128)) return is(left, value(wanted), negated)
  if (length !== undefined && length > 0)
    return is(left, { kind: 'prefix', address: wanted, length }, negated)
  return match(bits(left, '&', scalar(read.mask)), negated ? '!=' : '==', value(wanted))
}

/** The address of an option; refuses what is none. */
export function addressPattern(left: Expression, given: GivenOptions, option: string): Statement {
  const { family } = given.surrounding
  const statement = addressMatch(left, given.word(option), family, given.negated(option))
  if (statement === undefined)
    throw given.refuse(option, `an ${family === 'ip' ? 'IPv4' : 'IPv6'} address or prefix`)
  // A prefix of length 0 still wants the fact to be there.
  return statement === 'all'
    ? is(bits(left, '&', family === 'ip' ? 0 : 0n), family === 'ip' ? 0 : 0n)
    : statement
}
