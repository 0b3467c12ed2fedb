/** Sentences in lines that fit a terminal: broken between words, never inside one. For text that `clean` has been over. */
import { displayWidth } from './width.ts'

/**
 * The lines of a text. All but the first begin with `indent` blanks; `before` columns of the first are taken already. A
 * word that is wider than the terminal has a line for itself.
 */
export function wrap(text: string, width: number, indent = 0, before = 0): string[] {
  if (width === Number.POSITIVE_INFINITY) return [text]
  const lines: string[] = []
  let line = ''
  let taken = before
  for (const word of text.split(' ')) {
    const wide = displayWidth(word)
    if (line !== '' && taken + 1 + wide > width) {
      lines.push(line)
      line = `${' '.repeat(indent)}${word}`
      taken = indent + wide
    } else {
      taken += (line === '' ? 0 : 1) + wide
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}
