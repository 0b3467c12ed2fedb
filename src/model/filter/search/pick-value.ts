/** One value of a field that lies in a set of ranks: a usual one if there is one, else the first that is fit. */
import type { Scalar } from '../pattern.ts'
import { type Field, rankOfValue } from './field.ts'
import { hasRank, type RankSet } from './rank-set.ts'

/** Undefined where only "it lacks it" is left, or names are left that no interface can have. */
export function pickValue(field: Field, ranks: RankSet, usual: readonly Scalar[] = []): Scalar | undefined {
  for (const value of usual) {
    if (hasRank(ranks, rankOfValue(field, value))) return value
  }
  for (let i = 0; i < ranks.length; i += 2) {
    for (let rank = ranks[i]!; rank <= ranks[i + 1]!; rank++) {
      const value = valueAt(field, rank)
      if (value !== undefined) return value
    }
  }
  return undefined
}

/** Values of one interval that a packet may have. */
function valueAt(field: Field, rank: number): Scalar | undefined {
  if (field.shape === 'list') return field.values[rank]
  const low = field.cuts[rank]
  if (low === undefined) return undefined
  const after = field.cuts[rank + 1]
  if (typeof low === 'string') return nameBetween(low, after as string | undefined)
  // The first address of a network is seldom a host's, port 0 nobody's.
  const second: Scalar = typeof low === 'number' ? low + 1 : low + 1n
  const bound = after ?? field.most
  const fits = bound === undefined || (second as number) < (bound as number)
  return isOften(low) && fits ? second : low
}

/** A round number of an address, or zero. */
const isOften = (low: number | bigint): boolean =>
  typeof low === 'number' ? low % 256 === 0 : low % 65536n === 0n

/** `IFNAMSIZ` less the terminating zero. */
const LONGEST = 15
const ENDINGS = ['', '0', '1', 'a', 'z', '-', '.5', '_', '~']

function nameBetween(low: string, after: string | undefined): string | undefined {
  const stem = low.replace(/[\0\uffff]+$/, '')
  const names = [
    ...ENDINGS.map(ending => stem + ending),
    ...ENDINGS.map(ending => `${followingOf(stem)}${ending}`),
  ]
  return (
    names.find(
      name =>
        name.length > 0 && name.length <= LONGEST && name >= low && (after === undefined || name < after),
    ) ?? (low === '' ? '' : undefined)
  )
}

/** The stem with its last character one further: past all names that begin with the stem. */
const followingOf = (stem: string): string =>
  stem === '' ? 'a' : stem.slice(0, -1) + String.fromCharCode(stem.charCodeAt(stem.length - 1) + 1)
