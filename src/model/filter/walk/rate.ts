/** Limits, quotas and counts of connections: whether they hold depends on what came before this packet. */
import type { Limit, Statement } from '../statement.ts'
import { ask, fact, inItsWords, suppose } from './fact.ts'
import { BREAK, NEXT, type Outcome } from './outcome.ts'
import type { Traversal } from './traversal.ts'
import { isScalar, isUntold } from './value.ts'

export function limit(t: Traversal, { rate, per, over, unit }: Limit): Outcome {
  return within(t, `limit rate ${rate} ${unit} in ${per} s`) !== over ? NEXT : BREAK
}

export function connectionCount(
  t: Traversal,
  { count, over }: Extract<Statement, { kind: 'ct-count' }>,
): Outcome {
  return within(t, `ct count ${count}`) !== over ? NEXT : BREAK
}

/** What was used up is part of the rule set as it was read (nft_overquota: this packet's bytes count; the last
 * byte of a quota is within it, as Linux 6.18 has it). */
export function quota(t: Traversal, { bytes, used, over }: Extract<Statement, { kind: 'quota' }>): Outcome {
  const length = fact(t, 'meta length', t.packet.length)
  const isOver = isUntold(length)
    ? used >= bytes || ask(t, length, [{ low: bytes - used + 1 }], `meta length > ${bytes - used}`)
    : isScalar(length) && used + Number(length) > bytes
  return isOver === over ? NEXT : BREAK
}

function within(t: Traversal, what: string): boolean {
  if (t.options.rates !== undefined) return t.options.rates === 'within'
  return suppose(t, `${inItsWords(t) ?? what} is not used up`)
}
