/** Refuses what iptables-restore would refuse: the line, a caret under the place, what would have been right. */
import { type Fault, fault } from '../../model/fault.ts'

export interface Place {
  /** What the text is called: a file, `iptables-save`. */
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
export function syntaxFault({ name, line, text, column }: Place, why: string, next: string): Fault {
  const from = Math.max(0, column - 1 - BEFORE)
  return fault('E_RULES_SYNTAX', {
    name,
    line,
    column,
    why,
    text: text.slice(from, from + WIDTH).replaceAll('\t', ' '),
    pointer: `${' '.repeat(column - 1 - from)}^`,
    next,
  })
}
