import type { CommandSpec } from '../command.ts'
import { type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

const spec: CommandSpec<OutputFlags> = {
  usage: ['fw status [flags]'],
  about: [
    'Changes the table "inet portolan" of nftables and no other, each change in one',
    'transaction, on trial until it is confirmed. Status says how it stands.',
  ],
  parameters: { flags: outputFlags },
  letters: outputLetters,
  examples: [
    ['ports fw apply rules.nft --confirm 60s', 'load rules, for a minute unless confirmed'],
    ['ports fw confirm', 'keep them; typed in a new login'],
    ['ports fw status', 'what is on trial, and how the last one ended'],
  ],
  load: () => import('../commands/fw-status.ts'),
}

export default spec
