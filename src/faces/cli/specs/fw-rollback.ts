import type { CommandSpec } from '../command.ts'
import { type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

const spec: CommandSpec<OutputFlags> = {
  usage: ['fw rollback [flags]'],
  about: ['Brings the table "inet portolan" back at once, as it was before the trial.'],
  parameters: { flags: outputFlags },
  letters: outputLetters,
  examples: [
    ['ports fw rollback', 'take the rules on trial back'],
    ['ports fw rollback --json', 'the same, for a program to read'],
    ['ports fw status', 'see first what is on trial'],
  ],
  load: () => import('../commands/fw-rollback.ts'),
}

export default spec
