/**
 * Reads TypeScript as far as the tests about the project need it: what a file imports, and its code without comments
 * and without what stands in strings.
 *
 * A scanner, no parser: it knows comments, strings, templates and regular expressions, and tells a regular expression
 * from a division by what stands before it.
 */

export interface Source {
  readonly imports: readonly Import[]
  /** The text with comments, strings and regular expressions blanked; every other character keeps its place. */
  readonly code: string
}

export interface Import {
  readonly specifier: string
  readonly line: number
  /** `import type`, `export type`: gone when the program runs. */
  readonly typeOnly: boolean
  /** `import(…)`: loaded when the line is reached. */
  readonly late: boolean
}

export function readSource(text: string): Source {
  const { code, strings } = blank(text)
  const imports = [...code.matchAll(IMPORT)].flatMap((match): Import[] => {
    const at = match.index + match[0].length - 1
    const specifier = strings.get(at)
    if (specifier === undefined) return []
    const typeOnly = /^(?:import|export)\s+type\b/.test(match[0])
    const late = /^import\s*\(/.test(match[0])
    return [{ specifier, line: lineOf(text, at), typeOnly, late }]
  })
  return { code, imports }
}

export const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length

/** Each ends with the quote that opens the specifier. A worker's file counts: it is loaded as code, too. */
const IMPORT =
  /\b(?:import|export)\s+(?:type\s+)?[\w*{}\s,$]*\bfrom\s*['"]|\bimport\s*\(\s*['"]|\bimport\s*['"]|\b(?:require|getBuiltinModule)\s*\(\s*['"]|\bnew\s+URL\s*\(\s*['"](?=[^)]*import\.meta\.url)/g

const REGEX_MAY_FOLLOW =
  /(?:^|[(,=:[!&|?{};+\-*%~^<>\n])\s*$|\b(?:return|typeof|case|in|of|do|else|void|await|yield)\s*$/

function blank(text: string): { code: string; strings: Map<number, string> } {
  const strings = new Map<number, string>()
  const templates: number[] = []
  let code = ''
  let braces = 0
  let at = 0

  const keep = (count: number) => {
    code += text.slice(at, at + count)
    at += count
  }
  const hide = (end: number) => {
    code += text.slice(at, end).replace(/[^\n]/g, ' ')
    at = end
  }
  const template = () => {
    hide(endOf(text, at, /`|\$\{/g))
    if (text[at] === '`') return keep(1)
    templates.push(braces)
    keep(2)
  }

  while (at < text.length) {
    const char = text[at]!
    if (text.startsWith('//', at)) hide(endOf(text, at, /\n/g))
    else if (text.startsWith('/*', at)) hide(endOf(text, at + 2, /\*\//g) + 2)
    else if (char === "'" || char === '"') {
      const end = endOf(text, at + 1, char === "'" ? /'/g : /"/g)
      strings.set(at, text.slice(at + 1, end))
      keep(1)
      hide(end)
      keep(1)
    } else if (char === '`') {
      keep(1)
      template()
    } else if (char === '/' && REGEX_MAY_FOLLOW.test(code.slice(-80))) {
      hide(endOf(text, at + 1, /\/|\[(?:\\.|[^\]\\])*\]/g, match => match === '/') + 1)
    } else if (char === '}' && templates.at(-1) === braces) {
      templates.pop()
      keep(1)
      template()
    } else {
      if (char === '{') braces++
      if (char === '}') braces--
      keep(1)
    }
  }
  return { code, strings }
}

/** Where the next unescaped match begins, or the end of the text. */
function endOf(
  text: string,
  from: number,
  wanted: RegExp,
  counts: (match: string) => boolean = () => true,
): number {
  const search = new RegExp(`\\\\[^]|${wanted.source}`, 'g')
  search.lastIndex = from
  for (let match = search.exec(text); match !== null; match = search.exec(text)) {
    if (!match[0].startsWith('\\') && counts(match[0])) return match.index
  }
  return text.length
}
