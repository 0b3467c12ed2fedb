import type { CommandSpec } from '../command.ts'
import { type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

const spec: CommandSpec<OutputFlags> = {
  usage: ['fw status [flags]'],
  about: [
    'What is on trial, by whom and how long, and how the last trial ended. A trial',
    'that nobody watches over any more is rolled back first.',
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
