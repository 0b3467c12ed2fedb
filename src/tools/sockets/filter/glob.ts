/**
 * Patterns of names as in fnmatch(3) with FNM_CASEFOLD and nothing else: `*` and `?` match slashes and leading
 * dots too, `[a-z]` and `[!a-z]` one character, and a backslash makes the next one ordinary.
 */

/** The pattern as a regular expression, or null when a range in it runs backwards. */
export function globExpression(pattern: string): RegExp | null {
  try {
    return new RegExp(`^${pattern.replace(PARTS, translate)}$`, 'isu')
  } catch {
    return null
  }
}

const PARTS = /\\(.)|\[([!^]?)(\]?(?:\\.|[^\]\\])*)\]|[*?]|[^*?]/gsu

function translate(part: string, escaped?: string, negated?: string, set?: string): string {
  if (escaped !== undefined) return literal(escaped)
  if (set !== undefined)
    return `[${negated === '' ? '' : '^'}${set.replace(/\\?(.)/gsu, (_, one: string) => (/[\\\]^]/.test(one) ? `\\${one}` : one))}]`
  return part === '*' ? '.*' : part === '?' ? '.' : literal(part)
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
