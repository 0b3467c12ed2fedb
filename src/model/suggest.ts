/**
 * What a misspelt word was probably meant to be.
 *
 * The distance is Damerau–Levenshtein in its restricted form (optimal string alignment): the fewest insertions,
 * deletions, substitutions and swaps of neighbours that turn one word into the other, no place edited twice.
 * Upper and lower case count as the same. Few words against few candidates: quadratic, and meant to be.
 */

/** Edits between two words. 0 when they differ in case at most. */
export function editDistance(one: string, other: string): number {
  const a = one.toLowerCase()
  const b = other.toLowerCase()
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, before[j - 2]! + 1)
      row.push(least)
    }
    before = last
    last = row
  }
  return last[b.length]!
}

/**
 * The candidate nearest to the word, the first among equals; undefined when none is near: at most one edit for
 * words of up to three letters, two up to six, three beyond, and always fewer than the word has letters.
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const allowed = Math.min(word.length <= 3 ? 1 : word.length <= 6 ? 2 : 3, word.length - 1)
  let nearest: string | undefined
  let least = allowed + 1
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= least) continue
    const distance = editDistance(word, candidate)
    if (distance < least) {
      least = distance
      nearest = candidate
    }
  }
  return nearest
}
