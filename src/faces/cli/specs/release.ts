import type { CommandSpec } from '../command.ts'
import { type ScopeFlags, scopeFlags } from './lease-flags.ts'
import { type OutputFlags, outputFlags, outputLetters } from './shared-flags.ts'

export interface ReleaseFlags extends ScopeFlags, OutputFlags {
  readonly dryRun: boolean
}

const spec: CommandSpec<ReleaseFlags, readonly string[]> = {
  usage: ['release <name|port>... [flags]'],
  about: [
    'Of a name that several holders have, the lease of the caller ends, or else all',
    'that are yours. Whoever listens on the port is left alone.',
  ],
  parameters: {
    flags: {
      ...scopeFlags,
      dryRun: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Say what would be done, and do nothing',
      },
      ...outputFlags,
    },
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: { placeholder: 'name or port', brief: 'Name or port of a lease', parse: String },
    },
  },
  letters: outputLetters,
  examples: [
    ['ports release web', 'the lease of a name in this project'],
    ['ports release 3000', 'the lease of a port'],
    ['ports release web --dry-run', 'what would be released'],
  ],
  load: () => import('../commands/release.ts'),
}

export default spec
