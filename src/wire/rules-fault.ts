/** Refuses a rule set, in whichever format: its line, a caret under the place, and what would have been right. */
import { type Fault, fault } from '../model/fault.ts'

export interface Place {
  /** What the text is called: a file, `the JSON of nft`. */
  readonly name: string
  /** From 1. */
  readonly line: number
  /** The line as it stands. */
  readonly text: string
  /** From 1. */
  readonly column: number
}

const BEFORE = 60
const WIDTH = 100

/** `why` says what is wrong, `next` what to write instead. Long lines are cut around the place. */
export function rulesFault(
  { name, line, text, column }: Place,
  why: string,
  next: string,
  cause?: unknown,
): Fault {
  const from = Math.max(0, column - 1 - BEFORE)
  const details = {
    ...{ name, line, column, why, next },
    text: text.slice(from, from + WIDTH).replaceAll('\t', ' '),
    pointer: `${' '.repeat(column - 1 - from)}^`,
  }
  return fault('E_RULES_SYNTAX', details, cause === undefined ? undefined : { cause })
}

/** The place of a character of a text, counted from 0; past the end is the end. */
export function placeAt(of: { readonly name: string; readonly text: string }, offset: number): Place {
  const { name, text: whole } = of
  const at = Math.min(offset, whole.length)
  const start = whole.lastIndexOf('\n', at - 1) + 1
  const end = whole.indexOf('\n', start)
  return {
    name,
    line: linesBefore(whole, at) + 1,
    text: whole.slice(start, end < 0 ? whole.length : end),
    column: at - start + 1,
  }
}

function linesBefore(whole: string, offset: number): number {
  let lines = 0
  for (let at = whole.indexOf('\n'); at >= 0 && at < offset; at = whole.indexOf('\n', at + 1)) lines++
  return lines
}
