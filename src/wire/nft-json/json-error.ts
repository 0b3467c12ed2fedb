/**
 * Where a JSON text stops being one, and what was expected there. A slow reader of RFC 8259 for texts that
 * JSON.parse refused, and for finding where an item of a list begins.
 */
export interface JsonError {
  /** Characters from the beginning. */
  readonly offset: number
  readonly why: string
  readonly next: string
}

const SPACE = /[ \t\n\r]*/y
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const ATOM = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/** For texts that JSON.parse refuses. */
export function jsonError(text: string): JsonError {
  const reading = read(text, () => {})
  if (reading === undefined)
    return { offset: 0, why: 'it is no JSON', next: 'Give the whole output of nft -j list ruleset.' }
  const { offset, expected } = reading
  if (text.trim() === '')
    return { offset: 0, why: 'nothing is there', next: 'Give the output of nft -j list ruleset.' }
  if (offset >= text.trimEnd().length)
    return {
      offset,
      why: `it ends in the middle: ${expected} was expected`,
      next: 'Read it again, whole: a rule set that was cut off says nothing about the rest.',
    }
  return { offset, why: `${expected} was expected`, next: 'Correct it there, or list the rules again.' }
}

/** Where each item of the list `nftables` begins. */
export function itemOffsets(text: string): number[] {
  const offsets: number[] = []
  read(text, (depth, offset) => {
    if (depth === 2) offsets.push(offset)
  })
  return offsets
}

/**
 * Goes through the text without recursion, tells where each value begins and how deep it is, and returns where it
 * went wrong, if it did.
 */
function read(
  text: string,
  value: (depth: number, offset: number) => void,
): { offset: number; expected: string } | undefined {
  const open: ('{' | '[')[] = []
  let at = skip(text, 0)
  for (;;) {
    // A value begins here.
    value(open.length, at)
    const first = text[at]
    if (first === '{' || first === '[') {
      at = skip(text, at + 1)
      if (text[at] === (first === '{' ? '}' : ']')) at++
      else {
        open.push(first)
        if (first === '[') continue
        const colon = afterKey(text, at)
        if (typeof colon !== 'number') return colon
        at = colon
        continue
      }
    } else {
      const end = match(STRING, text, at) || match(ATOM, text, at)
      if (end === 0) return { offset: at, expected: 'a value' }
      at = end
    }
    // A value has ended here.
    for (;;) {
      at = skip(text, at)
      const within = open.at(-1)
      if (within === undefined) return at < text.length ? { offset: at, expected: 'the end' } : undefined
      if (text[at] === ',') {
        at = skip(text, at + 1)
        if (within === '{') {
          const colon = afterKey(text, at)
          if (typeof colon !== 'number') return colon
          at = colon
        }
        break
      }
      if (text[at] !== (within === '{' ? '}' : ']'))
        return { offset: at, expected: within === '{' ? '"," or "}"' : '"," or "]"' }
      open.pop()
      at++
    }
  }
}

function afterKey(text: string, at: number): number | { offset: number; expected: string } {
  const end = match(STRING, text, at)
  if (end === 0) return { offset: at, expected: 'a name in double quotes' }
  const colon = skip(text, end)
  return text[colon] === ':' ? skip(text, colon + 1) : { offset: colon, expected: '":"' }
}

function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : 0
}

const skip = (text: string, at: number): number => match(SPACE, text, at)
