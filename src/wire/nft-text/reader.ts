/**
 * What every part of the parser is handed: the tokens, the variables in sight, what was asked for, and the table whose
 * rules are being read.
 */
import type { TableFamily } from '../../model/filter/ruleset.ts'
import type { Statement } from '../../model/filter/statement.ts'
import type { TableDraft } from './draft.ts'
import type { NftTextOptions } from './options.ts'
import type { Protocols } from './protocols.ts'
import type { RawElement } from './raw.ts'
import type { Scope } from './scope.ts'
import type { Token } from './token.ts'
import type { TokenStream } from './token-stream.ts'

export interface Reader {
  readonly stream: TokenStream
  readonly options: NftTextOptions
  readonly warnings: string[]
  scope: Scope
  /** Of the table whose rules are read. */
  family: TableFamily
  table: TableDraft | undefined
  /** What a rule has already said about the packet. */
  protocols: Protocols
  /** Statements that nft puts before the one that is being read, and lists. */
  implied: Statement[]
  /** Names that a rule refers to; looked up when its block is read. */
  references: Reference[]
  /** The parts of the grammar that contain each other. */
  readonly read: Grammar
  /** Behind flags, `/` is followed by a mask, not by the length of a prefix. */
  slashIsMask: boolean
  /** How deep braces are nested: what is read by recursion has a limit. */
  depth: number
}

export interface Grammar {
  /** `{ … }` of a set or map. */
  readonly set: (reader: Reader) => readonly RawElement[]
  /** `accept`, `jump x`, … */
  readonly verdict: (reader: Reader) => Statement
  /** What stands between the braces of `jump { … }`. Answers the name of the chain. */
  readonly anonymousChain: (reader: Reader) => string
}

export interface Reference {
  readonly at: Token
  readonly to: 'chain' | 'set' | 'map' | 'verdict map' | 'any set' | 'updated set' | 'flowtable' | 'object'
  readonly name: string
  /** Of an object: its kind. Of a set: how many parts its key must have. */
  readonly kind?: string
  readonly parts?: number
}
