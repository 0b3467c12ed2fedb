/**
 * Verdicts with three values, as numbers, so that 100,000 of them cost no memory: 0 is no, 1 is yes, and anything
 * else is undecided, a bit for each fact that is lacking. `not` of undecided is undecided.
 */
import type { SocketColumns } from '../../../model/socket-columns.ts'
import type { RowFacts } from './row-facts.ts'

export type Verdict = number

export const NO: Verdict = 0
export const YES: Verdict = 1

/** Facts that can be lacking, in the order of their bits. */
export const LACKING = [
  'owners',
  'users',
  'exposure',
  'groups',
  'interfaces',
  'namespaces',
  'tcp',
  'queues',
] as const
export type Lacking = (typeof LACKING)[number]

/** Undecided for lack of that. */
export const lacking = (fact: Lacking): Verdict => 2 << LACKING.indexOf(fact)

export const isUndecided = (verdict: Verdict): boolean => verdict > YES

export const both = (a: Verdict, b: Verdict): Verdict => {
  if (a === NO || b === NO) return NO
  return a === YES ? b : b === YES ? a : a | b
}

export const either = (a: Verdict, b: Verdict): Verdict => {
  if (a === YES || b === YES) return YES
  return a === NO ? b : b === NO ? a : a | b
}

export const opposite = (a: Verdict): Verdict => (a === NO ? YES : a === YES ? NO : a)

/** Judges a row. Without facts every term that needs one is undecided. */
export type Judge = (columns: SocketColumns, row: number, facts: RowFacts | null) => Verdict
