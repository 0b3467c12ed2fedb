/**
 * Refuses a rule file, showing the line, a caret under the place, and what would have been right.
 */
import { type Fault, fault } from '../../model/fault.ts'
import type { Source } from './token.ts'

export interface Place {
  readonly source: Source
  /** Offset into the text. */
  readonly start: number
}

/** `why` says what is wrong, `next` what to write instead. Long lines are cut around the place. */
export function syntaxFault(place: Place, why: string, next: string): Fault {
  const { text, name } = place.source
  const start = Math.min(place.start, text.length)
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const lineEnd = text.indexOf('\n', lineStart)
  const line = text.slice(lineStart, lineEnd < 0 ? text.length : lineEnd)
  const offset = start - lineStart
  const from = Math.max(0, offset - BEFORE)
  const shown = line.slice(from, from + WIDTH)
  return fault('E_RULES_SYNTAX', {
    name,
    line: countLines(text, start),
    column: offset + 1,
    why,
    text: shown.replaceAll('\t', ' '),
    pointer: `${' '.repeat(offset - from)}^`,
    next,
  })
}

const BEFORE = 60
const WIDTH = 100

function countLines(text: string, until: number): number {
  let lines = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < until; at = text.indexOf('\n', at + 1)) lines++
  return lines
}
