/** Tells the two kinds of a right side apart: what is compared with, and what is worked out first. */
import type { Expression } from './expression.ts'
import type { Pattern } from './pattern.ts'

/** Both have a kind `tuple`; parts of patterns are patterns. */
export function isPattern(side: Pattern | Expression): side is Pattern {
  switch (side.kind) {
    case 'value':
    case 'range':
    case 'prefix':
    case 'beginning':
    case 'set':
    case 'reference':
      return true
    case 'tuple':
      return side.parts.every(part => isPattern(part as Pattern | Expression))
    default:
      return false
  }
}
