/** `{name|what is said without it}`, from a cause's words. */
export const fill = (text: string, words: Readonly<Record<string, string>>): string =>
  text.replace(
    /\{(\w+)(?:\|([^}]*))?\}/g,
    (whole, name: string, otherwise?: string) => words[name] ?? otherwise ?? whole,
  )
