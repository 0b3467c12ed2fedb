import type { CommandSpec } from '../command.ts'
import { type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

const spec: CommandSpec<OutputFlags> = {
  usage: ['self [flags]'],
  parameters: { flags: outputFlags },
  letters: outputLetters,
  examples: [
    ['ports self', 'version, data and files in use, and what may be seen here'],
    ['sudo ports self', 'what more could be seen with all rights'],
    ['ports self --json', 'the same for a report'],
  ],
  load: () => import('../commands/self.ts'),
}

export default spec
