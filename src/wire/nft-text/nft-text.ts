/**
 * Reads nftables' own language (nft(8)): what `nft list ruleset` prints, with handles or without, and what people write
 * in /etc/nftables.conf. The commands are applied in order to an empty rule set; the answer is the rule set that comes
 * of them.
 *
 * What it doesn't: ask the machine. Names of hosts are refused; those of services, users and included files come from
 * the options. What nft knows and this parser doesn't read is an `unsupported` statement with its text. Whether a device
 * or a kernel module is there, only the kernel knows.
 */
import type { Ruleset } from '../../model/filter/ruleset.ts'
import { readAnonymousChain } from './anonymous-chain.ts'
import { readCommands } from './commands.ts'
import { Draft } from './draft.ts'
import type { NftTextOptions } from './options.ts'
import { readSet } from './raw-set.ts'
import type { Reader } from './reader.ts'
import { Scope } from './scope.ts'
import { TokenStream } from './token-stream.ts'
import { tokenize } from './tokenize.ts'
import { readVerdict } from './verdict.ts'

export type { NftTextOptions } from './options.ts'

export interface NftText {
  readonly ruleset: Ruleset
  /** What was read and has no place in a rule set. */
  readonly warnings: string[]
}

/** Throws `E_RULES_SYNTAX`, and nothing else, with line and column of the first mistake. */
export function parseNftText(text: string, options: NftTextOptions = {}): NftText {
  const draft = new Draft()
  const warnings: string[] = []
  const reader: Reader = {
    stream: new TokenStream(tokenize({ name: options.name ?? 'the rules', text })),
    options,
    warnings,
    scope: new Scope(),
    family: 'ip',
    table: undefined,
    protocols: {},
    implied: [],
    references: [],
    read: { set: readSet, verdict: readVerdict, anonymousChain: readAnonymousChain },
    slashIsMask: false,
    depth: 0,
  }
  readCommands(reader, draft)
  return { ruleset: draft.finish(), warnings }
}
