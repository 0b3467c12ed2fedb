import type { CommandSpec } from '../command.ts'
import { type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

export interface FwConfirmFlags extends OutputFlags {
  readonly anyway: boolean
}

const spec: CommandSpec<FwConfirmFlags> = {
  usage: ['fw confirm [flags]'],
  about: [
    'Keeps the rules on trial. Takes a connection that is newer than they are, or a',
    'console of the machine: an older connection may pass where no new one does.',
  ],
  parameters: {
    flags: {
      anyway: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Also when it can’t be known how you got here',
      },
      ...outputFlags,
    },
  },
  letters: outputLetters,
  examples: [
    ['ports fw confirm', 'typed in a new login: keep the rules'],
    ['ssh -o ControlPath=none host ports fw confirm', 'log in anew and keep them, in one line'],
    ['ports fw confirm --anyway', 'keep them, from a place that can’t be told'],
  ],
  load: () => import('../commands/fw-confirm.ts'),
}

export default spec
