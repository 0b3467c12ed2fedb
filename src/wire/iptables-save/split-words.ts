/**
 * One line of iptables-save as words: blanks part them, double quotes keep blanks, a backslash in quotes keeps the next
 * character (`add_argv` of iptables' xshared.c, `xtables_save_string` of libxtables).
 */
import { type Place, rulesFault } from '../rules-fault.ts'

export interface Word {
  readonly text: string
  /** From 1. */
  readonly column: number
  /** Where it ends, from 0. */
  readonly end: number
}

export function splitWords(line: string, place: Omit<Place, 'column'>): Word[] {
  const words: Word[] = []
  for (let at = 0; at < line.length; ) {
    if (isBlank(line[at]!)) {
      at++
      continue
    }
    const start = at
    let text = ''
    let quote = -1
    for (; at < line.length && (quote >= 0 || !isBlank(line[at]!)); at++) {
      const character = line[at]!
      if (character === '"') quote = quote < 0 ? at : -1
      else if (character === '\\' && quote >= 0 && at + 1 < line.length) text += line[++at]
      else text += character
    }
    if (quote >= 0) {
      throw rulesFault({ ...place, column: quote + 1 }, 'a quotation has no end', 'Close it with ".')
    }
    words.push({ text, column: start + 1, end: at })
  }
  return words
}

const isBlank = (character: string): boolean => character === ' ' || character === '\t' || character === '\r'
