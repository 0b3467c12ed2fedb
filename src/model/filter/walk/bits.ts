/** Arithmetic on the bits of scalars. Numbers go up to 48 bits, more than JavaScript's own operators bear. */
import type { Scalar } from '../pattern.ts'

export type BitOperator = '&' | '|' | '^' | '<<' | '>>'

const SMALL = 2 ** 31

/** Names have no bits: null. What is shifted out at the left of `width` bits is lost; 0 means no bound. */
export function applyBits(op: BitOperator, left: Scalar, right: Scalar, width: number): Scalar | null {
  if (typeof left === 'string' || typeof right === 'string') return null
  if (typeof left === 'number' && typeof right === 'number' && left < SMALL && right < SMALL) {
    if (op === '&') return left & right
    if (op === '|') return left | right
    if (op === '^') return left ^ right
    if (op === '>>') return right > 31 ? 0 : left >>> right
  }
  const wide = operate(op, BigInt(left), BigInt(right))
  const cut = width > 0 ? BigInt.asUintN(width, wide) : wide
  return typeof left === 'bigint' ? cut : Number(cut)
}

function operate(op: BitOperator, left: bigint, right: bigint): bigint {
  switch (op) {
    case '&':
      return left & right
    case '|':
      return left | right
    case '^':
      return left ^ right
    case '<<':
      return left << right
    case '>>':
      return left >> right
  }
}

export const anyBit = (value: Scalar, of: Scalar): boolean => {
  const common = applyBits('&', value, of, 0)
  return common !== null && common !== 0 && common !== 0n
}

/** The last address of a prefix, `length` of `width` bits. */
export function lastOf(address: Scalar, length: number, width: number): Scalar {
  if (typeof address === 'bigint') return address | ((1n << BigInt(width - length)) - 1n)
  if (typeof address === 'string') return address
  return address + 2 ** (width - length) - 1
}
