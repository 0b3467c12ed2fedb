/**
 * How well something with names and a text answers words that were searched for.
 *
 * Every word has to be found. A word that is the name counts most, then one that is an alias, begins a name, is a
 * part of it, is a word of the text, is inside a word of either; last, one of names it had once. Smaller is better.
 */

const AS_NAME = 0
const AS_ALIAS = 1
const NAME_BEGINS = 2
const NAME_PART = 3
const TEXT_WORD = 4
const NAME_HOLDS = 5
const TEXT_HOLDS = 6
const FORMER = 7

/** null when a word is not found. Words are in lower case. */
export function searchRank(
  words: readonly string[],
  names: readonly string[],
  text: string | null,
  former: readonly string[],
): number | null {
  const lowNames = names.map(name => name.toLowerCase())
  const lowText = (text ?? '').toLowerCase()
  const lowFormer = former.join(' ').toLowerCase()
  let rank = 0
  for (const word of words) {
    const best = Math.min(
      ...lowNames.map((name, i) => rankInName(word, name, i === 0)),
      rankInText(word, lowText),
    )
    if (best < Number.POSITIVE_INFINITY) rank += best
    else if (lowFormer.includes(word)) rank += FORMER
    else return null
  }
  return rank
}

/** Lower case, at white space, each once. */
export const searchWords = (text: string): readonly string[] => [
  ...new Set(text.toLowerCase().split(/\s+/).filter(Boolean)),
]

function rankInName(word: string, name: string, first: boolean): number {
  const at = name.indexOf(word)
  if (at === -1) return Number.POSITIVE_INFINITY
  if (name === word) return first ? AS_NAME : AS_ALIAS
  if (at === 0) return NAME_BEGINS
  return isWordAt(name, word, at) ? NAME_PART : NAME_HOLDS
}

function rankInText(word: string, text: string): number {
  const first = text.indexOf(word)
  for (let at = first; at !== -1; at = text.indexOf(word, at + 1))
    if (isWordAt(text, word, at)) return TEXT_WORD
  return first === -1 ? Number.POSITIVE_INFINITY : TEXT_HOLDS
}

const isWordAt = (text: string, word: string, at: number): boolean =>
  !isWordCharacter(text[at - 1]) && !isWordCharacter(text[at + word.length])
const isWordCharacter = (c: string | undefined): boolean => c !== undefined && /[\p{L}\p{N}]/u.test(c)
