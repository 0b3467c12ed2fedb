/** Scalars in their order: numbers, addresses, and names by their code units. */
import type { Scalar } from './pattern.ts'

/** The least value above; of a name the least that is longer by anything. */
export const following = (value: Scalar): Scalar =>
  typeof value === 'number' ? value + 1 : typeof value === 'bigint' ? value + 1n : `${value}\0`

export const compareScalars = (a: Scalar, b: Scalar): number => (a < b ? -1 : a > b ? 1 : 0)
