/** What a table has for a word that somebody wrote; never what every object has (`constructor`). */
export const wordIn = <T>(table: Readonly<Record<string, T>>, word: string): T | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined
