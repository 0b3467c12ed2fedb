import type { CommandSpec } from '../command.ts'
import { type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

export type LeasesFlags = OutputFlags

const spec: CommandSpec<LeasesFlags, readonly string[]> = {
  usage: ['leases [name]... [flags]'],
  about: ['Leases of all users in this network namespace, in the order of their ports.'],
  parameters: {
    flags: outputFlags,
    positional: {
      kind: 'array',
      parameter: { placeholder: 'name', brief: 'Only these names', parse: String },
    },
  },
  letters: outputLetters,
  examples: [
    ['ports leases', 'who has leased what, and until when'],
    ['ports leases web', 'the leases of one name'],
    ['ports leases --json', 'the same for programs'],
  ],
  load: () => import('../commands/leases.ts'),
}

export default spec
