/**
 * Words and the numbers they stand for, in the order in which nft has them: where two words have one number, the
 * first is written.
 */
export interface WordTable {
  readonly numberOf: ReadonlyMap<string, number>
  readonly wordOf: ReadonlyMap<number, string>
}

/** From `word:number` pairs. */
export function words(list: string, alsoRead = ''): WordTable {
  const numberOf = new Map<string, number>()
  const wordOf = new Map<number, string>()
  for (const [word, number] of pairs(list)) {
    numberOf.set(word, number)
    if (!wordOf.has(number)) wordOf.set(number, word)
  }
  for (const [word, number] of pairs(alsoRead)) numberOf.set(word, number)
  return { numberOf, wordOf }
}

const pairs = (list: string): [string, number][] =>
  list
    .split(/\s+/)
    .filter(each => each !== '')
    .map(each => {
      const colon = each.lastIndexOf(':')
      return [each.slice(0, colon), Number(each.slice(colon + 1))]
    })
