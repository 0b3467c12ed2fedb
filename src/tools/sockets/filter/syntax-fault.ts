/**
 * How a filter that can't be read or judged is refused: with the filter, a mark under the place, what was
 * expected there, and what may have been meant.
 */
import { type Fault, fault } from '../../../model/fault.ts'
import type { FaultCode } from '../../../model/faults.ts'
import { suggest } from '../../../model/suggest.ts'

/** `at`: where in the text, in UTF-16 units. `why` ends a sentence; `next` is one. */
export const refuse = (text: string, at: number, why: string, next = LANGUAGE): Fault =>
  pointing('E_FILTER_SYNTAX', text, at, why, next)

export const refuseUnsupported = (text: string, at: number, why: string, next = LANGUAGE): Fault =>
  pointing('E_FILTER_UNSUPPORTED', text, at, why, next)

const LANGUAGE =
  'A filter is written as for ss: sport = :443, dst 10.0.0.0/8, state established, not, and, or, ( ).'

/** `Did you mean "sport"?`, or what to say when nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>, otherwise = LANGUAGE): string {
  const meant = suggest(word, candidates)
  return meant === undefined ? otherwise : `Did you mean "${meant}"?`
}

function pointing(code: FaultCode, text: string, at: number, why: string, next: string): Fault {
  // Every character takes one column, so that the mark stands under the right one.
  const columns = (part: string): string =>
    part.replace(/\p{C}|\p{Zl}|\p{Zp}/gu, c => (/\s/.test(c) ? ' ' : '\ufffd'))
  const before = [...columns(text.slice(0, at))].length
  return fault(code, {
    text: columns(text),
    column: before + 1,
    pointer: `${' '.repeat(before)}^`,
    why,
    next,
  })
}
