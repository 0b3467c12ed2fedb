/** What a connection has counted, and what one has that no rule has touched (nf_ct_acct_update). */
import type { Packet } from '../filter/packet.ts'
import type { Scalar } from '../filter/pattern.ts'

type Facts = ReadonlyMap<string, Scalar>

/** Of a connection whose first packet has just come, by nft's words. */
export const FRESH: Facts = new Map<string, Scalar>([
  ['ct label', 0n],
  // That of the connection by which this one was expected; it wasn't.
  ['ct helper', ''],
  ...['ct', 'ct original', 'ct reply'].flatMap(way => [
    [`${way} packets`, 0n] as const,
    [`${way} bytes`, 0n] as const,
  ]),
])

/** With one packet more. A packet whose length isn't known leaves the bytes unknown from then on. */
export function counted(facts: Facts, { length }: Packet, direction: 'original' | 'reply'): Facts {
  const counts = new Map(facts)
  for (const way of ['ct', `ct ${direction}`]) {
    add(counts, `${way} packets`, 1n)
    add(counts, `${way} bytes`, length === undefined ? undefined : BigInt(length))
  }
  return counts
}

function add(counts: Map<string, Scalar>, words: string, more: bigint | undefined): void {
  const before = counts.get(words)
  if (typeof before !== 'bigint') return
  if (more === undefined) counts.delete(words)
  else counts.set(words, before + more)
}
