/**
 * Which address of a range a connection gets: a hash of its addresses, so that it is the same every time
 * (find_best_ips_proto of nf_nat_core.c). It has no secret; the words are taken as a little-endian machine has them.
 */
import type { Tuple } from '../../filter/packet.ts'
import type { Scalar } from '../../filter/pattern.ts'
import type { NatRange, TranslatedEnd } from '../nat-range.ts'
import { jenkinsHash } from './jenkins-hash.ts'

const ADDRESS_WORDS = 4

/** The tuple with the chosen address at that end. */
export function withChosenAddress(tuple: Tuple, range: NatRange, end: TranslatedEnd, zone: number): Tuple {
  const { addresses, persistent = false } = range
  if (addresses === undefined) return tuple
  const { low, high } = addresses
  if (low === high) return { ...tuple, [end]: low }
  const [source, destination] = [wordsOf(tuple.source), wordsOf(tuple.destination)]
  const lows = wordsOf(low)
  const highs = wordsOf(high)
  const seed = persistent ? 0 : swapped(destination.at(-1)!) ^ zone
  let hash = jenkinsHash(padded(source.map(swapped)), seed)
  const chosen: number[] = []
  let isWhole = false
  for (let i = 0; i < lows.length; i++) {
    // Below the first word that isn't the highest, everything is allowed.
    const from = isWhole ? 0 : lows[i]!
    const span = isWhole ? 0xffffffff : (highs[i]! - lows[i]! + 1) >>> 0
    chosen.push((from + scaled(hash, span)) >>> 0)
    if (chosen[i] !== highs[i]) isWhole = true
    if (!persistent) hash = (hash ^ swapped(end === 'destination' ? chosen[i]! : destination[i]!)) >>> 0
  }
  return { ...tuple, [end]: addressOf(chosen) }
}

/** reciprocal_scale: 0 to `span` - 1. */
const scaled = (hash: number, span: number): number => Number((BigInt(hash) * BigInt(span)) >> 32n)

const padded = (words: readonly number[]): readonly number[] => [
  ...words,
  ...Array<number>(ADDRESS_WORDS - words.length).fill(0),
]

/** Network order as a little-endian machine reads it. */
const swapped = (word: number): number =>
  ((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)

const wordsOf = (address: Scalar): readonly number[] =>
  typeof address === 'bigint'
    ? [96n, 64n, 32n, 0n].map(shift => Number((address >> shift) & 0xffffffffn))
    : [Number(address)]

const addressOf = (words: readonly number[]): Scalar =>
  words.length === 1 ? words[0]! : words.reduce((whole, word) => (whole << 32n) | BigInt(word), 0n)
