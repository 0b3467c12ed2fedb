/**
 * The corpus: small rule sets in nft's language, in files of sections. `### name | word: reason` begins one; a reason says
 * what nft or the kernel do otherwise than one would think.
 */
import { readdirSync, readFileSync } from 'node:fs'

export interface Section {
  readonly file: string
  readonly name: string
  readonly text: string
  /** By word: `refused`, `listed`, `unread`, `unsupported`, `reloaded`. */
  readonly notes: Readonly<Record<string, string>>
}

const FOLDER = new URL('./corpus/', import.meta.url)

export const corpusFiles = (): string[] =>
  readdirSync(FOLDER)
    .filter(name => name.endsWith('.nft'))
    .sort()

export const sectionsOf = (file: string): Section[] =>
  readFileSync(new URL(file, FOLDER), 'utf8')
    .split(/^### /m)
    .slice(1)
    .map(part => {
      const end = part.indexOf('\n')
      const [name, ...notes] = part
        .slice(0, end)
        .split(/ \| (?=(?:refused|listed|unread|unsupported|reloaded): )/)
      return {
        file,
        name: name!.trim(),
        text: part.slice(end + 1),
        notes: Object.fromEntries(notes.map(note => note.split(/: (.*)/s) as [string, string])),
      }
    })

/** The section's table called otherwise, so that many can stand side by side. */
export const renamed = (section: Section, table: string): string =>
  section.text.replace(/^table (\w+) t\b/gm, `table $1 ${table}`)
