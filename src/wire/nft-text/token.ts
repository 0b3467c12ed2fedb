/**
 * The pieces that a rule file is made of, each knowing where it stood.
 */

/** A file, or what stands for one. Lines and columns are counted from 1. */
export interface Source {
  readonly name: string
  readonly text: string
}

/**
 * `word`: an identifier, a keyword, or a value that begins with a letter. `number`: decimal or 0x. `time`: `1h30m`.
 * `address`: anything of digits, dots and colons that is no number. `mark`: one sign of punctuation, or two.
 */
export type TokenKind = 'word' | 'string' | 'number' | 'time' | 'address' | 'mark' | 'newline' | 'end'

export interface Token {
  readonly kind: TokenKind
  /** Of a string what stands between its quotes, of the end nothing. */
  readonly text: string
  readonly start: number
  readonly end: number
  readonly line: number
  readonly source: Source
}

/** What comments say that a reader needs. */
export interface Remarks {
  /** By line: what `nft -a` wrote behind it, `# handle 4`. */
  readonly handles: ReadonlyMap<number, number>
  /** By line: any other comment behind something. */
  readonly trailing: ReadonlyMap<number, string>
  /** Lines with nft's warning that another program keeps the next table. */
  readonly managed: ReadonlySet<number>
}

export interface TokenList {
  readonly source: Source
  readonly tokens: readonly Token[]
  readonly remarks: Remarks
}
