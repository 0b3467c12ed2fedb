import type { CommandSpec } from '../command.ts'
import { type HookFlags, hookFlags, type StrictFlags, strictFlags } from './fw-flags.ts'
import { type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

export interface FwDiffFlags extends OutputFlags, HookFlags, StrictFlags {}

const spec: CommandSpec<FwDiffFlags, readonly string[]> = {
  usage: ['fw diff <file> [<file>] [flags]'],
  about: [
    'Compares two rule sets by what they do: a packet for each difference, and',
    'what either says of it. With one file, this machine’s rules are the first.',
    'Exits with 1 if they differ, 6 if it can’t be known.',
  ],
  parameters: {
    flags: { ...hookFlags, ...strictFlags, ...outputFlags },
    positional: {
      kind: 'array',
      minimum: 1,
      maximum: 2,
      parameter: { parse: String, brief: 'A file of rules, - for stdin', placeholder: 'file' },
    },
  },
  letters: outputLetters,
  examples: [
    ['ports fw diff new.nft', 'what would change here?'],
    ['ports fw diff old.nft new.nft', 'what did the edit do?'],
    ['ports fw diff before.rules after.rules --json', 'for a machine to read'],
  ],
  load: () => import('../commands/fw-diff.ts'),
}
export default spec
