/**
 * Text from the system made safe to show: what could move a cursor, hide, reverse or break a line is written
 * as an escape that can be read.
 *
 * Process names, command lines, unit names and host names are chosen by whoever runs the program. The result
 * never holds a control character (C0, DEL, C1), a line or paragraph separator, a format character (the
 * bidirectional controls of UAX #9, zero width and tag characters among them), a filler, or half a surrogate
 * pair: Unicode categories Cc, Zl, Zp, Cf, Cs.
 */
import type { Cell } from './column.ts'

const ORDINARY = /^[\x20-\x7e]*$/

/** Besides the categories: the grapheme joiner, Hangul fillers and supplementary variation selectors. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|\u034f|[\u115f\u1160\u3164\uffa0]|[\u{e0100}-\u{e01ef}]/gu

export const clean = (text: string): string =>
  ORDINARY.test(text) ? text : text.replace(UNSAFE, escapeCharacter)

export const cellText = (cell: Cell): string =>
  cell === null ? '' : typeof cell === 'number' ? String(cell) : clean(cell)

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0)!
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`
  return `\\u{${code.toString(16)}}`
}
